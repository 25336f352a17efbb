import { fromCanonicalBytes, type Canonical } from '@tri/units'

import {
  fieldsAmong,
  listOf,
  matching,
  optionally,
  textUpTo,
  unreadable,
  wholeFrom,
} from '../chain/canonical-shape.ts'
import type { ProvedFamily } from './state-walk.ts'

/** What a record of the book says, as far as a proof shows it. Amounts in µCC, times in ms, energies in Wh. */
export type ProvedRecord =
  | { readonly kind: 'balance'; readonly account: string; readonly values: ProvedBalance }
  | { readonly kind: 'posting'; readonly account: string; readonly values: ProvedPosting }
  | { readonly kind: 'slot'; readonly values: ProvedSettlement }
  | { readonly kind: 'receipt'; readonly operation: string; readonly values: ProvedReceipt }
  | { readonly kind: 'certificate'; readonly values: ProvedCertificate }
  | { readonly kind: 'member'; readonly member: string; readonly values: ProvedMember }

/** Where an account stands, µCC. */
export interface ProvedBalance {
  readonly balance: number
  readonly held: number
  readonly limit: number | undefined
  /** Lines posted so far. */
  readonly lines: number
}

/** What a member gave and received in one ring, in Wh, and what it was worth, in µCC; in a restatement, the differences. */
export interface ProvedRing {
  readonly ring: string
  readonly givenWh: number
  readonly receivedWh: number
  /** µCC per Wh. */
  readonly price: number
  readonly earned: number
  readonly spent: number
}

/** One line of an account. */
export interface ProvedPosting {
  readonly number: number
  readonly operation: string
  readonly sequence: number
  readonly at: number
  readonly posting: string
  /** µCC; positive is earned. */
  readonly amount: number
  /** µCC after the line. */
  readonly balance: number
  readonly firstSlot: number | undefined
  readonly slots: number | undefined
  readonly version: number | undefined
  readonly rings: readonly ProvedRing[] | undefined
  readonly other: string | undefined
  readonly memo: string | undefined
}

/** One version of a settled period. */
export interface ProvedSettlement {
  readonly firstSlot: number
  readonly slots: number
  readonly version: number
  readonly operation: string
  readonly charterVersion: number
  /** Hexadecimal: the root over the meters' leaves. */
  readonly root: string
  readonly meters: number
  readonly sharedWh: number
}

/** An operation that was applied. */
export interface ProvedReceipt {
  /** SHA-256 of its signed bytes, hexadecimal. */
  readonly digest: string
  readonly sequence: number
}

/** A period declared final. */
export interface ProvedCertificate {
  readonly firstSlot: number
  readonly slots: number
  readonly at: number
  readonly by: string
}

/** A member of the community, as far as the founding anew of it needs to know her. */
export interface ProvedMember {
  /** Public keys, hexadecimal. */
  readonly keys: readonly string[]
  readonly leftAt: number | undefined
}

const ID_LETTERS_MAX = 64
const MEMO_LETTERS_MAX = 1000
const KEYS_MAX = 64
const RINGS_MAX = 8
const signed = wholeFrom(Number.MIN_SAFE_INTEGER)
const count = wholeFrom(0)
const id = textUpTo(ID_LETTERS_MAX)
const digest = matching(/^[0-9a-f]{64}$/, '64 hexadecimal digits')

const balance = fieldsAmong({ balance: signed, held: count, limit: optionally(count), lines: count })
const ringPart = fieldsAmong({
  ring: id,
  givenWh: signed,
  receivedWh: signed,
  price: signed,
  earned: signed,
  spent: signed,
})
const posting = fieldsAmong({
  number: count,
  operation: id,
  sequence: count,
  at: count,
  posting: id,
  amount: signed,
  balance: signed,
  firstSlot: optionally(count),
  slots: optionally(count),
  version: optionally(count),
  rings: optionally(listOf(ringPart, RINGS_MAX)),
  other: optionally(id),
  memo: optionally(textUpTo(MEMO_LETTERS_MAX)),
})
const settlement = fieldsAmong({
  firstSlot: count,
  slots: count,
  version: count,
  operation: id,
  charterVersion: count,
  root: digest,
  meters: count,
  sharedWh: count,
})
const receipt = fieldsAmong({ digest, sequence: count })
const certificate = fieldsAmong({ firstSlot: count, slots: count, at: count, by: id })
const member = fieldsAmong({ keys: listOf(digest, KEYS_MAX), leftAt: optionally(count) })

type Reader = (name: string, value: Canonical, place: string) => ProvedRecord

const READERS: Readonly<Record<string, { readonly family: ProvedFamily; readonly read: Reader }>> = {
  account: {
    family: 'accounts',
    read: (name, value, place) => ({ kind: 'balance', account: name, values: balance(value, place) }),
  },
  member: {
    family: 'members',
    read: (name, value, place) => ({ kind: 'member', member: name, values: member(value, place) }),
  },
  line: {
    family: 'records',
    read: (name, value, place) => {
      const account = name.slice(0, name.lastIndexOf('/'))
      return { kind: 'posting', account, values: posting(value, place) }
    },
  },
  'settlement-version': {
    family: 'records',
    read: (_, value, place) => ({ kind: 'slot', values: settlement(value, place) }),
  },
  operation: {
    family: 'records',
    read: (name, value, place) => ({ kind: 'receipt', operation: name, values: receipt(value, place) }),
  },
  certificate: {
    family: 'records',
    read: (_, value, place) => ({ kind: 'certificate', values: certificate(value, place) }),
  },
}

/** The family that a key is filed under; undefined for a record of which no proof is made. */
export function familyOf(key: string): ProvedFamily | undefined {
  const topic = topicOf(key)
  return Object.hasOwn(READERS, topic) ? READERS[topic]?.family : undefined
}

/**
 * What a record says.
 *
 * @throws Fault `proof-malformed`, or `bytes-not-canonical`
 */
export function provedRecord(key: string, value: Uint8Array, place = 'leaf'): ProvedRecord {
  const topic = topicOf(key)
  const reader = Object.hasOwn(READERS, topic) ? READERS[topic] : undefined
  if (reader === undefined) throw unreadable(`${place}.key`, 'the key of a record that is proved')
  return reader.read(key.slice(topic.length + 1), fromCanonicalBytes(value), `${place}.value`)
}

function topicOf(key: string): string {
  return key.slice(0, Math.max(0, key.indexOf('/')))
}
