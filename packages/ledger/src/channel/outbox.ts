import { communityRefusals, keysUnder, type CommunityRefusal, type KeyValue } from '@tri/community'
import { Fault, canonicalBytes, fromOwnBytes, type Canonical } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'
import { z } from 'zod'

import type { SignedBytes } from '../ordering.ts'
import { bytesOf } from './warrant.ts'

/** Operations kept on their way; a household that wrote a hundred payments on an island is far below. */
export const OUTBOX_MAX = 1_000
/** Operations that ended and are still told of. */
export const ENDED_KEPT_MAX = 1_000
const NUMBER_DIGITS = 16
const SIGNATURE_BYTES = 64

const refusalShape = z.strictObject({
  is: z.custom<CommunityRefusal['is']>(
    (name) => typeof name === 'string' && Object.hasOwn(communityRefusals, name),
  ),
  details: z.record(
    z.string(),
    z.custom<Canonical>((value) => value !== undefined),
  ),
})
const entryShape = z.strictObject({
  number: z.int(),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  signature: bytesOf(SIGNATURE_BYTES),
  standing: z.discriminatedUnion('is', [
    z.strictObject({ is: z.literal('kept') }),
    z.strictObject({ is: z.literal('accepted') }),
    z.strictObject({
      is: z.literal('final'),
      height: z.int(),
      sequence: z.int(),
      proof: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
    }),
    z.strictObject({ is: z.literal('refused'), refusal: refusalShape }),
  ]),
})

/**
 * Where an operation of this box stands. `kept`: on this box's disk only. `accepted`: a steward has it and passes it on.
 * `final`: in the book, with the proof that this box has checked. `refused`: enough stewards say so that one honest one
 * must be among them.
 */
export type CarriedStanding = z.infer<typeof entryShape>['standing']

/** An operation with where it stands. */
export interface Carried extends SignedBytes {
  readonly number: number
  /** Hex SHA-256 of its bytes. */
  readonly digest: string
  readonly standing: CarriedStanding
}

/** A box's own operations, on its disk: after a restart the same bytes go out again. */
export interface Outbox {
  /** Keeps an operation; the same bytes twice are one. @throws Fault `outbox-full` */
  keep(operation: SignedBytes): Carried
  of(digest: string): Carried | undefined
  /** All that are kept, ended or not, in the order in which they were kept. */
  all(): Carried[]
  /** Those that have not ended, in the order in which they were kept. */
  waiting(): Carried[]
  stands(digest: string, standing: CarriedStanding): void
}

/** An outbox in a store whose every write is on the disk when it returns. */
export function outboxIn(store: KeyValue): Outbox {
  const rows = new Map<string, Carried>()
  for (const [, bytes] of store.entries(keysUnder('out'))) {
    const row = carriedFrom(bytes)
    rows.set(row.digest, row)
  }
  let last = Math.max(0, ...[...rows.values()].map(({ number }) => number))
  const put = (row: Carried): void => {
    const { number, bytes, signature, standing } = row
    store.set(keyOf(number), canonicalBytes({ number, bytes, signature, standing }))
    rows.set(row.digest, row)
  }
  const waiting = (): Carried[] => [...rows.values()].filter(({ standing }) => !hasEnded(standing))
  return {
    of: (digest) => rows.get(digest),
    all: () => [...rows.values()].toSorted((a, b) => a.number - b.number),
    waiting,
    keep({ bytes, signature }) {
      const digest = hex(sha256(bytes))
      const known = rows.get(digest)
      if (known !== undefined) return known
      if (waiting().length >= OUTBOX_MAX) throw new Fault('outbox-full', { most: OUTBOX_MAX })
      const row: Carried = { number: ++last, digest, bytes, signature, standing: { is: 'kept' } }
      put(row)
      return row
    },
    stands(digest, standing) {
      const row = rows.get(digest)
      if (row === undefined) return
      put({ ...row, standing })
      const ended = [...rows.values()].filter((one) => hasEnded(one.standing))
      for (const { number, digest: oldest } of ended.slice(0, Math.max(0, ended.length - ENDED_KEPT_MAX))) {
        store.delete(keyOf(number))
        rows.delete(oldest)
      }
    },
  }
}

export function hasEnded({ is }: CarriedStanding): boolean {
  return is === 'final' || is === 'refused'
}

function keyOf(number: number): string {
  return `out/${String(number).padStart(NUMBER_DIGITS, '0')}`
}

function carriedFrom(bytes: Uint8Array): Carried {
  const row = entryShape.parse(fromOwnBytes(bytes))
  return { ...row, digest: hex(sha256(row.bytes)) }
}
