import { slot, type Slot } from '@tri/units'

import { QUALITY } from './settlement-input.ts'

/** Columns of statements to be checked: a cell for every expected meter and slot, meter-major. */
export interface StatementColumns {
  readonly meters: readonly string[]
  readonly firstSlot: Slot
  readonly slots: number
  /** Wh, `[column * slots + t]`. */
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  /** `QUALITY` codes. */
  readonly quality: Uint8Array
}

/** Slots of one meter, one after another, that nobody has read. */
export interface Gap {
  readonly meter: string
  readonly column: number
  readonly firstSlot: Slot
  readonly slots: number
}

/** How far a period is known. Only a complete one can be final. */
export interface Completeness {
  /** Meter-slots that should be there: meters x slots. */
  readonly expected: number
  readonly measured: number
  readonly substituted: number
  readonly estimated: number
  readonly missing: number
  readonly isComplete: boolean
}

/**
 * Counts a period's meter-slots by quality: the gate before a period is final. Every one must be measured, or
 * substituted by a named rule and marked so; silence is not zero.
 */
export function completenessOf({ quality }: Pick<StatementColumns, 'quality'>): Completeness {
  const count = (code: number): number => {
    let found = 0
    for (let i = 0; i < quality.length; i++) if (quality[i] === code) found++
    return found
  }
  const measured = count(QUALITY.measured)
  const substituted = count(QUALITY.substituted)
  const estimated = count(QUALITY.estimated)
  // What carries an unknown code counts as missing: nobody can say how it was read.
  const missing = quality.length - measured - substituted - estimated
  return { expected: quality.length, measured, substituted, estimated, missing, isComplete: missing === 0 }
}

/** The gaps of a period, by column, then by time. */
export function gapsOf({ meters, firstSlot, slots, quality }: StatementColumns): Gap[] {
  const gaps: Gap[] = []
  for (const [column, meter] of meters.entries()) {
    const row = quality.subarray(column * slots, (column + 1) * slots)
    for (let t = 0; t < slots; t++) {
      if (row[t] !== QUALITY.missing) continue
      const from = t
      while (t + 1 < slots && row[t + 1] === QUALITY.missing) t++
      gaps.push({ meter, column, firstSlot: slot(firstSlot + from), slots: t + 1 - from })
    }
  }
  return gaps
}
