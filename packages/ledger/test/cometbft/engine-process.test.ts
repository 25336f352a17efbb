import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { findEngine } from '../../src/cometbft/engine-binary.ts'
import { runEngine, type EngineProcessPorts, type ProcessState } from '../../src/cometbft/engine-process.ts'
import { engineTest, until } from './town.ts'

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tri-process-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function script(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `#!/bin/sh\n${text}\n`)
  await chmod(path, 0o755)
  return path
}

interface Told {
  readonly level: 'info' | 'error'
  readonly message: string
}

function portsFor(home: string, command: readonly string[]): EngineProcessPorts & { readonly told: Told[] } {
  const told: Told[] = []
  return {
    command,
    home,
    socket: join(home, 'socket'),
    told,
    log: {
      info: (_, message) => told.push({ level: 'info', message }),
      error: (_, message) => told.push({ level: 'error', message }),
    },
  }
}

/** Whether a process runs: one that has ended and that nobody asked about yet is a zombie, and no more. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !/\) Z /.test(stat)
}

test('the engine is found where TRI_COMETBFT says, else on the PATH, and must be of the line that is spoken here', async () => {
  await inFolder(async (folder) => {
    const good = await script(folder, 'cometbft', 'echo 0.38.26')
    const newer = await script(folder, 'newer', 'echo 1.0.1')
    const empty = join(folder, 'empty')
    await mkdir(empty)
    expect(await findEngine({ PATH: folder })).toEqual({ path: good, version: '0.38.26' })
    expect(await findEngine({ PATH: empty, TRI_COMETBFT: good })).toEqual({ path: good, version: '0.38.26' })
    await expect(findEngine({ PATH: folder, TRI_COMETBFT: newer })).rejects.toThrow('engine-version')
    await expect(findEngine({ PATH: folder, TRI_COMETBFT: join(folder, 'gone') })).rejects.toThrow(
      'engine-absent',
    )
  })
})

test('an engine that ends is started again, with its last words kept, and not after it was stopped', async () => {
  await inFolder(async (home) => {
    const command = [await script(home, 'engine', 'echo out of luck >&2; exit 3')]
    const ports = portsFor(home, command)
    const seen: ProcessState[] = []
    const engine = await runEngine({ ...ports, changed: (state) => seen.push(state) })
    await until(() => engine.restarts >= 2, 'a second start')
    await engine.stop('enough')
    const { restarts } = engine
    expect(seen.find(({ is }) => is === 'waiting')).toEqual({ is: 'waiting', reason: 'exit 3: out of luck' })
    expect(engine.state).toEqual({ is: 'stopped', reason: 'enough' })
    expect(engine.restarts).toBe(restarts)
  })
})

test('the engine’s words are folded into ours: errors as errors, comings and goings as news, addresses as nothing', async () => {
  await inFolder(async (home) => {
    const lines = [
      '{"level":"info","module":"state","_msg":"quiet"}',
      '{"level":"error","module":"p2p","_msg":"Stopping peer","peer":"[fd00::1]:26656"}',
      '{"level":"error","module":"consensus","_msg":"no vote","err":"at [fd00::1]:26656"}',
    ]
    const command = [await script(home, 'engine', lines.map((line) => `echo '${line}'`).join('\n'))]
    const ports = portsFor(home, command)
    const engine = await runEngine(ports)
    await until(() => engine.restarts >= 1, 'the end of the first')
    await engine.stop()
    expect(ports.told.slice(0, 2)).toEqual([
      { level: 'info', message: 'Stopping peer' },
      { level: 'error', message: 'no vote' },
    ])
  })
})

test('an engine that an earlier run left behind in its home is ended before the next begins', async () => {
  await inFolder(async (home) => {
    const command = [await script(home, 'engine', 'exec sleep 300'), 'start', '--home', home]
    const left = spawn('/bin/sh', ['-c', 'while :; do sleep 1; done', '--home', home], { stdio: 'ignore' })
    await writeFile(join(home, 'engine.pid'), String(left.pid))
    const ended = once(left, 'exit')
    const engine = await runEngine(portsFor(home, command))
    expect(await ended).toEqual([null, 'SIGKILL'])
    await engine.stop()
  })
})

engineTest('when the node is killed, its engine ends by itself: nobody signs unwatched', async () => {
  await inFolder(async (folder) => {
    await mkdir(join(folder, 'steward-1'))
    const main = join(import.meta.dirname, 'lone-steward.ts')
    const node = spawn(process.execPath, [main, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    let told = ''
    for await (const chunk of node.stdout) {
      told += String(chunk)
      if (told.includes('\n')) break
    }
    const pid = Number(told)
    expect(await isAlive(pid)).toBe(true)
    node.kill('SIGKILL')
    await until(async () => !(await isAlive(pid)), 'the end of the engine')
  })
})
