import { MEMBER_KINDS, communityRefusals, type CommunityRefusalName } from '@tri/community'
import type { Canonical } from '@tri/units'
import { z } from 'zod'

import { bytesOf, keyShape, warrantShape } from './warrant.ts'

/** Who stands at a door. Everybody is a stranger until a key says otherwise. */
export const AUDIENCES = ['stranger', 'member', 'candidate', 'steward'] as const
export type Audience = (typeof AUDIENCES)[number]

/** What can be asked at a steward's door: by whom, with what, and what comes back. */
export interface DoorRequest<I extends Canonical, A> {
  readonly name: string
  /** Nobody else gets an answer. */
  readonly for: readonly Audience[]
  readonly input: z.ZodType<I>
  readonly answer: z.ZodType<A>
  /** Its answer may be as long as a whole block; any other is cut off at a mebibyte. */
  readonly isLarge: boolean
}

const DIGEST_BYTES = 32
const ADDRESS_BYTES = 20
const SECRET_BYTES = 16
const SIGNATURE_BYTES = 64
/** Longest a door keeps somebody waiting for an operation to become final. */
export const SETTLED_WAIT_MS_MAX = 25_000
/** Lines of an account in one answer. */
export const LINES_ASKED_MAX = 200
/** Changes of the steward set in one answer. */
export const CHANGES_ASKED_MAX = 64
/** Blocks in one answer. */
export const BLOCKS_ASKED_MAX = 256
/** Parts of a snapshot: a book of some gigabytes. */
const SNAPSHOT_PARTS_MAX = 16_384
/** Members in one answer: as many as a community can have in an answer that is cut off at a large block. */
const MEMBERS_ASKED_MAX = 131_072
const NAME_LETTERS_MAX = 200
/** Quarter hours of totals in one answer: a local October. */
export const TOTALS_ASKED_MAX = 2_980

const nothing = z.strictObject({})
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const whole = z.int().min(0)
const id = z.string().min(1).max(64)
const digest = z.string().regex(/^[0-9a-f]{64}$/)

/** Anything canonical: it came out of canonical bytes, so there is nothing left to check of its form. */
const canonical = z.custom<Canonical>((value) => value !== undefined)
const details = z.record(z.string(), canonical)
const refusalName = z.custom<CommunityRefusalName>(
  (name) => typeof name === 'string' && Object.hasOwn(communityRefusals, name),
)

export const standingShape = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('unknown') }),
  z.strictObject({ is: z.literal('accepted') }),
  z.strictObject({ is: z.literal('final'), height: whole, sequence: whole }),
  z.strictObject({ is: z.literal('refused'), refusal: z.strictObject({ is: refusalName, details }) }),
])

/** Where an operation stands, as it travels. */
export type ToldStanding = z.infer<typeof standingShape>

const stewardEntry = z.strictObject({
  member: id,
  key: keyShape,
  node: bytesOf(ADDRESS_BYTES),
  tls: keyShape,
  addresses: z.array(z.string().min(1).max(128)).max(4),
})
/** A steward as she would stand in the set. */
export type CandidateEntry = z.infer<typeof stewardEntry>

const members = ['member', 'steward'] as const
const joining = ['candidate', 'steward'] as const
const known = ['member', 'candidate', 'steward'] as const

/** One entry of the table; it only ties the types of both ends together. */
function request<I extends Canonical, A>(
  name: string,
  audiences: readonly Audience[],
  shapes: { readonly input: z.ZodType<I>; readonly answer: z.ZodType<A>; readonly isLarge?: boolean },
): DoorRequest<I, A> {
  return { isLarge: false, name, for: audiences, ...shapes }
}

const communityAnswer = z.strictObject({
  name: z.string().max(NAME_LETTERS_MAX),
  timezone: z.string().max(64),
  /** µCC below zero to which the asking member may go by her own act. */
  limit: whole,
  members: z
    .array(
      z.strictObject({
        id,
        name: z.string().max(NAME_LETTERS_MAX).optional(),
        kind: z.enum(MEMBER_KINDS),
      }),
    )
    .max(MEMBERS_ASKED_MAX),
})
/** What every member may see of her community. */
export type ToldCommunity = z.infer<typeof communityAnswer>

/** Which record of her own a member wants proved. */
const proofWanted = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('balance') }),
  z.strictObject({ is: z.literal('line'), number: whole.min(1) }),
  z.strictObject({ is: z.literal('receipt'), operation: id }),
  z.strictObject({ is: z.literal('settlement'), until: whole, version: whole.min(1) }),
])
export type ProofWanted = z.infer<typeof proofWanted>

/**
 * Every request there is. Members get what is theirs, what proves it, and totals over enough of them; stewards get
 * everything, because they keep the book; who was invited to become one gets the book once a steward let her in.
 */
