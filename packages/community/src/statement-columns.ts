import type { SettlementInput } from '@tri/exchange'
import { accept, must, present, slot, type Outcome, type Slot } from '@tri/units'

import { charterAt } from './charters.ts'
import type { SlotRange } from './event.ts'
import { keysUnder, type KeyValue } from './key-value.ts'
import { GAPS_NAMED_MAX } from './limits.ts'
import { no, type CommunityRefusal } from './refusal.ts'
import { treeOfMeters } from './registry.ts'
import { registryView, type RegistryView } from './registry-view.ts'
import { headOf, readSettlementVersion, readSource, type Meter, type StatementSource } from './state.ts'
import { stateKeys } from './state-keys.ts'
import { chunkOf, dayPieces, pieceOf, slotOfDay, type DayPiece } from './statement-chunk.ts'

/** Statements of a range of slots, meter by meter in column order: `[column * slots + t]`. */
export interface StatementRange extends SlotRange {
  readonly meters: readonly string[]
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  /** 0 where there is no statement, 1 measured, 2 substituted, 3 estimated. */
  readonly quality: Uint8Array
}

/** As the book stands: no operation has a higher number. */
const NOW = Number.POSITIVE_INFINITY

/**
 * The statements of a range as columns, for the meters registered up to an operation.
 *
 * @param asOf the sequence number up to which statements count; left out, the book as it stands
 */
export function statementColumns(store: KeyValue, range: SlotRange, asOf: number = NOW): StatementRange {
  const meters = registryView(store).meters.map(({ id }) => id)
  return columnsFor(store, { range, meters, asOf })
}

interface ColumnsWanted {
  readonly range: SlotRange
  readonly meters: readonly string[]
  readonly asOf: number
}

function columnsFor(store: KeyValue, { range, meters, asOf }: ColumnsWanted): StatementRange {
  const cells = meters.length * range.slots
  const columns = {
    ...range,
    meters,
    importWh: new Int32Array(cells),
    exportWh: new Int32Array(cells),
    quality: new Uint8Array(cells),
  }
  for (const piece of dayPieces(range.firstSlot, range.slots)) {
    const prefix = stateKeys.day(piece.day)
    const earlier = asOf === NOW ? undefined : earlierChunks(store, piece.day, asOf)
    // Both go by id: the walk and the columns keep step.
    let column = 0
    for (const [key, bytes] of store.entries(keysUnder(prefix))) {
      const meter = key.slice(prefix.length + 1)
      while (column < meters.length && (meters[column] ?? '') < meter) column++
      if (meters[column] === meter) copyPiece(columns, column, piece, earlier?.get(meter) ?? bytes)
    }
  }
  return columns
}

/** Of each meter corrected since, the day as it was: what the first later correction filed. */
function earlierChunks(store: KeyValue, day: number, asOf: number): ReadonlyMap<string, Uint8Array> {
  const prefix = stateKeys.earlierDay(day)
  const chunks = new Map<string, Uint8Array>()
  for (const [key, bytes] of store.entries(keysUnder(prefix))) {
    const cut = key.lastIndexOf('/')
    const meter = key.slice(prefix.length + 1, cut)
    if (Number(key.slice(cut + 1)) > asOf && !chunks.has(meter)) chunks.set(meter, bytes)
  }
  return chunks
}

function copyPiece(columns: StatementRange, column: number, piece: DayPiece, stored: Uint8Array): void {
  const to = column * columns.slots + piece.at
  if (piece.slots < SLOTS_BY_VIEW) return copySlots(columns, to, piece, stored)
  const part = pieceOf(stored, piece)
  columns.importWh.set(part.importWh, to)
  columns.exportWh.set(part.exportWh, to)
  columns.quality.set(part.quality, to)
}

/** From here on, three views of a day cost less than putting its numbers together byte by byte. */
const SLOTS_BY_VIEW = 8

function copySlots(
  columns: StatementRange,
  to: number,
  { inDay, slots }: DayPiece,
  stored: Uint8Array,
): void {
  for (let t = 0; t < slots; t++) {
    const { importWh, exportWh, quality } = slotOfDay(stored, inDay + t)
    columns.importWh[to + t] = importWh
    columns.exportWh[to + t] = exportWh
    columns.quality[to + t] = quality
  }
}

/**
 * What the exchange settles: the statements of a range with the tree, the members and the charter in force.
 *
 * @param version  a version that was settled, reproduced from the statements as they stood then; left out, the book as it
 *                 stands
 * @returns        the input, or `not-settled` when there is no such version, or why the network or charter is unusable
 */
