import { setTimeout as waitFor } from 'node:timers/promises'

import { epochMs, type EpochMs } from '@tri/units'

import { systemDice } from './open-node.ts'

/** The machine's own clock, dice and patience, as lines to devices and to others' systems take them. */
export function machinePorts() {
  return { now: wallClock, dice: systemDice, pause }
}

/** The machine's own clock: readings are of real time, whatever time the community's book is at. */
export function wallClock(): EpochMs {
  return epochMs(Date.now())
}

/** Waits; rejects when the signal is aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await waitFor(ms, undefined, { signal })
}
