import { SLOTS_PER_UTC_DAY } from '@tri/units'

import { METER_SLOTS_MAX } from './reading-options.ts'

/** Registers of one UTC day in mWh; quality 0 where nobody read. Absolute values, so rounding to the mWh never adds up. */
interface Day {
  readonly importMilli: Float64Array
  readonly exportMilli: Float64Array
  readonly quality: Uint8Array
}

/** What two neighbouring registers say of the quarter hour between them. */
export interface RegisterStep {
  readonly column: number
  readonly slot: number
  /** 1, or more when the register was not read in between. */
  readonly slots: number
  readonly before: { readonly importMilli: number; readonly exportMilli: number }
  readonly after: { readonly importMilli: number; readonly exportMilli: number }
  readonly quality: number
}

/** Cumulative registers while they arrive, each at the instant at which a slot begins. */
export class RegisterStore {
  readonly #columns: number
  readonly #days = new Map<number, Day>()

  constructor(columns: number) {
    this.#columns = columns
  }

  put(
    column: number,
    slot: number,
    importMilli: number,
    exportMilli: number,
    quality: number,
  ): 'kept' | 'repeated' | 'contradicted' | 'full' {
    const number = Math.floor(slot / SLOTS_PER_UTC_DAY)
    const day = this.#days.get(number) ?? this.#newDay(number)
    if (day === undefined) return 'full'
    const at = column * SLOTS_PER_UTC_DAY + slot - number * SLOTS_PER_UTC_DAY
    if (day.quality[at] !== 0) {
      const isSame =
        day.importMilli[at] === importMilli &&
        day.exportMilli[at] === exportMilli &&
        day.quality[at] === quality
      return isSame ? 'repeated' : 'contradicted'
    }
    day.importMilli[at] = importMilli
    day.exportMilli[at] = exportMilli
    day.quality[at] = quality
    return 'kept'
  }

  /** What is known of one meter at the start of a slot: Wh in, Wh out. */
  at(column: number, slot: number): { readonly importWh: number; readonly exportWh: number } {
    const number = Math.floor(slot / SLOTS_PER_UTC_DAY)
    const day = this.#days.get(number)
    const at = column * SLOTS_PER_UTC_DAY + slot - number * SLOTS_PER_UTC_DAY
    return { importWh: (day?.importMilli[at] ?? 0) / 1000, exportWh: (day?.exportMilli[at] ?? 0) / 1000 }
  }

  /** All steps from one register to the next, by meter and in the order of time. */
  *steps(): Iterable<RegisterStep> {
    const numbers = [...this.#days.keys()].sort((a, b) => a - b)
    for (let column = 0; column < this.#columns; column++) {
      let last: { slot: number; importMilli: number; exportMilli: number; quality: number } | undefined
      for (const number of numbers) {
        const day = this.#days.get(number) as Day
        for (let quarter = 0; quarter < SLOTS_PER_UTC_DAY; quarter++) {
          const at = column * SLOTS_PER_UTC_DAY + quarter
          const quality = day.quality[at] as number
          if (quality === 0) continue
          const slot = number * SLOTS_PER_UTC_DAY + quarter
          const after = {
            importMilli: day.importMilli[at] as number,
            exportMilli: day.exportMilli[at] as number,
          }
          if (last !== undefined)
            yield {
              column,
              slot: last.slot,
              slots: slot - last.slot,
              before: last,
              after,
              quality: Math.max(quality, last.quality),
            }
          last = { slot, ...after, quality }
        }
      }
    }
  }

  #newDay(number: number): Day | undefined {
    const cells = this.#columns * SLOTS_PER_UTC_DAY
    // A register takes twice the room of a reading.
    if ((this.#days.size + 1) * cells * 2 > METER_SLOTS_MAX) return undefined
    const day = {
      importMilli: new Float64Array(cells),
      exportMilli: new Float64Array(cells),
      quality: new Uint8Array(cells),
    }
    this.#days.set(number, day)
    return day
  }
}
