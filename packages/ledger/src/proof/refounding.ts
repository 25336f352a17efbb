import { accept, canonicalBytes, Fault, fromCanonicalBytes, type Canonical, type Outcome } from '@tri/units'

import { base64url, fromBase64url, hexOf } from '../chain/base64url.ts'
import { bytesOf, listOf, row, textUpTo, type Part } from '../chain/canonical-shape.ts'
import type { LightBlock, Primitives } from '../chain/light-block.ts'
import { joined, rootOf, sameBytes } from '../chain/merkle.ts'
import { headerHash } from '../chain/header-hash.ts'
import { flaw, type Flaw } from '../chain/trust.ts'
import { genesisBytes, genesisDigest, genesisFrom, type Genesis } from '../genesis.ts'
import { provedRecord, type ProvedMember } from './proved-record.ts'
import { recordLeafOf, stateRootOver, utf8, type LeafRecord } from './state-walk.ts'
import { read } from './unreadable.ts'

/** The domain of a member's signature under a new founding. */
export const REFOUNDING_DOMAIN = 'tri/refounding/1'
const REQUEST = 'tri-refounding:'
const SIGNATURE = 'tri-refounding-signature:'
/** More signatures than members nobody needs to read. */
const SIGNATURES_MAX = 100_000
const ID_LETTERS_MAX = 64

/** A member's signature under the genesis of a new founding. */
export interface RefoundingSignature {
  readonly member: string
  /** One of her keys, Ed25519. */
  readonly key: Uint8Array
  /** Under the digest of the new genesis, in the domain `tri/refounding/1`. */
  readonly signature: Uint8Array
}

/** A founding anew with the signatures collected so far. */
export interface Refounding {
  readonly genesis: Genesis
  readonly signatures: readonly RefoundingSignature[]
}

/** The members' records in the order of their keys, with what blinds their leaves, and how their root lies under a state root. */
export interface MemberList {
  readonly records: readonly LeafRecord[]
  /** From the leaf of the family `members` up to the state root. */
  readonly siblings: readonly Uint8Array[]
}

/** How far a founding anew has come. */
export interface RefoundingCount {
  readonly signed: number
  /** Members who have not left and have a key: those who can sign. */
  readonly of: number
  readonly isEnough: boolean
}

/** The text that members are shown to sign, small enough for one QR code: the whole genesis. */
export function refoundingText(genesis: Genesis): string {
  return REQUEST + base64url(genesisBytes(genesis))
}

/** Reads the text that asks for a signature, so that its terms can be shown before anybody signs. */
export function refoundingFrom(text: string): Outcome<Genesis, Flaw> {
  const bytes = bytesAfter(REQUEST, text)
  if (bytes === undefined) return flaw('refounding-malformed', 'refounding')
  return read(() => genesisFrom(bytes, 'refounding'))
}

/** The text in which a member's signature travels, small enough for one QR code. */
export function signatureText(digest: Uint8Array, { member, key, signature }: RefoundingSignature): string {
  return SIGNATURE + base64url(canonicalBytes([digest, member, key, signature]))
}

/**
 * Takes a signature, read from its text, into a founding anew. The same member twice counts once.
 *
 * @returns the refounding with it, or why the signature does not count
 */
export function withSignature(
  primitives: Primitives,
  refounding: Refounding,
  { text, members }: { readonly text: string; readonly members: MemberList },
): Outcome<Refounding, Flaw> {
  const bytes = bytesAfter(SIGNATURE, text)
  if (bytes === undefined) return flaw('refounding-malformed', 'signature')
  const parsed = read(() => signatureTextRow(fromCanonicalBytes(bytes), 'signature'))
  if (!parsed.ok) return parsed
  const [digest, member, key, signature] = parsed.value
  if (!sameBytes(digest, genesisDigest(primitives, refounding.genesis)))
    return flaw('chain-differs', 'signature.genesis')
  const voters = votersIn(members)
  if (!voters.ok) return voters
  const one = { member, key, signature }
  const wrong = wrongSignature(primitives, one, { digest, voters: voters.value }, 'signature')
  if (wrong !== undefined) return wrong
  const others = refounding.signatures.filter((known) => known.member !== member)
  return accept({ ...refounding, signatures: [...others, one] })
}

/** How many have signed, of those who can. */
export function refoundingCount({ signatures }: Refounding, members: MemberList): RefoundingCount {
  const voters = votersIn(members)
  const of = voters.ok ? voters.value.size : 0
  const signed = new Set(signatures.map(({ member }) => member)).size
  return { signed, of, isEnough: signed * 2 > of }
}

