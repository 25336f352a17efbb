import { canonicalBytes, type Canonical } from '@tri/units'

import { stepsFrom, type Sha256 } from '../chain/merkle.ts'
import { marked } from './marked-path.ts'
import { LEAF_FORMAT, utcDays, type DayPart, type DayRange, type MeterPart } from './meter-columns.ts'

/** One meter's columns over a settled period, as its household knows them. */
export interface SettledColumns {
  /** What the leaf says before its columns: `LeafHeader` of `exchange`. */
  readonly header: Readonly<Record<string, Canonical | undefined>> & DayRange
  /** Slots settled as one. */
  readonly intervalSlots: number
  /** By slot, Wh. */
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  readonly quality: Uint8Array
  /** By interval, Wh; one column a ring. */
  readonly flowWh: readonly Int32Array[]
  readonly ownWh: Int32Array
  readonly gridImportWh: Int32Array
  readonly gridExportWh: Int32Array
}

/** The settlement around a meter: everybody's leaves, which tell nothing of anybody. */
export interface SettledLeaves {
  readonly leaves: readonly Uint8Array[]
  /** The meter's column. */
  readonly index: number
}

/**
 * One meter's part of a settlement, with the columns of one day and of the others no more than their digests: what proves
 * a slot stays small, and tells whoever checks it no other day.
 *
 * @param slot whose day is shown
 */
export function meterPartOf(
  primitives: Sha256,
  settled: SettledColumns,
  { leaves, index }: SettledLeaves,
  slot: number,
): MeterPart {
  const { header } = settled
  const days = utcDays(header.firstSlot, header.slots).map((day): DayPart => {
    const columns = dayBytes(settled, day)
    const isShown = slot >= day.firstSlot && slot < day.firstSlot + day.slots
    return isShown ? { columns } : { digest: primitives.sha256(columns) }
  })
  const leaf = leaves[index] ?? new Uint8Array()
  const { path } = marked(primitives, leaf, stepsFrom(primitives, leaves, index))
  return { header: canonicalBytes({ format: LEAF_FORMAT, ...header }), days, path }
}

/** A day's columns as their digest is taken over them: little-endian Int32 one after another, then quality. */
function dayBytes(settled: SettledColumns, { firstSlot, slots }: DayRange): Uint8Array {
  const { header, intervalSlots, importWh, exportWh, quality, flowWh } = settled
  const at = firstSlot - header.firstSlot
  const [from, until] = [at / intervalSlots, (at + slots) / intervalSlots]
  const bySlot = [importWh, exportWh].map((column) => column.subarray(at, at + slots))
  const byInterval = [...flowWh, settled.ownWh, settled.gridImportWh, settled.gridExportWh].map((column) =>
    column.subarray(from, until),
  )
  const words = [...bySlot, ...byInterval].flatMap((column) => [...column])
  const bytes = new Uint8Array(words.length * Int32Array.BYTES_PER_ELEMENT + slots)
  const view = new DataView(bytes.buffer)
  for (const [i, word] of words.entries()) view.setInt32(i * Int32Array.BYTES_PER_ELEMENT, word, true)
  bytes.set(quality.subarray(at, at + slots), words.length * Int32Array.BYTES_PER_ELEMENT)
  return bytes
}
