import { canonicalForm, must, type Slot } from '@tri/units'
import { leafDigest, sha256 } from '@tri/units/crypto'

import type { Ring } from './ring.ts'
import type { Split } from './rounding.ts'
import { RULES, type RuleName } from './rules/rule-name.ts'
import type { SettledDay, SettlementPlan } from './settlement-day.ts'
import { daysOf } from './settlement-input.ts'

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
  /** Rings of the tree, nearest first: one flow column each. */
  readonly rings: readonly Ring[]
  /** What blinds the leaf, 16 bytes: `meterSalts`; absent where leaves are not blinded. */
  readonly salt?: Uint8Array
}

/** One meter's columns, as its household knows them: statements by slot, the rest by the rule's interval. */
export interface MeterColumns {
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  readonly quality: Uint8Array
  /** One a ring; received > 0, given < 0. */
  readonly flowWh: readonly Int32Array[]
  readonly ownWh: Int32Array
  readonly gridImportWh: Int32Array
  readonly gridExportWh: Int32Array
}

/** Bytes of a day's digest. */
export const DAY_DIGEST_BYTES = 32

/**
 * The leaf of one meter, from the columns that its household holds. With the Merkle path it leads to the settlement's
 * root, which everybody holds: so a member proves her own part without anybody else's.
 *
 * @param columns of the whole period, as `flowsOf` gives them
 * @see           docs/formats.md
 */
export function meterLeaf(header: LeafHeader, columns: MeterColumns): Uint8Array {
  const { intervalSlots } = RULES[header.rule]
  const days = daysOf(header)
  const digests = new Uint8Array(days.length * DAY_DIGEST_BYTES)
  for (const [d, { firstSlot, slots }] of days.entries()) {
    const at = firstSlot - header.firstSlot
    const [from, until] = [at / intervalSlots, (at + slots) / intervalSlots]
    const size = { meters: 1, rings: columns.flowWh.length, slots, intervals: until - from }
    const flowWh = new Int32Array(size.rings * size.intervals)
    for (const [ring, flow] of columns.flowWh.entries())
      flowWh.set(flow.subarray(from, until), ring * size.intervals)
    const settled = {
      flowWh,
      ownWh: columns.ownWh.subarray(from, until),
      gridImportWh: columns.gridImportWh.subarray(from, until),
      gridExportWh: columns.gridExportWh.subarray(from, until),
    }
    const statements = { ...columns, stride: header.slots, at }
    for (const digest of digestsOf(size, statements, settled)) digests.set(digest, d * DAY_DIGEST_BYTES)
  }
  return settlementLeaf(header, digests)
}

/** The leaf over a header and the digests of its days, one after another. */
export function settlementLeaf({ meter, salt, ...header }: LeafHeader, days: Uint8Array): Uint8Array {
  return settlementLeaves(header, salt !== undefined)(meter, days, salt)
}

/** The same for many meters: what their headers have in common is written once. */
export function settlementLeaves(
  header: Omit<LeafHeader, 'meter' | 'salt'>,
  isBlinded: boolean,
): (meter: string, days: Uint8Array, salt?: Uint8Array) => Uint8Array {
  const open = isBlinded ? ['meter', 'salt'] : ['meter']
  const headerOf = canonicalForm({ format: 'tri/settlement-leaf/1', ...header }, open)
  return (meter, days, salt) => leafDigest(salt === undefined ? headerOf(meter) : headerOf(meter, salt), days)
}

/** The digests of one settled day, a meter each, in the order of columns. */
export function dayDigests({ input, tree }: SettlementPlan, day: SettledDay): Generator<Uint8Array> {
  const { intervals, range } = day
  const size = { meters: tree.meters.length, rings: tree.rings.length, slots: range.slots, intervals }
  return digestsOf(size, { ...input, stride: input.slots, at: range.firstSlot - input.firstSlot }, day)
}

interface DaySize {
  readonly meters: number
  readonly rings: number
  readonly slots: number
  readonly intervals: number
}

/** `[column * stride + at + t]` */
interface DayStatements {
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  readonly quality: Uint8Array
  readonly stride: number
  readonly at: number
}

/**
 * For each meter SHA-256 over its columns of a day: import, export, flow by ring, own use, grid import and grid export as
 * little-endian Int32, then quality as bytes.
 */
function* digestsOf(
  { meters, rings, slots, intervals }: DaySize,
  { importWh, exportWh, quality, stride, at }: DayStatements,
  settled: Pick<SettledDay, 'flowWh' | 'ownWh' | 'gridImportWh' | 'gridExportWh'>,
): Generator<Uint8Array> {
  must(IS_LITTLE_ENDIAN, 'the machine keeps its numbers low byte first, as the kernels and the leaves do')
  const ints = new Int32Array(2 * slots + (rings + 3) * intervals)
  const bytes = new Uint8Array(ints.byteLength + slots)
  const intBytes = new Uint8Array(ints.buffer)
  let end = 0
  // Gathered in one run of bytes, by hand: views and calls for each column would cost more than the digest.
  const put = (values: Int32Array, from: number, count: number): void => {
    for (let i = 0; i < count; i++) ints[end + i] = values[from + i] ?? 0
    end += count
  }
  for (let column = 0; column < meters; column++) {
    const from = column * stride + at
    end = 0
    put(importWh, from, slots)
    put(exportWh, from, slots)
    for (let ring = 0; ring < rings; ring++)
      put(settled.flowWh, (ring * meters + column) * intervals, intervals)
    put(settled.ownWh, column * intervals, intervals)
    put(settled.gridImportWh, column * intervals, intervals)
    put(settled.gridExportWh, column * intervals, intervals)
    bytes.set(intBytes)
    for (let t = 0; t < slots; t++) bytes[intBytes.length + t] = quality[from + t] ?? 0
    yield sha256(bytes)
  }
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