export function settlementInputAt(
  store: KeyValue,
  range: SlotRange,
  version?: number,
): Outcome<SettlementInput, CommunityRefusal> {
  const until = range.firstSlot + range.slots
  const first = readSettlementVersion(store, until, 1)
  const isSettled = first !== undefined && first.firstSlot === range.firstSlot
  const wanted = version === undefined ? undefined : readSettlementVersion(store, until, version)
  if (version !== undefined && (!isSettled || wanted === undefined)) return no('not-settled', { ...range })
  // A settled period keeps its columns: meters registered later are not part of its restatements.
  const metersAsOf = isSettled ? first.sequence : NOW
  const { tree, memberOf } = registryAsOf(store, metersAsOf)
  if (!tree.ok) return tree
  const { meters } = tree.value
  const columns = columnsFor(store, { range, meters, asOf: wanted?.sequence ?? NOW })
  const leafSecret = store.get(stateKeys.leafSecret)
  return accept({
    community: headOf(store).community,
    tree: tree.value,
    memberOf,
    charter: charterAt(store, range.firstSlot),
    firstSlot: range.firstSlot,
    slots: range.slots,
    importWh: columns.importWh,
    exportWh: columns.exportWh,
    quality: columns.quality,
    ...(leafSecret === undefined ? {} : { leafSecret }),
  })
}

/** The registry without the meters that an operation after `sequence` brought. */
function registryAsOf(store: KeyValue, sequence: number): Pick<RegistryView, 'tree' | 'memberOf'> {
  const all = registryView(store)
  const counted = all.meters.filter(({ added }) => added <= sequence)
  if (counted.length === all.meters.length) return all
  return { tree: treeOfMeters(store, counted), memberOf: counted.map(({ member }) => member) }
}

/** Consecutive slots of a meter that lack a statement. */
export interface StatementGap extends SlotRange {
  readonly meter: string
}

/** How far a range is filled: meter-slots. */
export interface Completeness {
  readonly expected: number
  readonly measured: number
  readonly substituted: number
  readonly estimated: number
  readonly missing: number
  /** The first gaps, by meter and slot; at most GAPS_NAMED_MAX of them. */
  readonly gaps: readonly StatementGap[]
}

/** How many of the expected statements of a range the book has, by quality, and where the others are missing. */
export function completenessOf(store: KeyValue, range: SlotRange): Completeness {
  return completenessIn(registryView(store).meters, statementColumns(store, range))
}

/** The same over columns that are at hand already; meters and columns are in the order of ids. */
export function completenessIn(meters: readonly Meter[], columns: StatementRange): Completeness {
  const counts = new Float64Array(4)
  const gaps: StatementGap[] = []
  const idle = meters.map(({ from, until }) => ({ from, until: until ?? Number.POSITIVE_INFINITY }))
  for (const [column, { from, until }] of idle.entries()) {
    const begins = Math.max(0, from - columns.firstSlot)
    const ends = Math.min(columns.slots, until - columns.firstSlot)
    const base = column * columns.slots
    for (let t = begins; t < ends; t++) {
      const quality = columns.quality[base + t] ?? 0
      counts[quality] = (counts[quality] ?? 0) + 1
      if (quality !== 0 || gaps.length > GAPS_NAMED_MAX) continue
      const isNew = t === begins || columns.quality[base + t - 1] !== 0
      if (isNew)
        gaps.push({ meter: columns.meters[column] ?? '', firstSlot: slot(columns.firstSlot + t), slots: 1 })
      else gaps.push(longer(present(gaps.pop(), 'the gap before it')))
    }
  }
  const [missing = 0, measured = 0, substituted = 0, estimated = 0] = counts
  const expected = missing + measured + substituted + estimated
  return { expected, measured, substituted, estimated, missing, gaps: gaps.slice(0, GAPS_NAMED_MAX) }
}

function longer(gap: StatementGap): StatementGap {
  return { ...gap, slots: gap.slots + 1 }
}

/** Who brought the statement of a meter at a slot: a household itself, or the coordinator with the source named. */
export function signerOf(store: KeyValue, meter: string, at: Slot): StatementSource | undefined {
  const piece = present(dayPieces(at, 1)[0], 'a slot lies in a day')
  const bytes = store.get(stateKeys.statement(piece.day, meter))
  if (bytes === undefined) return undefined
  const chunk = chunkOf(bytes)
  if (chunk.quality[piece.inDay] === 0) return undefined
  const source = readSource(store, chunk.sequence[piece.inDay] ?? 0)
  must(source !== undefined, 'a statement remembers the operation that brought it', { meter, slot: at })
  return source
}
