import type { KeyValue } from '@tri/community'
import { SLOTS_PER_UTC_DAY, must, type Slot } from '@tri/units'

import type { SlotRange } from '../calendar.ts'

const DAY_DIGITS = 7
const IMPORT_AT = 0
const EXPORT_AT = 4 * SLOTS_PER_UTC_DAY
const QUALITY_AT = 8 * SLOTS_PER_UTC_DAY
const CHUNK_BYTES = 9 * SLOTS_PER_UTC_DAY

/** Readings of one meter over a range; quality 0 where there is none. */
export interface MeterReadings extends SlotRange {
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  readonly quality: Uint8Array
}

/**
 * Readings that stay in the household: what its production and consumption meters saw. They are never settled and no
 * other member can ask for them.
 */
export interface HouseholdReadings {
  read(meter: string, range: SlotRange): MeterReadings
  write(meter: string, readings: MeterReadings): void
}

/** Keeps them by meter and UTC day in a store of their own. */
export function householdReadings(store: KeyValue): HouseholdReadings {
  return {
    read: (meter, range) => {
      const readings = emptyReadings(range)
      for (const { day, inDay, at, slots } of piecesOf(range)) {
        const stored = store.get(keyOf(meter, day))
        if (stored === undefined) continue
        const chunk = chunkOver(new Uint8Array(stored))
        const piece = [inDay, inDay + slots] as const
        readings.importWh.set(chunk.importWh.subarray(...piece), at)
        readings.exportWh.set(chunk.exportWh.subarray(...piece), at)
        readings.quality.set(chunk.quality.subarray(...piece), at)
      }
      return readings
    },
    write: (meter, readings) => {
      for (const { day, inDay, at, slots } of piecesOf(readings)) {
        const chunk = chunkOver(copyOf(store.get(keyOf(meter, day))))
        for (let t = 0; t < slots; t++) {
          if (readings.quality[at + t] === 0) continue
          chunk.importWh[inDay + t] = readings.importWh[at + t] ?? 0
          chunk.exportWh[inDay + t] = readings.exportWh[at + t] ?? 0
          chunk.quality[inDay + t] = readings.quality[at + t] ?? 0
        }
        store.set(keyOf(meter, day), chunk.bytes)
      }
    },
  }
}

export function emptyReadings({ firstSlot, slots }: SlotRange): MeterReadings {
  return {
    firstSlot,
    slots,
    importWh: new Int32Array(slots),
    exportWh: new Int32Array(slots),
    quality: new Uint8Array(slots),
  }
}

function keyOf(meter: string, day: number): string {
  return `reading/${meter}/${String(day).padStart(DAY_DIGITS, '0')}`
}

function chunkOver(bytes: Uint8Array) {
  must(bytes.length === CHUNK_BYTES, 'a stored day of readings has its full length', { length: bytes.length })
  return {
    bytes,
    importWh: new Int32Array(bytes.buffer, IMPORT_AT, SLOTS_PER_UTC_DAY),
    exportWh: new Int32Array(bytes.buffer, EXPORT_AT, SLOTS_PER_UTC_DAY),
    quality: new Uint8Array(bytes.buffer, QUALITY_AT, SLOTS_PER_UTC_DAY),
  }
}

interface DayPiece {
  readonly day: number
  readonly inDay: number
  readonly at: number
  readonly slots: number
}

function piecesOf({ firstSlot, slots }: { readonly firstSlot: Slot; readonly slots: number }): DayPiece[] {
  const pieces: DayPiece[] = []
  for (let at = 0; at < slots;) {
    const day = Math.floor((firstSlot + at) / SLOTS_PER_UTC_DAY)
    const inDay = firstSlot + at - day * SLOTS_PER_UTC_DAY
    const length = Math.min(SLOTS_PER_UTC_DAY - inDay, slots - at)
    pieces.push({ day, inDay, at, slots: length })
    at += length
  }
  return pieces
}

function copyOf(stored: Uint8Array | undefined): Uint8Array {
  return stored === undefined ? new Uint8Array(CHUNK_BYTES) : new Uint8Array(stored)
}
