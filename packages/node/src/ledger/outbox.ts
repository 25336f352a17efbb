import { keysUnder, type CommunityRefusal, type KeyValue, type SignedOperation } from '@tri/community'
import type { NotTaken, Ordering, SignedBytes, Standing } from '@tri/ledger'
import { accept, epochMs, refuse, type EpochMs, type Outcome } from '@tri/units'
import { fromHex, hex, sha256 } from '@tri/units/crypto'
import { z } from 'zod'

/** Payments of one node that may wait at the same time; a further one is not taken. */
export const OUTBOX_MAX = 10_000
/** How long a refused payment is shown with its reason. */
const REFUSED_KEPT_MS = 30 * 24 * 3_600_000
/** Pauses between two attempts to hand in the same bytes: from the first to the last, ms. */
const PAUSE_FIRST_MS = 250
const PAUSE_LAST_MS = 10_000

const bytes = z.string().regex(/^([0-9a-f]{2})+$/)
const rowShape = z.strictObject({
  id: z.string(),
  by: z.string(),
  to: z.string(),
  amountMicroCredit: z.int().min(1),
  memo: z.string(),
  at: z.int(),
  bytes,
  signature: bytes,
  refusal: z.strictObject({ is: z.string(), details: z.record(z.string(), z.unknown()) }).nullable(),
})
type Row = z.infer<typeof rowShape>

/** What a member wants to pay, as the outbox keeps it beside the signed bytes. */
export interface PromisedPayment {
  readonly id: string
  readonly by: string
  readonly to: string
  readonly amountMicroCredit: number
  readonly memo: string
  readonly at: EpochMs
}

/** A payment that is on its way, or came to nothing. */
export interface OutboxEntry extends PromisedPayment {
  /** SHA-256 of the signed bytes, hex. */
  readonly digest: string
  /** Why the stewards refused it; null while it is on its way. */
  readonly refusal: { readonly is: string; readonly details: Readonly<Record<string, unknown>> } | null
}

/**
 * Payments that a steward has taken and that are not final yet. Their signed bytes are on the disk before they are handed
 * in: after a restart, or when a steward forgot them, the same bytes are handed in again. A new signature would pay twice.
 */
export interface Outbox extends AsyncDisposable {
  /**
   * Keeps the bytes, hands them in, and sees to them until they are final or refused.
   *
   * @returns why the payment was not even taken; then nothing is kept, and it may be tried anew
   */
  send(payment: PromisedPayment, signed: SignedOperation): Promise<Outcome<Standing, NotTaken>>
  /** The payment of this id that is not final; undefined when the outbox has none. */
  entry(by: string, id: string): OutboxEntry | undefined
  /** Those of one member that are on their way or were refused lately, newest first. */
  entriesOf(by: string): readonly OutboxEntry[]
  /** Hands in again what waited when the node stopped. */
  resume(): void
}

export interface OutboxPorts {
  /** A store of the outbox's own: what it acknowledges is on the disk. */
  readonly store: KeyValue
  readonly ordering: Pick<Ordering, 'submit' | 'settled'>
  readonly now: () => EpochMs
  /** Resolves after `ms`, or when aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** Told when a payment became final or was refused. */
  readonly settled: (entry: OutboxEntry, standing: Standing) => void
  /** Told of what went wrong while a payment was seen to; its bytes are kept for the next start. */
  readonly failed: (cause: unknown) => void
}

export function openOutbox(ports: OutboxPorts): Outbox {
  const stopping = new AbortController()
  const carried = new Set<Promise<void>>()
  const rows = rowsOver(ports)
  const carry = (row: Row, taken?: Standing) => {
    const carrying = seeTo({ ports, rows, signal: stopping.signal }, row, taken)
      .catch((cause: unknown) => {
        if (!stopping.signal.aborted) ports.failed(cause)
      })
      .finally(() => carried.delete(carrying))
    carried.add(carrying)
  }
  return {
    send: async (payment, signed) => {
      if (carried.size >= OUTBOX_MAX) return refuse({ is: 'not-taken', reason: 'queue-full' })
      const row = rowOf(payment, signed)
      rows.put(row)
      const taken = await ports.ordering.submit(signed)
      if (!taken.ok) rows.remove(row)
      else if (taken.value.is === 'refused') rows.put({ ...row, refusal: plain(taken.value.refusal) })
      else carry(row, taken.value)
      return taken
    },
    entry: (by, id) => rows.find(by, id),
    entriesOf: rows.ofMember,
    resume: () => {
      rows.forgetOld()
      for (const row of rows.waiting()) carry(row)
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      await Promise.all(carried)
    },
  }
}

