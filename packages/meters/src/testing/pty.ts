import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { canMakeSerial } from '../virtual/virtual-serial.ts'
import { until } from './until.ts'

/** Two ends of a serial line that leads nowhere but to each other. */
export interface PtyPair extends AsyncDisposable {
  readonly meterEnd: string
  readonly nodeEnd: string
  /** Pulls the cable out: both device files are gone. */
  unplug(): Promise<void>
  /** Puts it in again, under the same names. */
  plugIn(): Promise<void>
}

/** True where a pty pair can be made: `socat` is installed. */
export const canMakePty = canMakeSerial()

/** A serial line between two device files. */
export async function ptyPair(): Promise<PtyPair> {
  const folder = mkdtempSync(join(tmpdir(), 'tri-pty-'))
  const [meterEnd, nodeEnd] = [join(folder, 'meter'), join(folder, 'node')]
  let cable = await cableBetween(meterEnd, nodeEnd)
  const unplug = async () => await pulledOut(cable)
  return {
    meterEnd,
    nodeEnd,
    unplug,
    plugIn: async () => {
      cable = await cableBetween(meterEnd, nodeEnd)
    },
    [Symbol.asyncDispose]: async () => {
      await unplug()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function cableBetween(...ends: readonly string[]): Promise<ChildProcess> {
  const cable = spawn(
    'socat',
    ends.map((end) => `pty,raw,echo=0,link=${end}`),
    { stdio: 'ignore' },
  )
  await until(
    () => ends.every((end) => existsSync(end)),
    () => 'the two ends of a pty that socat makes',
  )
  return cable
}

async function pulledOut(cable: ChildProcess): Promise<void> {
  if (cable.exitCode !== null || cable.signalCode !== null) return
  const gone = once(cable, 'exit')
  cable.kill()
  await gone
}
