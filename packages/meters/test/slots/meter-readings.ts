import { SLOT_MS, epochMs, slot, wattHour, type Slot } from '@tri/units'

import { openRegisterHistory, type RegisterHistory } from '../../src/slots/register-history.ts'
import type { MeterFacts, RegisterReading } from '../../src/slots/register-reading.ts'

/** Slot 0 of these tests: the first of July 2026, 12:00 UTC. */
export const NOON = Date.UTC(2026, 6, 1, 12)
/** Far beyond every reading of these tests. */
export const LATER = epochMs(NOON + 60 * 86_400_000)
const MINUTE_MS = 60_000

export const CASA: MeterFacts = {
  meter: 'casa',
  sources: [
    { name: 'p1', resolutionWh: 1 },
    { name: 'bridge', resolutionWh: 1 },
  ],
  powerMaxW: 6_000,
  registers: 'import',
}

/** A reading so many minutes after noon. */
export function at(minutes: number, importWh: number, more: Partial<RegisterReading> = {}): RegisterReading {
  return {
    meter: 'casa',
    source: 'p1',
    takenAt: epochMs(NOON + minutes * MINUTE_MS),
    time: 'ours',
    check: 'valid',
    importWh: wattHour(importWh),
    ...more,
  }
}

/** The n-th slot after noon. */
export function quarter(n: number): Slot {
  return slot(NOON / SLOT_MS + n)
}

/** A history that took these readings, in this order. */
export function historyOf(readings: readonly RegisterReading[], facts: MeterFacts = CASA): RegisterHistory {
  const history = openRegisterHistory(facts)
  for (const reading of readings) history.take(reading, LATER)
  return history
}

/** What a history says of the slots from noon on, in words: `m 100` measured, `e 100` estimated, or the gap. */
export function said(history: RegisterHistory, slots: number): string[] {
  return Array.from({ length: slots }, (_, n) => {
    const change = history.slot(quarter(n))
    if (change === undefined) return 'open'
    return change.is === 'gap' ? change.why : `${change.is[0]} ${change.importWh}`
  })
}
