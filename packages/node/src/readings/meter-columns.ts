import type { CommunityDocument } from '../community-file/document-shape.ts'
import { HOUSEHOLD_SLOT_WH_MAX, METER_SLOT_WH_MAX } from './reading-options.ts'

/** The meters of a community as columns, and how much each can carry in a quarter hour. */
export interface MeterColumns {
  /** Sorted by UTF-16 code units. */
  readonly meters: readonly string[]
  readonly columnOf: ReadonlyMap<string, number>
  readonly slotWhMax: Int32Array
}

export function meterColumns(document: Pick<CommunityDocument, 'meters' | 'members'>): MeterColumns {
  const sorted = document.meters.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const kinds = new Map(document.members.map(({ id, kind }) => [id, kind]))
  return {
    meters: sorted.map(({ id }) => id),
    columnOf: new Map(sorted.map(({ id }, column) => [id, column])),
    slotWhMax: Int32Array.from(sorted, ({ member }) =>
      kinds.get(member) === 'household' ? HOUSEHOLD_SLOT_WH_MAX : METER_SLOT_WH_MAX,
    ),
  }
}

/** Finds a meter's column from the bytes of its id, without making a string of them. */
export class MeterBytes {
  readonly #table: Int32Array
  readonly #mask: number
  readonly #ids: readonly Uint8Array[]

  constructor(meters: readonly string[]) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(meters.length * 3, 8)))
    this.#table = new Int32Array(size).fill(-1)
    this.#mask = size - 1
    this.#ids = meters.map((meter) => new TextEncoder().encode(meter))
    for (const [column, id] of this.#ids.entries()) {
      let at = hashOf(id) & this.#mask
      while (this.#table[at] !== -1) at = (at + 1) & this.#mask
      this.#table[at] = column
    }
  }

  /** @param hash of the bytes in `[from, until)`, by `hashStep` from `HASH_START` */
  find(bytes: Uint8Array, from: number, until: number, hash: number): number {
    for (let at = hash & this.#mask; ; at = (at + 1) & this.#mask) {
      const column = this.#table[at] as number
      if (column === -1) return -1
      const id = this.#ids[column] as Uint8Array
      if (id.length !== until - from) continue
      let same = 0
      while (same < id.length && id[same] === bytes[from + same]) same++
      if (same === id.length) return column
    }
  }
}

/** FNV-1a: short ids differ in their last characters, which it spreads well. */
export const HASH_START = 0x811c9dc5
export function hashStep(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193)
}

function hashOf(id: Uint8Array): number {
  let hash = HASH_START
  for (const byte of id) hash = hashStep(hash, byte)
  return hash
}
