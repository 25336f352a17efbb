import { canonicalBytes, must, type Slot } from '@tri/units'
import { leafDigest, sha256 } from '@tri/units/crypto'

import type { Split } from './rounding.ts'
import type { RuleName } from './rules/rule-name.ts'
import type { SettledDay, SettlementPlan } from './settlement-day.ts'

/** What a meter's leaf says before its columns: whose they are, and under which rules they were settled. */
export interface LeafHeader {
  readonly community: string
  readonly meter: string
  readonly firstSlot: Slot
  readonly slots: number
  readonly charterVersion: number
  readonly rule: RuleName
  readonly split: Split
  readonly matchOn: 'network' | 'rings'
  readonly rings: readonly string[]
}

/**
 * The leaf of one meter: a digest over its header and, day by day, its columns. A member who holds her own columns can
 * compute it, and with the Merkle path the root that everybody holds.
 *
 * @param days digests of the UTC days of the period, 32 bytes each, one after another, see `dayDigests`
 */
export function settlementLeaf(header: LeafHeader, days: Uint8Array): Uint8Array {
  return leafDigest(canonicalBytes({ format: 'tri/settlement-leaf/1', ...header }), days)
}

/** Bytes of a day's digest. */
export const DAY_DIGEST_BYTES = 32

/**
 * The digests of one settled day, a meter each, in the order of columns: over its import, export and quality by slot,
 * then its flow by ring (of the tree, nearest first), own use, grid import and grid export by interval; little-endian
 * Int32, quality as bytes.
 */
export function* dayDigests(plan: SettlementPlan, day: SettledDay): Generator<Uint8Array> {
  const { input, tree } = plan
  const { intervals, range } = day
  const meters = tree.meters.length
  const rings = tree.rings.length
  const intsBefore = 2 * range.slots
  const ints = new Int32Array(intsBefore + (rings + 3) * intervals)
  const bytes = new Uint8Array(ints.byteLength + range.slots)
  const at = range.firstSlot - input.firstSlot
  for (let column = 0; column < meters; column++) {
    const from = column * input.slots + at
    ints.set(input.importWh.subarray(from, from + range.slots), 0)
    ints.set(input.exportWh.subarray(from, from + range.slots), range.slots)
    let to = intsBefore
    const put = (values: Int32Array, row: number): void => {
      ints.set(values.subarray(row * intervals, (row + 1) * intervals), to)
      to += intervals
    }
    for (let ring = 0; ring < rings; ring++) put(day.flowWh, ring * meters + column)
    put(day.ownWh, column)
    put(day.gridImportWh, column)
    put(day.gridExportWh, column)
    bytes.set(littleEndian(ints), 0)
    bytes.set(input.quality.subarray(from, from + range.slots), ints.byteLength)
    yield sha256(bytes)
  }
}

function littleEndian(ints: Int32Array): Uint8Array {
  must(IS_LITTLE_ENDIAN, 'the machine keeps its numbers low byte first, as the kernels and the leaves do')
  return new Uint8Array(ints.buffer)
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
