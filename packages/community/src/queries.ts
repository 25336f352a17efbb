import { must, slot, slotOf, type MicroCredit, type Slot } from '@tri/units'
import { hex, sha256Over } from '@tri/units/crypto'

import { charterAt } from './charters.ts'
import type { SlotRange } from './event.ts'
import { ALL_KEYS, keysUnder, type KeyValue } from './key-value.ts'
import type { NodeEntry } from './operation.ts'
import { availableOf } from './posting.ts'
import {
  certificatesIn,
  headOf,
  metersIn,
  readAccount,
  readApplied,
  readHead,
  readMember,
  readMemberKey,
  readNetwork,
  readSettlementVersion,
  records,
  recordsIn,
  settledPeriodsIn,
  type Account,
  type Certificate,
  type Head,
  type Hold,
  type Member,
  type Meter,
  type SettledPeriod,
  type SettlementVersion,
} from './state.ts'
import { stateKeys } from './state-keys.ts'

/** The community as a whole: names, coordinator, genesis, operations applied; undefined in an empty book. */
export function communityHead(store: KeyValue): Head | undefined {
  return readHead(store)
}

/**
 * What the leaves of the state are blinded with, 32 bytes; undefined in a book that was founded before they were. Whoever
 * has it can try out what stands beside a record in a proof: it is for stewards only.
 */
export function leafSecretOf(store: Pick<KeyValue, 'get'>): Uint8Array | undefined {
  return store.get(stateKeys.leafSecret)
}

/** Every member who ever joined, by id. */
export function members(store: KeyValue): Member[] {
  return [...recordsIn(store, keysUnder('member'), records.member)]
}

/** A member, present or gone; undefined when the id was never used. */
export function memberById(store: KeyValue, id: string): Member | undefined {
  return readMember(store, id)
}

/** The member of whom a public key is one in force; undefined for a key that was removed, or never anybody's. */
export function memberOfKey(store: KeyValue, publicKey: Uint8Array): Member | undefined {
  const key = hex(publicKey)
  const registered = readMemberKey(store, key)
  const member = registered === undefined ? undefined : readMember(store, registered.member)
  return member?.keys.includes(key) === true ? member : undefined
}

/** Every meter ever registered, by id: the order of columns. */
export function meters(store: KeyValue): Meter[] {
  return metersIn(store)
}

/** The network's nodes with their lines, in the order in which they came. */
export function network(store: KeyValue): readonly NodeEntry[] {
  return readNetwork(store)
}

/** Where an account stands. */
export interface Balance {
  readonly account: string
  readonly balance: MicroCredit
  /** µCC kept for open holds. */
  readonly held: MicroCredit
  /** How far below zero it may go by its own act: its own limit, or the charter's. */
  readonly limit: MicroCredit
  /** µCC it can spend now; below 0 when energy took it past its limit. */
  readonly available: number
  /** Energy took it past its limit. The member is named, not cut off. */
  readonly isPastLimit: boolean
}

function balanceFrom(id: string, account: Account, inForce: MicroCredit): Balance {
  const { balance, held } = account
  const limit = account.limit ?? inForce
  const available = availableOf(account, limit)
  return { account: id, balance, held, limit, available, isPastLimit: balance + limit < 0 }
}

function limitInForce(store: KeyValue): MicroCredit {
  return charterAt(store, slotOf(headOf(store).bookTime)).limit
}

/** Where one account stands; undefined when there is none. */
export function balanceOf(store: KeyValue, account: string): Balance | undefined {
  const found = readAccount(store, account)
  return found === undefined ? undefined : balanceFrom(account, found, limitInForce(store))
}

/** Where every account stands, the commons' included, by id. */
export function balances(store: KeyValue): Balance[] {
  const inForce = limitInForce(store)
  const range = keysUnder('account')
  return [...store.entries(range)].map(([key, bytes]) =>
    balanceFrom(key.slice(range.from.length), records.account(bytes), inForce),
  )
}