/**
 * Believes a founding anew: it names the last certified block of the chain before, the member list lies in the state which
 * that block carries, and more than half of the members who can have signed.
 *
 * @param last  the block it names, already believed
 * @param place before every part's name
 */
export function refoundingBelieved(
  primitives: Primitives,
  { genesis, signatures }: Refounding,
  {
    before,
    last,
    members,
  }: { readonly before: Genesis; readonly last: LightBlock; readonly members: MemberList },
  place: string,
): Outcome<Genesis, Flaw> {
  const { previous } = genesis
  if (genesis.community !== before.community || !sameBytes(genesis.founding, before.founding))
    return flaw('chain-differs', `${place}refounding.genesis`)
  if (previous === undefined || !sameBytes(previous.genesis, genesisDigest(primitives, before)))
    return flaw('chain-differs', `${place}refounding.genesis.previous.genesis`)
  if (previous.height !== last.header.height)
    return flaw('height-out-of-order', `${place}refounding.genesis.previous.height`)
  if (!sameBytes(previous.block, headerHash(primitives, last.header)))
    return flaw('hash-differs', `${place}refounding.genesis.previous.block`)
  const leaves = members.records.map((record) => recordLeafOf(primitives, record))
  const root = stateRootOver(primitives, 'members', rootOf(primitives, leaves), members.siblings)
  if (!sameBytes(root, last.header.appHash)) return flaw('root-differs', `${place}refounding.members`)
  const wrong = tooFew(primitives, { genesis, signatures }, members, `${place}refounding.`)
  return wrong ?? accept(genesis)
}

/** Reads the signatures of a founding anew out of a proof. */
export const signaturesPart: Part<readonly RefoundingSignature[]> = (value, place) =>
  listOf(signatureRow, SIGNATURES_MAX)(value, place).map(([member, key, signature]) => ({
    member,
    key,
    signature,
  }))

/** Signatures as a value of canonical bytes. */
export function signaturesValue(signatures: readonly RefoundingSignature[]): Canonical {
  return signatures.map(({ member, key, signature }) => [member, key, signature])
}

type Voters = ReadonlyMap<string, ProvedMember>
type Refused = ReturnType<typeof flaw>

function tooFew(
  primitives: Primitives,
  { genesis, signatures }: Refounding,
  members: MemberList,
  place: string,
): Refused | undefined {
  const voters = votersIn(members)
  if (!voters.ok) return voters
  const digest = genesisDigest(primitives, genesis)
  const signed = new Set<string>()
  for (const [i, one] of signatures.entries()) {
    const at = `${place}signature[${i}]`
    const wrong = wrongSignature(primitives, one, { digest, voters: voters.value }, at)
    if (wrong !== undefined) return wrong
    if (signed.has(one.member)) return flaw('signature-wrong', at)
    signed.add(one.member)
  }
  return signed.size * 2 > voters.value.size ? undefined : flaw('members-too-few', `${place}signature`)
}

function wrongSignature(
  primitives: Primitives,
  { member, key, signature }: RefoundingSignature,
  { digest, voters }: { readonly digest: Uint8Array; readonly voters: Voters },
  place: string,
): Refused | undefined {
  const isHers = voters.get(member)?.keys.includes(hexOf(key)) === true
  const message = primitives.sha256(joined(utf8(`${REFOUNDING_DOMAIN}\0`), digest))
  return isHers && primitives.isEd25519(key, message, signature) ? undefined : flaw('signature-wrong', place)
}

/** Members who have not left and have a key. */
function votersIn({ records }: MemberList): Outcome<Voters, Flaw> {
  return read(() => {
    const voters = new Map<string, ProvedMember>()
    for (const [i, { key, value }] of records.entries()) {
      const record = provedRecord(key, value, `members[${i}]`)
      if (record.kind !== 'member')
        throw new Fault('proof-malformed', { place: `members[${i}]`, expected: 'a member' })
      const { keys, leftAt } = record.values
      if (leftAt === undefined && keys.length > 0) voters.set(record.member, record.values)
    }
    return voters
  })
}

const signatureRow = row(['member', 'key', 'signature'], textUpTo(ID_LETTERS_MAX), bytesOf(32), bytesOf(64))
const signatureTextRow = row(
  ['genesis', 'member', 'key', 'signature'],
  bytesOf(32),
  textUpTo(ID_LETTERS_MAX),
  bytesOf(32),
  bytesOf(64),
)

function bytesAfter(prefix: string, text: string): Uint8Array | undefined {
  const trimmed = text.trim()
  return trimmed.startsWith(prefix) ? fromBase64url(trimmed.slice(prefix.length)) : undefined
}
