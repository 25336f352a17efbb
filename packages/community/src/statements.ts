import { SLOT_MAX, SLOT_MS, accept, must, type Outcome } from '@tri/units'
import { hex } from '@tri/units/crypto'

import { SETTLEMENT_SLOTS_MAX, STATEMENT_WH_MAX } from './limits.ts'
import type { OperationOf, StatementColumns } from './operation.ts'
import { no, type CommunityRefusal } from './refusal.ts'
import { registryView, type RegistryView } from './registry-view.ts'
import { isCoordinator, type Played, type Scene } from './scene.ts'
import {
  certificatesIn,
  recordBytes,
  settledPeriodsIn,
  type Certificate,
  type Meter,
  type SettledPeriod,
} from './state.ts'
import { stateKeys } from './state-keys.ts'
import {
  chunkRoom,
  columnRoom,
  dayPieces,
  type ColumnRoom,
  type DayPiece,
  type StatementChunk,
} from './statement-chunk.ts'

/** Four thousand million operations: a book that outgrows them needs wider chunks. */
const SEQUENCE_END = 2 ** 32

/** Columns of one statement, aligned, checked to have one length. */
interface Columns {
  readonly meter: string
  readonly firstSlot: number
  readonly slots: number
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  readonly quality: Uint8Array
}

/** What an operation wrote, and the periods it touched: looked up once, not for every meter. */
interface Taking {
  readonly operation: OperationOf<'energy.statements'>
  readonly meterOf: RegistryView['meterOf']
  readonly certified: readonly Certificate[]
  readonly settled: readonly SettledPeriod[]
  readonly due: Set<SettledPeriod>
  readonly rooms: {
    readonly importWh: ColumnRoom
    readonly exportWh: ColumnRoom
    readonly chunk: () => StatementChunk
  }
  added: number
  corrected: number
}

/**
 * Takes statements: a household's for its own meters, the coordinator's for any. A slot that the book has already is
 * taken again only as a correction; the day as it was stays readable, and a settled period is then due for restatement.
 */
export function playStatements(scene: Scene, operation: OperationOf<'energy.statements'>): Played {
  must(scene.sequence < SEQUENCE_END, 'a slot remembers its operation in 32 bits')
  const span = spanOf(operation.statements)
  const taking: Taking = {
    operation,
    meterOf: registryView(scene.store).meterOf,
    certified: certificatesIn(scene.store, span.from, span.until).filter(
      (one) => one.objection === undefined,
    ),
    settled: settledPeriodsIn(scene.store, span.from, span.until),
    due: new Set(),
    rooms: {
      importWh: columnRoom(span.longest),
      exportWh: columnRoom(span.longest),
      chunk: chunkRoom(operation.statements.length),
    },
    added: 0,
    corrected: 0,
  }
  for (const statement of operation.statements) {
    const columns = columnsOf(statement, taking.rooms)
    if (!columns.ok) return columns
    const wrong = refusalOf(scene, taking, columns.value)
    if (wrong !== undefined) return wrong
    for (const piece of dayPieces(columns.value.firstSlot, columns.value.slots)) {
      const conflict = takeDay(scene, taking, { columns: columns.value, piece })
      if (conflict !== undefined) return conflict
    }
  }
  for (const period of taking.due) {
    scene.store.set(
      stateKeys.settlement(period.firstSlot + period.slots),
      recordBytes({ ...period, restatementDue: true }),
    )
  }
  writeSource(scene, operation)
  const { added, corrected } = taking
  const meters = operation.statements.length
  return accept([{ is: 'statements-taken', by: operation.by, meters, added, corrected }])
}

function writeSource({ store, sequence }: Scene, operation: OperationOf<'energy.statements'>): void {
  const { id, by, key, at, source } = operation
  const record = { operation: id, by, key: hex(key), at, ...(source === undefined ? {} : { source }) }
  store.set(stateKeys.source(sequence), recordBytes(record))
}

interface Span {
  readonly from: number
  readonly until: number
  /** Slots of the longest statement that is not too long. */
  readonly longest: number
}

function spanOf(statements: readonly StatementColumns[]): Span {
  let from = SLOT_MAX
  let until = 0
  let longest = 0
  for (const { firstSlot, quality } of statements) {
    from = Math.min(from, firstSlot)
    until = Math.max(until, firstSlot + quality.length)
    if (quality.length <= SETTLEMENT_SLOTS_MAX) longest = Math.max(longest, quality.length)
  }
  return { from, until, longest }
}

function columnsOf(statement: StatementColumns, rooms: Taking['rooms']): Outcome<Columns, CommunityRefusal> {
  const { meter, firstSlot, quality } = statement
  const slots = quality.length
  const fits =
    slots > 0 &&
    slots <= SETTLEMENT_SLOTS_MAX &&
    firstSlot + slots <= SLOT_MAX &&
    statement.importWh.length === 4 * slots &&
    statement.exportWh.length === 4 * slots
  if (!fits) return no('statement-misshapen', { meter, slot: firstSlot })
  const importWh = rooms.importWh.numbers(statement.importWh)
  const exportWh = rooms.exportWh.numbers(statement.exportWh)
  for (let t = 0; t < slots; t++) {
    const taken = importWh[t] ?? 0
    const given = exportWh[t] ?? 0
    const code = quality[t] ?? 0
    const most = code === 0 ? 0 : STATEMENT_WH_MAX
    if (taken < 0 || taken > most || given < 0 || given > most || code > 3)
      return no('statement-unusable', { meter, slot: firstSlot + t, most: STATEMENT_WH_MAX })
  }
  return accept({ meter, firstSlot, slots, importWh, exportWh, quality })
}

