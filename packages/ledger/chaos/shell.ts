import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Runs a program of the system and gives what it printed. What it complained of is in the error. */
export async function run(program: string, ...options: readonly string[]): Promise<string> {
  const { stdout } = await execute(program, options, { maxBuffer: 16 * 1024 * 1024 })
  return stdout
}

/** The same for a program that reads its instructions. */
export async function feed(text: string, program: string, ...options: readonly string[]): Promise<void> {
  const child = spawn(program, options, { stdio: ['pipe', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (words: string) => (complaint += words))
  child.stdin.end(text)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} ${options.join(' ')}: ${complaint.trim()}`)
}
