import {
  canonicalBytes,
  canonicalForm,
  fromOwnBytes,
  must,
  present,
  type Canonical,
  type EpochMs,
  type MicroCredit,
  type Slot,
} from '@tri/units'

import type { AccountLine } from './account-line.ts'
import type { SlotRange } from './event.ts'
import { keysUnder, type KeyRange, type KeyValue } from './key-value.ts'
import type { MemberKind, NodeEntry, ProtocolStep, StewardEntry } from './operation.ts'
import { stateKeys } from './state-keys.ts'

/** The community as a whole. */
export interface Head {
  readonly community: string
  readonly name: string
  readonly timezone: string
  readonly language?: string
  readonly coordinator: string
  /** SHA-256 of the founding operation, hex: what everything else is proved from. */
  readonly genesis: string
  /** Operations applied. */
  readonly sequence: number
  /** The latest `at` of an operation of the coordinator's: what expires is measured against it. */
  readonly bookTime: EpochMs
  /** Every settled slot lies before it. */
  readonly settledUntil: Slot
}

/** A member as the book keeps it. */
export interface Member {
  readonly id: string
  readonly name?: string
  readonly kind: MemberKind
  /** Public keys, hex. */
  readonly keys: readonly string[]
  readonly joinedAt: EpochMs
  readonly leftAt?: EpochMs
}

export interface MemberKey {
  readonly member: string
  /** The highest nonce used with this key. */
  readonly nonce: number
}

/** A meter as the book keeps it. */
export interface Meter {
  readonly id: string
  readonly member: string
  readonly site: string
  /** Sequence number of the operation that registered it. */
  readonly added: number
  readonly from: Slot
  /** The first slot that no longer counts; absent while in use. */
  readonly until?: Slot
}

/** Where a member's credit is counted. */
export interface Account {
  readonly balance: MicroCredit
  readonly held: MicroCredit
  readonly holds: number
  readonly lines: number
  /** Its own limit; absent where the charter's holds. */
  readonly limit?: MicroCredit
}

/** Credit set aside until it is captured, released, or too old. */
export interface Hold {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly amount: MicroCredit
  readonly at: EpochMs
  readonly expiresAt: EpochMs
  readonly memo?: string
}

export interface AppliedOperation {
  readonly digest: string
  readonly sequence: number
}

/** Who brought statements, and where they come from. */
export interface StatementSource {
  readonly operation: string
  readonly by: string
  readonly key: string
  readonly at: EpochMs
  /** What the coordinator says the statements were read from. */
  readonly source?: string
}

/** A period that was settled, and where it stands now. */
export interface SettledPeriod extends SlotRange {
  readonly version: number
  /** A statement of the period was corrected after its last version. */
  readonly restatementDue: boolean
}

/** One version of a settlement. It is reproduced from the statements as they stood at `sequence`. */
export interface SettlementVersion extends SlotRange {
  readonly version: number
  readonly sequence: number
  readonly operation: string
  readonly at: EpochMs
  readonly charterVersion: number
  readonly readingsRoot: string
  readonly root: string
  readonly meters: number
  readonly quality: QualityCounts
  readonly importWh: number
  readonly exportWh: number
  readonly ownWh: number
  readonly sharedWh: number
  readonly gridImportWh: number
  readonly gridExportWh: number
  readonly ringWh: Readonly<Record<string, number>>
}

/** Meter-slots by quality. */
export interface QualityCounts {
  readonly measured: number
  readonly substituted: number
  readonly estimated: number
}

/** A period that the coordinator declared final; an objection reopens it. */
export interface Certificate extends SlotRange {
  readonly at: EpochMs
  readonly by: string
  readonly objection?: { readonly by: string; readonly at: EpochMs; readonly reason: string }
}

/** Who keeps the book, from the last agreement on. */
export interface StewardSet {
  /** Agreements so far; 0 for the founding steward. */
  readonly version: number
  readonly stewards: readonly StewardEntry[]
}

/** When the set of stewards became another one. */
export interface StewardChange {
  /** Of the set that then held. */
  readonly version: number
  /** Of the operation that brought the last approval. */
  readonly sequence: number
}

/** What somebody proposed to the stewards; she has at most one at a time. */
export interface StewardProposal {
  /** The operation that made it. */
  readonly id: string
  readonly by: string
  readonly at: EpochMs
  /** The version of the set it would follow; any other agreement makes it void. */
  readonly follows: number
  readonly stewards: readonly StewardEntry[]
  readonly protocol?: ProtocolStep
  /** Stewards who agree, in the order in which they did. */
  readonly approvals: readonly string[]
}

