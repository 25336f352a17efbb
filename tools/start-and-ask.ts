import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

import { printedAddress } from './ci/printed-address.ts'
import { stateProblems } from './ci/state-problems.ts'

// `node tools/start-and-ask.ts`: starts the main job as a newcomer would, asks it for its state, stops it with Ctrl-C.

/** From `npm start` to the printed address; the page is built and a month is settled in between. */
const ADDRESS_MS_MAX = 60_000
const ANSWER_MS_MAX = 10_000
const STOP_MS_MAX = 20_000

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('the system gave no port')
  return address.port
}

/** Its own process group, so that Ctrl-C reaches npm and the node as it does from a terminal. */
function startMainJob(port: number): ChildProcess {
  const command = ['start', '--', '--port', String(port)]
  return spawn('npm', command, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Listens until the address is printed; the stream stays open, since a closed one would break the job's next line. */
async function addressOf(job: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let printed = ''
  job.stdout?.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text)
    printed += text
    const address = printedAddress(printed)
    if (address !== undefined) resolve(address)
  })
  job.once('error', reject)
  job.once('exit', (code) =>
    reject(new Error(`the main job ended with ${code} before it printed an address`)),
  )
  const late = AbortSignal.timeout(ADDRESS_MS_MAX)
  late.addEventListener('abort', () => reject(new Error(`no address within ${ADDRESS_MS_MAX} ms`)))
  return promise
}

async function problemsAt(address: string): Promise<string[]> {
  const url = `${address}/api/v1/state`
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) })
  if (response.status !== 200) return [`${url} answered ${response.status}`]
  return stateProblems(await response.json())
}

async function stop(job: ChildProcess, isEnded: Promise<unknown>): Promise<void> {
  if (job.pid === undefined || job.exitCode !== null) throw new Error('the main job ended by itself')
  process.kill(-job.pid, 'SIGINT')
  const late = AbortSignal.timeout(STOP_MS_MAX)
  const tooLate = once(late, 'abort').then(() =>
    Promise.reject(new Error(`not stopped within ${STOP_MS_MAX} ms`)),
  )
  await Promise.race([isEnded, tooLate])
}

const job = startMainJob(await freePort())
const isEnded = once(job, 'close')
try {
  const problems = await problemsAt(await addressOf(job))
  await stop(job, isEnded)
  for (const problem of problems) console.error(`main job: ${problem}`)
  if (problems.length === 0) console.log('main job: it started, told its state, and stopped')
  process.exitCode = problems.length === 0 ? 0 : 1
} catch (error) {
  console.error('main job:', error)
  if (job.pid !== undefined && job.exitCode === null) process.kill(-job.pid, 'SIGKILL')
  process.exitCode = 1
}
process.exit()