export const doorRequests = {
  /** Says in whose name a box has come. */
  hello: request('hello', AUDIENCES, {
    input: z.strictObject({ warrant: warrantShape.optional(), secret: bytesOf(SECRET_BYTES).optional() }),
    answer: z.strictObject({ as: z.enum(AUDIENCES), chain: z.string().max(64) }),
  }),
  /** The genesis document, of which the digest is on paper. */
  genesis: request('genesis', known, { input: nothing, answer: z.strictObject({ document: bytes }) }),
  /** The newest certified block. */
  tip: request('tip', known, { input: nothing, answer: z.strictObject({ height: whole, block: bytes }) }),
  /** The blocks that changed the steward set, from a height on. */
  changes: request('changes', known, {
    input: z.strictObject({ from: whole }),
    answer: z.strictObject({ blocks: z.array(bytes).max(CHANGES_ASKED_MAX), more: z.boolean() }),
  }),
  /** The proof of a record of one's own; with the balance, who the stewards are, proved by the same block. */
  proof: request('proof', members, {
    input: proofWanted,
    answer: z.strictObject({ proof: bytes, stewards: bytes.optional() }),
  }),
  /** The lines of one's own account, newest first. */
  lines: request('lines', members, {
    input: z.strictObject({ before: whole.optional(), most: whole.min(1).max(LINES_ASKED_MAX) }),
    answer: z.strictObject({ lines: z.array(canonical).max(LINES_ASKED_MAX) }),
  }),
  /** Totals of settled quarter hours, where enough meters are behind them. */
  totals: request('totals', members, {
    input: z.strictObject({ firstSlot: whole, slots: whole.min(1).max(TOTALS_ASKED_MAX) }),
    answer: z.strictObject({ totals: z.array(canonical).max(TOTALS_ASKED_MAX) }),
  }),
  /** What every member may see of her community: who is in it, to pay one of them, and how far she may go. */
  community: request('community', members, { input: nothing, answer: communityAnswer, isLarge: true }),
  /** Hands in an operation. A member hands in her own only. */
  submit: request('submit', members, {
    input: z.strictObject({ bytes, signature: bytesOf(SIGNATURE_BYTES) }),
    answer: standingShape,
  }),
  /** How an operation stands. Who knows its digest has seen its bytes. */
  standing: request('standing', members, {
    input: z.strictObject({ digest }),
    answer: standingShape,
  }),
  /** The same, once it is settled or the time is over. */
  settled: request('settled', members, {
    input: z.strictObject({ digest, waitMs: whole.max(SETTLED_WAIT_MS_MAX) }),
    answer: standingShape,
  }),
  /** The newest snapshot of the book, with the certified block whose state vouches for it; absent while there is none. */
  snapshot: request('snapshot', joining, {
    input: nothing,
    answer: z.strictObject({
      newest: z
        .strictObject({
          height: whole,
          leaves: z.array(bytesOf(DIGEST_BYTES)).min(1).max(SNAPSHOT_PARTS_MAX),
          block: bytes,
          meta: bytes,
        })
        .optional(),
    }),
  }),
  /** One piece of a snapshot. */
  chunk: request('chunk', joining, {
    input: z.strictObject({ height: whole, index: whole }),
    answer: z.strictObject({ chunk: bytes }),
    isLarge: true,
  }),
  /** The community's document: names and places beside the book, which every steward's box shows. */
  document: request('document', joining, {
    input: nothing,
    answer: z.strictObject({ document: bytes }),
  }),
  /** A box that was invited says that it holds the book and is ready to be voted in. */
  ready: request('ready', ['candidate'], {
    input: z.strictObject({
      entry: stewardEntry,
      // A key of her own that the box made, with which she approves: it becomes hers when she is voted in.
      memberKey: keyShape,
      height: whole,
      stateRoot: bytesOf(DIGEST_BYTES),
    }),
    answer: z.strictObject({}),
  }),
  /** Final blocks with the bytes of their operations. */
  blocks: request('blocks', joining, {
    input: z.strictObject({ from: whole.min(1), most: whole.min(1).max(BLOCKS_ASKED_MAX) }),
    answer: z.strictObject({ blocks: z.array(bytes).max(BLOCKS_ASKED_MAX) }),
    isLarge: true,
  }),
  /** What this steward saw a key sign last, and whether it is at work: asked before a restored box signs again. */
  lastSigned: request('lastSigned', ['steward'], {
    input: z.strictObject({ key: keyShape }),
    answer: z.strictObject({
      seen: z.strictObject({ height: whole, round: whole, step: whole.max(3) }).optional(),
      isAlive: z.boolean(),
    }),
  }),
} as const

export type RequestName = keyof typeof doorRequests
