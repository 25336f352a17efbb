import { SLOTS_PER_UTC_DAY } from '@tri/units'

import { METER_SLOTS_MAX } from './reading-options.ts'

/** What became of a reading: kept, the same was there already, another was there, or there is no room. */
export type Put = 'kept' | 'repeated' | 'contradicted' | 'full'

/** One UTC day of all meters: index `column * 96 + slot within the day`. */
interface Day {
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  readonly quality: Uint8Array
  /** What is left beyond whole Wh, in µWh; only once a file had such. */
  importMicro?: Int32Array
  exportMicro?: Int32Array
}

/** Readings in whole columns, filled in any order. */
export interface StoredColumns {
  /** Meter-major: `column * slots + slot - first`. */
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  readonly quality: Uint8Array
  readonly importMicro?: Int32Array
  readonly exportMicro?: Int32Array
}

/**
 * Readings while they arrive: in days, because a file tells its period only at its end, and rows come in any order.
 */
export class ReadingStore {
  readonly #columns: number
  readonly #days = new Map<number, Day>()
  #dayNumber = -1
  #day: Day | undefined
  #hasFractions = false

  constructor(columns: number) {
    this.#columns = columns
  }

  /** @param quality 1 to 3; each energy is whole Wh and what is left in µWh, [0, 1 000 000) */
  put(
    column: number,
    slot: number,
    importWh: number,
    importMicro: number,
    exportWh: number,
    exportMicro: number,
    quality: number,
  ): Put {
    const dayNumber = Math.floor(slot / SLOTS_PER_UTC_DAY)
    if (dayNumber !== this.#dayNumber && !this.#turnTo(dayNumber)) return 'full'
    const day = this.#day as Day
    const at = column * SLOTS_PER_UTC_DAY + slot - dayNumber * SLOTS_PER_UTC_DAY
    if (day.quality[at] !== 0) {
      const isSame =
        day.importWh[at] === importWh &&
        day.exportWh[at] === exportWh &&
        (day.importMicro?.[at] ?? 0) === importMicro &&
        (day.exportMicro?.[at] ?? 0) === exportMicro &&
        day.quality[at] === quality
      return isSame ? 'repeated' : 'contradicted'
    }
    day.importWh[at] = importWh
    day.exportWh[at] = exportWh
    day.quality[at] = quality
    if (importMicro !== 0 || exportMicro !== 0) this.#putFractions(day, at, importMicro, exportMicro)
    return 'kept'
  }

  /** What is known of one meter-slot: Wh in, Wh out. */
  at(column: number, slot: number): { readonly importWh: number; readonly exportWh: number } {
    const dayNumber = Math.floor(slot / SLOTS_PER_UTC_DAY)
    const day = this.#days.get(dayNumber)
    const at = column * SLOTS_PER_UTC_DAY + slot - dayNumber * SLOTS_PER_UTC_DAY
    const energy = (whole?: Int32Array, micro?: Int32Array): number =>
      (whole?.[at] ?? 0) + (micro?.[at] ?? 0) / 1_000_000
    return {
      importWh: energy(day?.importWh, day?.importMicro),
      exportWh: energy(day?.exportWh, day?.exportMicro),
    }
  }

  /** The whole columns of `[first, first + slots)`; the store is empty afterwards. */
  columns(first: number, slots: number): StoredColumns {
    const importWh = new Int32Array(this.#columns * slots)
    const exportWh = new Int32Array(this.#columns * slots)
    const quality = new Uint8Array(this.#columns * slots)
    const importMicro = this.#hasFractions ? new Int32Array(this.#columns * slots) : undefined
    const exportMicro = this.#hasFractions ? new Int32Array(this.#columns * slots) : undefined
    for (const [number, day] of this.#days) {
      const start = number * SLOTS_PER_UTC_DAY
      const from = Math.max(first, start)
      const until = Math.min(first + slots, start + SLOTS_PER_UTC_DAY)
      const columns = from < until ? this.#columns : 0
      for (let column = 0; column < columns; column++) {
        const source = column * SLOTS_PER_UTC_DAY - start
        const target = column * slots + from - first
        importWh.set(day.importWh.subarray(source + from, source + until), target)
        exportWh.set(day.exportWh.subarray(source + from, source + until), target)
        quality.set(day.quality.subarray(source + from, source + until), target)
        if (day.importMicro !== undefined)
          importMicro?.set(day.importMicro.subarray(source + from, source + until), target)
        if (day.exportMicro !== undefined)
          exportMicro?.set(day.exportMicro.subarray(source + from, source + until), target)
      }
      this.#days.delete(number)
    }
    this.#dayNumber = -1
    return {
      importWh,
      exportWh,
      quality,
      ...(importMicro === undefined || exportMicro === undefined ? {} : { importMicro, exportMicro }),
    }
  }

  #turnTo(dayNumber: number): boolean {
    let day = this.#days.get(dayNumber)
    if (day === undefined) {
      const cells = this.#columns * SLOTS_PER_UTC_DAY
      if ((this.#days.size + 1) * cells > METER_SLOTS_MAX) return false
      day = {
        importWh: new Int32Array(cells),
        exportWh: new Int32Array(cells),
        quality: new Uint8Array(cells),
      }
      this.#days.set(dayNumber, day)
    }
    this.#day = day
    this.#dayNumber = dayNumber
    return true
  }

  #putFractions(day: Day, at: number, importMicro: number, exportMicro: number): void {
    this.#hasFractions = true
    day.importMicro ??= new Int32Array(day.importWh.length)
    day.exportMicro ??= new Int32Array(day.exportWh.length)
    day.importMicro[at] = importMicro
    day.exportMicro[at] = exportMicro
  }
}
