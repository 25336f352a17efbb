import {
  SLOT_MS,
  SLOTS_PER_HOUR,
  must,
  slot,
  slotOf,
  slotStart,
  watt,
  wattHour,
  type EpochMs,
  type Slot,
  type Watt,
  type WattHour,
} from '@tri/units'

import type { SlotRange } from '../calendar.ts'
import type { MeterReadings } from '../household/household-readings.ts'
import type { ReadingColumns } from '../readings/read-readings.ts'

/** What one meter shows at an instant. */
export interface MeterFace {
  readonly meter: string
  readonly at: EpochMs
  readonly slot: Slot
  /** Into the household is positive. */
  readonly powerW: Watt
  /** Positions of the two registers since the first reading. */
  readonly importWh: WattHour
  readonly exportWh: WattHour
}

/** Readings of meters by slot, wherever they come from. */
export interface SlotReadings {
  /** Undefined for a meter that is not known. */
  readingsOf(meter: string, range: SlotRange): MeterReadings | undefined
}

/** Slots between two positions that are kept; between them they are summed anew. */
const POSITION_SLOTS = 96

/**
 * Meters that are read back from a file: what they showed in every quarter hour of it, and in between.
 *
 * A file of quarter hours knows no more than the mean power of each, so that is the power shown, steady for fifteen
 * minutes; the registers advance with it and meet the file's readings at every quarter hour.
 */
export class PlayedMeters implements SlotReadings {
  readonly columns: ReadingColumns
  readonly #columnOf: ReadonlyMap<string, number>
  readonly #importAt: Float64Array
  readonly #exportAt: Float64Array

  constructor(columns: ReadingColumns) {
    this.columns = columns
    this.#columnOf = new Map(columns.meters.map((meter, column) => [meter, column]))
    this.#importAt = positions(columns, columns.importWh)
    this.#exportAt = positions(columns, columns.exportWh)
  }

  get firstSlot(): Slot {
    return this.columns.firstSlot
  }

  /** The first slot after the readings. */
  get until(): Slot {
    return slot(this.columns.firstSlot + this.columns.slots)
  }

  /** The readings of a meter over a range within the file's; undefined for a meter that the file does not have. */
  readingsOf(meter: string, { firstSlot, slots }: SlotRange): MeterReadings | undefined {
    const column = this.#columnOf.get(meter)
    if (column === undefined) return undefined
    const at = firstSlot - this.columns.firstSlot
    must(at >= 0 && at + slots <= this.columns.slots, 'readings are asked for where the file has them', {
      firstSlot,
      slots,
    })
    const from = column * this.columns.slots + at
    const { importWh, exportWh, quality } = this.columns
    return {
      firstSlot,
      slots,
      importWh: importWh.subarray(from, from + slots),
      exportWh: exportWh.subarray(from, from + slots),
      quality: quality.subarray(from, from + slots),
    }
  }

  /** The reading of a slot; undefined where the file has none. */
  readingAt(meter: string, of: Slot): { readonly importWh: number; readonly exportWh: number } | undefined {
    const cell = this.#cellOf(meter, of)
    if (cell === undefined || this.columns.quality[cell] === 0) return undefined
    return { importWh: this.columns.importWh[cell] ?? 0, exportWh: this.columns.exportWh[cell] ?? 0 }
  }

  /**
   * What a meter shows at an instant; undefined for a meter or a slot that the file does not have. At the very end it still
   * shows what the last slot left.
   *
   * P = 4 (import - export)   [W]   energies of the slot in Wh
   * register(t) = register(slot's start) + floor(energy x (t - slot's start) / 15 min)
   */
  faceAt(meter: string, at: EpochMs): MeterFace | undefined {
    const of = at === slotStart(this.until) ? slot(this.until - 1) : slotOf(at)
    const column = this.#columnOf.get(meter)
    const reading = this.readingAt(meter, of)
    if (column === undefined || reading === undefined) return undefined
    const passedMs = at - of * SLOT_MS
    const now = (before: number, energyWh: number): WattHour =>
      wattHour(before + Math.floor((energyWh * passedMs) / SLOT_MS))
    return {
      meter,
      at,
      slot: of,
      powerW: watt(SLOTS_PER_HOUR * (reading.importWh - reading.exportWh)),
      importWh: now(this.#positionAt(this.#importAt, this.columns.importWh, column, of), reading.importWh),
      exportWh: now(this.#positionAt(this.#exportAt, this.columns.exportWh, column, of), reading.exportWh),
    }
  }

  #cellOf(meter: string, of: Slot): number | undefined {
    const column = this.#columnOf.get(meter)
    const at = of - this.columns.firstSlot
    if (column === undefined || at < 0 || at >= this.columns.slots) return undefined
    return column * this.columns.slots + at
  }

  #positionAt(kept: Float64Array, energyWh: Int32Array, column: number, of: Slot): number {
    const { slots, firstSlot } = this.columns
    const at = of - firstSlot
    const block = Math.floor(at / POSITION_SLOTS)
    let position = kept[column * blocksOf(slots) + block] ?? 0
    for (let t = block * POSITION_SLOTS; t < at; t++) position += energyWh[column * slots + t] ?? 0
    return position
  }
}

function blocksOf(slots: number): number {
  return Math.ceil(slots / POSITION_SLOTS)
}

/** Register positions at the start of each block, by column. */
function positions({ meters, slots }: ReadingColumns, energyWh: Int32Array): Float64Array {
  must(energyWh.length === meters.length * slots, 'readings are one column a meter')
  const blocks = blocksOf(slots)
  const kept = new Float64Array(meters.length * blocks)
  for (let column = 0; column < meters.length; column++) {
    let position = 0
    for (let t = 0; t < slots; t++) {
      if (t % POSITION_SLOTS === 0) kept[column * blocks + t / POSITION_SLOTS] = position
      position += energyWh[column * slots + t] ?? 0
    }
  }
  return kept
}