interface Carrying {
  readonly ports: OutboxPorts
  readonly rows: Rows
  readonly signal: AbortSignal
}

/** Hands in the same bytes until the stewards have said yes or no. */
async function seeTo({ ports, rows, signal }: Carrying, row: Row, first?: Standing): Promise<void> {
  let known = first
  for (let pauseMs = PAUSE_FIRST_MS; !signal.aborted; pauseMs = Math.min(PAUSE_LAST_MS, 2 * pauseMs)) {
    const standing = await standingAfter(ports.ordering, row, { known, signal })
    if (standing.is === 'final' || standing.is === 'refused') {
      const ended = standing.is === 'final' ? row : { ...row, refusal: plain(standing.refusal) }
      if (standing.is === 'final') rows.remove(row)
      else rows.put(ended)
      ports.settled(entryOf(ended), standing)
      return
    }
    known = undefined
    await ports.wait(pauseMs, signal)
  }
}

async function standingAfter(
  ordering: OutboxPorts['ordering'],
  row: Row,
  { known, signal }: { readonly known: Standing | undefined; readonly signal: AbortSignal },
): Promise<Standing> {
  const taken = known === undefined ? await ordering.submit(signedOf(row)) : accept(known)
  if (!taken.ok) return { is: 'unknown' }
  return taken.value.is === 'accepted' ? ordering.settled(entryOf(row).digest, signal) : taken.value
}

type Rows = ReturnType<typeof rowsOver>

function keyOf({ by, id }: Pick<Row, 'by' | 'id'>): string {
  return `payment/${by}/${id}`
}

function rowsOver({ store, now }: OutboxPorts) {
  const under = (prefix: string): Row[] =>
    Array.from(store.entries(keysUnder(prefix)), ([, value]) => rowFrom(value))
  return {
    put: (row: Row) => store.set(keyOf(row), new TextEncoder().encode(JSON.stringify(row))),
    remove: (row: Row) => store.delete(keyOf(row)),
    find: (by: string, id: string): OutboxEntry | undefined => {
      const value = store.get(keyOf({ by, id }))
      return value === undefined ? undefined : entryOf(rowFrom(value))
    },
    ofMember: (by: string): OutboxEntry[] =>
      under(`payment/${by}`)
        .map(entryOf)
        .toSorted((a, b) => b.at - a.at),
    waiting: (): Row[] => under('payment').filter(({ refusal }) => refusal === null),
    forgetOld: () => {
      for (const row of under('payment'))
        if (row.refusal !== null && row.at < now() - REFUSED_KEPT_MS) store.delete(keyOf(row))
    },
  }
}

function rowOf(payment: PromisedPayment, { bytes: of, signature }: SignedOperation): Row {
  return { ...payment, bytes: hex(of), signature: hex(signature), refusal: null }
}

function rowFrom(value: Uint8Array): Row {
  return rowShape.parse(JSON.parse(new TextDecoder().decode(value)))
}

function signedOf(row: Row): SignedBytes {
  return { bytes: fromHex(row.bytes), signature: fromHex(row.signature) }
}

function entryOf({ id, by, to, amountMicroCredit, memo, at, bytes: signed, refusal }: Row): OutboxEntry {
  const digest = hex(sha256(fromHex(signed)))
  return { id, by, to, amountMicroCredit, memo, at: epochMs(at), digest, refusal }
}

function plain({ is, details }: CommunityRefusal): Row['refusal'] {
  return { is, details }
}
