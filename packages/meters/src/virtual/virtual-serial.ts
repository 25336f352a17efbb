import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as waitFor } from 'node:timers/promises'

import { Fault } from '@tri/units'

const LOOK_MS = 10
const LOOKS_MAX = 500
const AGAIN_MS = 50

/** Whether a virtual serial port can be made here: `socat` is installed. */
export function canMakeSerial(): boolean {
  return spawnSync('socat', ['-V'], { stdio: 'ignore' }).status === 0
}

/**
 * A serial port that leads to a port of the loopback, as a cable leads to a meter. It is connected only while somebody has
 * it open, so that nobody finds old telegrams in it.
 *
 * @param path where the device file is made
 * @param port where the meter's telegrams come from
 * @throws Fault `line-broken` when no device file appears
 */
export async function openVirtualSerial(path: string, port: number): Promise<AsyncDisposable> {
  const closing = new AbortController()
  let cable = plugged(path, port)
  const keep = async () => {
    while (!closing.signal.aborted) {
      // The cable ends with whoever had the port open; the next one finds a new cable.
      await ended(cable)
      await waitFor(AGAIN_MS, undefined, { signal: closing.signal }).catch(() => undefined)
      if (!closing.signal.aborted) cable = plugged(path, port)
    }
  }
  const kept = keep()
  const serial = {
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      cable.kill()
      await kept
    },
  }
  for (let look = 0; !existsSync(path); look++) {
    if (look === LOOKS_MAX) {
      await serial[Symbol.asyncDispose]()
      throw new Fault('line-broken', { line: path, reason: 'socat' })
    }
    await waitFor(LOOK_MS)
  }
  return serial
}

function plugged(path: string, port: number): ChildProcess {
  const ends = [`pty,raw,echo=0,link=${path},wait-slave,pty-interval=0.05`, `tcp:127.0.0.1:${port}`]
  const cable = spawn('socat', ends, { stdio: 'ignore' })
  cable.on('error', () => undefined)
  return cable
}

async function ended(cable: ChildProcess): Promise<void> {
  if (cable.pid === undefined || cable.exitCode !== null || cable.signalCode !== null) return
  await once(cable, 'exit')
}