function refusalOf(scene: Scene, taking: Taking, columns: Columns): ReturnType<typeof no> | undefined {
  const { meter: id, firstSlot, slots } = columns
  const meter = taking.meterOf.get(id)
  if (meter === undefined) return no('meter-unknown', { meter: id })
  if (meter.member !== scene.signer.id && !isCoordinator(scene))
    return no('not-your-own', { owner: meter.member, member: scene.signer.id })
  const until = firstSlot + slots
  const inactive = firstSlot < meter.from ? firstSlot : lastInactive(meter, until)
  if (inactive !== undefined) return no('meter-not-active', { meter: id, slot: inactive })
  if (until * SLOT_MS > taking.operation.at) return no('slot-not-over', { meter: id, slot: until - 1 })
  const certified = taking.certified.find(
    (one) => one.firstSlot < until && one.firstSlot + one.slots > firstSlot,
  )
  if (certified !== undefined) return no('slot-certified', { slot: Math.max(certified.firstSlot, firstSlot) })
  return undefined
}

function lastInactive(meter: Meter, until: number): number | undefined {
  return meter.until !== undefined && until > meter.until ? until - 1 : undefined
}

interface MeterDay {
  readonly columns: Columns
  readonly piece: DayPiece
}

function takeDay(scene: Scene, taking: Taking, day: MeterDay): ReturnType<typeof no> | undefined {
  const { store, sequence } = scene
  const { columns, piece } = day
  const key = stateKeys.statement(piece.day, columns.meter)
  const stored = store.get(key)
  if (stored === undefined) {
    const chunk = taking.rooms.chunk()
    taking.added += fill(chunk, day, sequence)
    store.set(key, chunk.bytes)
    return undefined
  }
  const chunk = taking.rooms.chunk()
  chunk.bytes.set(stored)
  const { added, corrected } = mergeInto(chunk, day, sequence)
  if (corrected.length > 0) {
    const slot = columns.firstSlot + (corrected[0] ?? 0)
    if (!taking.operation.correction) return no('statement-conflict', { meter: columns.meter, slot })
    keepEarlier(scene, day, stored)
    markDue(taking, columns.firstSlot, corrected)
  }
  taking.added += added
  taking.corrected += corrected.length
  if (added + corrected.length > 0) store.set(key, chunk.bytes)
  return undefined
}

/** Copies a piece into a day that has nothing yet; slots of quality 0 carry no energy. Gives how many it added. */
function fill(chunk: StatementChunk, { columns, piece }: MeterDay, sequence: number): number {
  const until = piece.at + piece.slots
  chunk.importWh.set(columns.importWh.subarray(piece.at, until), piece.inDay)
  chunk.exportWh.set(columns.exportWh.subarray(piece.at, until), piece.inDay)
  chunk.quality.set(columns.quality.subarray(piece.at, until), piece.inDay)
  let added = 0
  for (let t = piece.inDay; t < piece.inDay + piece.slots; t++) {
    if (chunk.quality[t] === 0) continue
    chunk.sequence[t] = sequence
    added++
  }
  return added
}

interface Merged {
  readonly added: number
  /** Slots that had another statement, counted from the start of the columns. */
  readonly corrected: readonly number[]
}

function mergeInto(chunk: StatementChunk, { columns, piece }: MeterDay, sequence: number): Merged {
  const corrected: number[] = []
  let added = 0
  for (let at = piece.at; at < piece.at + piece.slots; at++) {
    const t = piece.inDay + at - piece.at
    const quality = columns.quality[at] ?? 0
    const importWh = columns.importWh[at] ?? 0
    const exportWh = columns.exportWh[at] ?? 0
    const had = chunk.quality[t] ?? 0
    const isSame = had === quality && chunk.importWh[t] === importWh && chunk.exportWh[t] === exportWh
    if (quality === 0 || isSame) continue
    if (had === 0) added++
    else corrected.push(at)
    chunk.importWh[t] = importWh
    chunk.exportWh[t] = exportWh
    chunk.quality[t] = quality
    chunk.sequence[t] = sequence
  }
  return { added, corrected }
}

/** Files a day as it was. The first correction of an operation counts: its later ones begin from what it wrote itself. */
function keepEarlier({ store, sequence }: Scene, { columns, piece }: MeterDay, stored: Uint8Array): void {
  const key = stateKeys.earlier(piece.day, columns.meter, sequence)
  if (store.get(key) === undefined) store.set(key, stored)
}

function markDue(taking: Taking, firstSlot: number, corrected: readonly number[]): void {
  for (const at of corrected) {
    const slot = firstSlot + at
    const period = taking.settled.find((one) => one.firstSlot <= slot && one.firstSlot + one.slots > slot)
    if (period !== undefined) taking.due.add(period)
  }
}