/** The sum of all balances in µCC: 0 in every state of every book. Checked here once more. */
export function sumOfBalances(store: KeyValue): number {
  let sum = 0
  for (const { balance } of recordsIn(store, keysUnder('account'), records.account)) sum += balance
  return sum
}

/** Open holds by id, of one account or of all. */
export function holds(store: KeyValue, account?: string): Hold[] {
  const open = [...recordsIn(store, keysUnder('hold'), records.hold)]
  return account === undefined ? open : open.filter((hold) => hold.from === account || hold.to === account)
}

/** The first slot after everything that is settled; 0 when nothing is. */
export function settledUntil(store: KeyValue): Slot {
  return readHead(store)?.settledUntil ?? slot(0)
}

/** The last settled slot; undefined when nothing is settled. */
export function lastSettledSlot(store: KeyValue): Slot | undefined {
  const until = settledUntil(store)
  return until === 0 ? undefined : slot(until - 1)
}

/** A settled period with all its versions, oldest first, and how it stands. */
export interface SettlementRecord extends SettledPeriod {
  readonly versions: readonly SettlementVersion[]
  /** It lies in a certified period that no objection has reopened. */
  readonly isCertified: boolean
}

/** The settlements that share a slot with a range, first to last. */
export function settlementRecords(store: KeyValue, range: SlotRange): SettlementRecord[] {
  const until = range.firstSlot + range.slots
  const certified = certificatesIn(store, range.firstSlot, until).filter((one) => one.objection === undefined)
  return settledPeriodsIn(store, range.firstSlot, until).map((period) => {
    const end = period.firstSlot + period.slots
    const versions = [...recordsIn(store, keysUnder(stateKeys.settlementVersions(end)), records.version)]
    must(versions.length === period.version, 'every version of a settlement is kept', { until: end })
    const isCertified = certified.some(
      (one) => one.firstSlot <= period.firstSlot && one.firstSlot + one.slots >= end,
    )
    return { ...period, versions, isCertified }
  })
}

/** One version of the settlement that ends at a slot. */
export function settlementVersion(
  store: KeyValue,
  until: Slot,
  version: number,
): SettlementVersion | undefined {
  return readSettlementVersion(store, until, version)
}

/** Settled periods of which statements were corrected since: the coordinator restates them. */
export function restatementsDue(store: KeyValue, range: SlotRange): SettledPeriod[] {
  return settledPeriodsIn(store, range.firstSlot, range.firstSlot + range.slots).filter(
    (period) => period.restatementDue,
  )
}

/** Certified periods that share a slot with a range, with the objection that reopened them, if one did. */
export function certificates(store: KeyValue, range: SlotRange): Certificate[] {
  return certificatesIn(store, range.firstSlot, range.firstSlot + range.slots)
}

/** The number that an operation signed with this key takes next. */
export function nextNonce(store: KeyValue, publicKey: Uint8Array): number {
  return (readMemberKey(store, hex(publicKey))?.nonce ?? 0) + 1
}

/** The number in the log of an operation by its id; undefined when it was never applied. */
export function operationSequence(store: KeyValue, id: string): number | undefined {
  return readApplied(store, id)?.sequence
}

/** SHA-256 of an applied operation's signed bytes, hex; undefined when it was never applied. */
export function operationDigest(store: KeyValue, id: string): string | undefined {
  return readApplied(store, id)?.digest
}

/** SHA-256 over every key and value of the book, hex: two books with the same digest are the same book. */
export function stateDigest(store: KeyValue): string {
  return hex(sha256Over(stateBytes(store)))
}

function* stateBytes(store: KeyValue): Iterable<Uint8Array> {
  const text = new TextEncoder()
  for (const [key, value] of store.entries(ALL_KEYS)) {
    // The length keeps two neighbours from passing for one.
    yield text.encode(`${key}\0${value.length}\0`)
    yield value
  }
}