/** How the records of the book are read: its bytes are ours, and what apply wrote has the form it wrote. */
export const records = {
  head: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as Head,
  network: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as readonly NodeEntry[],
  member: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as Member,
  memberKey: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as MemberKey,
  meter: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as Meter,
  account: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as Account,
  line: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as AccountLine,
  hold: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as Hold,
  applied: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as AppliedOperation,
  source: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as StatementSource,
  period: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as SettledPeriod,
  version: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as SettlementVersion,
  certificate: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as Certificate,
  stewardChange: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as StewardChange,
  refounded: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as { readonly height: number },
  stewardSet: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as StewardSet,
  stewardProposal: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as StewardProposal,
  protocol: (bytes: Uint8Array) => fromOwnBytes(bytes) as unknown as ProtocolStep,
} as const

export function recordBytes(record: object): Uint8Array {
  return canonicalBytes(record as Canonical)
}

function read<T>(store: KeyValue, key: string, of: (bytes: Uint8Array) => T): T | undefined {
  const bytes = store.get(key)
  return bytes === undefined ? undefined : of(bytes)
}

/** The records of a range, in the order of their keys. */
export function* recordsIn<T>(store: KeyValue, range: KeyRange, of: (bytes: Uint8Array) => T): Iterable<T> {
  for (const [, bytes] of store.entries(range)) yield of(bytes)
}

export function readHead(store: KeyValue): Head | undefined {
  return read(store, stateKeys.head, records.head)
}

/** The head of a book that is known to be founded. */
export function headOf(store: KeyValue): Head {
  return present(readHead(store), 'the book is founded')
}

export function writeHead(store: KeyValue, head: Head): void {
  store.set(stateKeys.head, recordBytes(head))
}

export function readNetwork(store: KeyValue): readonly NodeEntry[] {
  return read(store, stateKeys.network, records.network) ?? []
}

export function writeNetwork(store: KeyValue, network: readonly NodeEntry[]): void {
  store.set(stateKeys.network, recordBytes(network))
}

export function readMember(store: KeyValue, id: string): Member | undefined {
  return read(store, stateKeys.member(id), records.member)
}

export function writeMember(store: KeyValue, member: Member): void {
  store.set(stateKeys.member(member.id), recordBytes(member))
}

export function readMemberKey(store: KeyValue, keyHex: string): MemberKey | undefined {
  return read(store, stateKeys.memberKey(keyHex), records.memberKey)
}

export function writeMemberKey(store: KeyValue, keyHex: string, key: MemberKey): void {
  store.set(stateKeys.memberKey(keyHex), recordBytes(key))
}

export function readMeter(store: KeyValue, id: string): Meter | undefined {
  return read(store, stateKeys.meter(id), records.meter)
}

export function writeMeter(store: KeyValue, meter: Meter): void {
  store.set(stateKeys.meter(meter.id), recordBytes(meter))
}

/** All meters in the order of their ids, which is the order of columns. */
export function metersIn(store: KeyValue): Meter[] {
  return [...recordsIn(store, keysUnder('meter'), records.meter)]
}

export function readAccount(store: KeyValue, id: string): Account | undefined {
  return read(store, stateKeys.account(id), records.account)
}

export function writeAccount(store: KeyValue, id: string, account: Account): void {
  must(account.held >= 0 && account.holds >= 0, 'an account never holds less than nothing', { account: id })
  const { balance, held, holds, lines, limit } = account
  store.set(
    stateKeys.account(id),
    limit === undefined ? accountBytes(held, holds, lines, balance) : recordBytes(account),
  )
}

/** An account without a limit of its own: a settlement writes every one of them. */
const accountBytes = canonicalForm({}, ['held', 'holds', 'lines', 'balance'])

export function readHold(store: KeyValue, id: string): Hold | undefined {
  return read(store, stateKeys.hold(id), records.hold)
}

export function readApplied(store: KeyValue, operation: string): AppliedOperation | undefined {
  return read(store, stateKeys.operation(operation), records.applied)
}

export function readSource(store: KeyValue, sequence: number): StatementSource | undefined {
  return read(store, stateKeys.source(sequence), records.source)
}

export function readSettlementVersion(
  store: KeyValue,
  until: number,
  version: number,
): SettlementVersion | undefined {
  return read(store, stateKeys.settlementVersion(until, version), records.version)
}

/** The periods that share a slot with a range, first to last; they never overlap one another. */
export function settledPeriodsIn(store: KeyValue, firstSlot: number, until: number): SettledPeriod[] {
  const range = { from: stateKeys.settlement(firstSlot + 1), until: keysUnder('settlement').until }
  return beginningBefore(until, recordsIn(store, range, records.period))
}

export function certificatesIn(store: KeyValue, firstSlot: number, until: number): Certificate[] {
  const range = { from: stateKeys.certificate(firstSlot + 1), until: keysUnder('certificate').until }
  return beginningBefore(until, recordsIn(store, range, records.certificate))
}

function beginningBefore<R extends SlotRange>(until: number, filed: Iterable<R>): R[] {
  const found: R[] = []
  for (const record of filed) {
    if (record.firstSlot >= until) break
    found.push(record)
  }
  return found
}
