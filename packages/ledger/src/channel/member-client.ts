import { operationFrom } from '@tri/community'
import { Fault, type Outcome } from '@tri/units'
import { hex } from '@tri/units/crypto'

import { nodePrimitives } from '../chain/node-primitives.ts'
import type { SignedBytes } from '../ordering.ts'
import { verifyProof } from '../proof/verify-proof.ts'
import type { DoorRefusal } from './desk.ts'
import { doorLinks, type DoorLinks } from './door-links.ts'
import type { Caller, DoorLink, PinnedDoor } from './door-link.ts'
import { hasEnded, type Carried, type CarriedStanding, type Outbox } from './outbox.ts'
import { refusalWatch, type RefusalWatch } from './refusal-watch.ts'
import { SETTLED_WAIT_MS_MAX, doorRequests, type ToldStanding } from './requests.ts'

/** How patient a client is, in ms. */
export interface ClientPatience {
  /** For a handshake or an answer, before the same bytes go to another steward. */
  readonly answerMs: number
  /** How long one steward may take to make an operation final before another one is asked as well. */
  readonly settledMs: number
  /** The first pause once every steward was tried; it doubles up to the last. */
  readonly pauseMs: number
  readonly pauseMsMax: number
}

const PATIENCE: ClientPatience = { answerMs: 5_000, settledMs: 20_000, pauseMs: 250, pauseMsMax: 30_000 }
/** A proof waits for the block that certifies it. */
const PROOF_MS = 20_000

/** What a member’s client is made of. */
export interface MemberClientPorts {
  readonly caller: () => Caller
  readonly outbox: Outbox
  /** The doors of known stewards, in the order in which they are tried. */
  readonly doors: () => readonly PinnedDoor[]
  /** How many stewards there are: as many must refuse, twice, as cannot all be liars. */
  readonly stewards: () => number
  /** `tri:<community>:<digest>`: what a receipt is checked against. */
  readonly genesis: string
  /** Told of each change. */
  readonly changed?: (carried: Carried) => void
  /** Told of a steward who said what is not so. */
  readonly lied?: (door: PinnedDoor, place: string) => void
  readonly patience?: Partial<ClientPatience>
}

/** Carries a member's operations to the stewards, one after the other, until each is final or refused. */
export interface MemberClient extends AsyncDisposable {
  /** Keeps an operation on the disk and sets out. Resolves with `kept` at once; the rest comes by `changed` or `settled`. */
  submit(operation: SignedBytes): CarriedStanding
  standingOf(digest: string): CarriedStanding | undefined
  /** @throws the signal's reason */
  settled(digest: string, signal: AbortSignal): Promise<CarriedStanding>
}

/**
 * Opens the client of one member's box. What was on its way when the box stopped sets out again, with the same bytes: a
 * new signature would pay twice. One operation is on its way at a time, as a later number of the same key that arrives
 * first would close the door to the earlier one.
 *
 * Nobody's word is taken: final is what a proof from the genesis shows; refused is what more stewards say than may lie, once
 * they were asked again and none could show it final.
 */
export function openMemberClient(ports: MemberClientPorts): MemberClient {
  const { outbox } = ports
  const patience = { ...PATIENCE, ...ports.patience }
  const stopping = new AbortController()
  const links = doorLinks(ports.caller, patience.answerMs)
  const waiters = new Set<(carried: Carried) => void>()
  let woken = Promise.withResolvers<void>()
  const stands = (digest: string, standing: CarriedStanding): void => {
    outbox.stands(digest, standing)
    const carried = outbox.of(digest)
    if (carried === undefined) return
    ports.changed?.(carried)
    for (const told of waiters) told(carried)
  }
  const way: Way = {
    ports,
    patience,
    links,
    stands,
    signal: stopping.signal,
    liars: new Set(),
    refused: new Map(),
  }
  const stopped = aborted(stopping.signal)
  const carrying = (async () => {
    while (!stopping.signal.aborted) {
      const next = outbox.waiting()[0]
      if (next !== undefined) await carry(way, next)
      else await Promise.race([woken.promise, stopped])
      woken = Promise.withResolvers<void>()
    }
  })()
  return {
    submit(operation) {
      const { standing } = outbox.keep(operation)
      woken.resolve()
      return standing
    },
    standingOf: (digest) => outbox.of(digest)?.standing,
    settled: (digest, signal) => settledIn(outbox, waiters, digest, signal),
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      links[Symbol.dispose]()
      await carrying
    },
  }
}

/** All that one operation needs on its way. */
interface Way {
  readonly ports: MemberClientPorts
  readonly patience: ClientPatience
  readonly links: DoorLinks
  readonly stands: (digest: string, standing: CarriedStanding) => void
  readonly signal: AbortSignal
  /** TLS keys of stewards who said what is not so: asked last from then on. */
  readonly liars: Set<string>
  /** The last reason that a steward gave, by digest. */
  readonly refused: Map<string, CarriedStanding>
}

async function carry(way: Way, carried: Carried): Promise<void> {
  const { ports, patience, signal } = way
  const watch = refusalWatch(() => liarsPossible(ports.stewards()))
  let pauseMs = patience.pauseMs
  while (!signal.aborted) {
    const isAskedAgain = watch.isAskingAgain
    const ended = await wentRound(way, carried, watch)
    if (signal.aborted) return
    if (ended !== undefined) return way.stands(carried.digest, ended)
    // Enough refused just now: whether a copy has become final is asked at once.
    if (watch.isAskingAgain && !isAskedAgain) continue
    await paused(pauseMs, signal)
    pauseMs = Math.min(2 * pauseMs, patience.pauseMsMax)
  }
}

/** Goes from door to door, to hand the bytes in or to ask how they stand, until one answer ends the matter. */
async function wentRound(
  way: Way,
  carried: Carried,
  watch: RefusalWatch,
): Promise<CarriedStanding | undefined> {
  const { ports, signal, liars } = way
  const isAskedAgain = watch.isAskingAgain
  const inOrder = ports
    .doors()
    .toSorted((a, b) => Number(liars.has(hex(a.tls))) - Number(liars.has(hex(b.tls))))
  for (const door of inOrder) {
    const said = await askedAt(way, carried, { door, isAskedAgain })
    if (signal.aborted) return undefined
    const ended = said === undefined ? undefined : endOf(way, { carried, door, watch }, said)
    if (ended !== undefined) return ended
    if (watch.isAskingAgain && !isAskedAgain) return undefined
  }
  return isAskedAgain && watch.isRefusedAfterRound() ? way.refused.get(carried.digest) : undefined
}

/** What a steward said, with the proof where she said final. */
type Said = ToldStanding | { readonly is: 'proved'; readonly proof: Uint8Array }

/** Hands the same bytes in at one door, or asks how they stand, and waits there; undefined when nothing came of it. */
async function askedAt(
  way: Way,
  { digest, bytes, signature }: Carried,
  { door, isAskedAgain }: { readonly door: PinnedDoor; readonly isAskedAgain: boolean },
): Promise<Said | undefined> {
  const { links, patience, signal } = way
  try {
    const link = await links.to(door, signal)
    const asked = { waitMs: patience.answerMs, signal }
    const first = isAskedAgain
      ? await link.ask(doorRequests.standing, { digest }, asked)
      : await link.ask(doorRequests.submit, { bytes, signature }, asked)
    let standing = spoken(first)
    if (standing?.is === 'accepted') {
      way.stands(digest, { is: 'accepted' })
      const waitMs = Math.min(patience.settledMs, SETTLED_WAIT_MS_MAX)
      const later = await link.ask(
        doorRequests.settled,
        { digest, waitMs },
        { waitMs: waitMs + patience.answerMs, signal },
      )
      standing = spoken(later)
    }
    return standing?.is === 'final' ? await proofAt(link, bytes, signal) : standing
  } catch (cause) {
    // A steward who is away, silent or broken is no news: the same bytes go to the next one.
    if (signal.aborted || (cause instanceof Fault && cause.code !== 'must')) return undefined
    throw cause
  }
}

function spoken(answer: Outcome<ToldStanding, DoorRefusal>): ToldStanding | undefined {
  return answer.ok ? answer.value : undefined
}

async function proofAt(link: DoorLink, bytes: Uint8Array, signal: AbortSignal): Promise<Said> {
  const wanted = { is: 'receipt', operation: operationFrom(bytes).id } as const
  const answer = await link.ask(doorRequests.proof, wanted, { waitMs: PROOF_MS, signal })
  return answer.ok ? { is: 'proved', proof: answer.value.proof } : { is: 'accepted' }
}

/** Whether what a steward said ends the matter: only a proof does; a refusal is counted. */
function endOf(
  { ports, liars, refused }: Way,
  {
    carried,
    door,
    watch,
  }: { readonly carried: Carried; readonly door: PinnedDoor; readonly watch: RefusalWatch },
  said: Said,
): CarriedStanding | undefined {
  if (said.is === 'proved') {
    const receipt = receiptIn(said.proof, carried, ports.genesis)
    if (typeof receipt !== 'string') return { is: 'final', ...receipt, proof: said.proof }
    liars.add(hex(door.tls))
    ports.lied?.(door, receipt)
    return undefined
  }
  if (said.is === 'final') return undefined
  if (said.is === 'refused') refused.set(carried.digest, { is: 'refused', refusal: { ...said.refusal } })
  watch.says(hex(door.tls), said.is)
  return undefined
}

/** Of 3f + 1 stewards f may say anything. */
export function liarsPossible(stewards: number): number {
  return Math.max(0, Math.floor((stewards - 1) / 3))
}

/** What a receipt proves of an operation, or the place where its proof is wrong. */
export function receiptIn(
  proof: Uint8Array,
  { bytes, digest }: Pick<Carried, 'bytes' | 'digest'>,
  genesis: string,
): { readonly height: number; readonly sequence: number } | string {
  const proved = verifyProof(proof, genesis, nodePrimitives)
  if (!proved.ok) return proved.refusal.place
  const { record, height } = proved.value
  if (record.kind !== 'receipt' || record.operation !== operationFrom(bytes).id) return 'leaf.key'
  return record.values.digest === digest ? { height, sequence: record.values.sequence } : 'leaf.value'
}

async function settledIn(
  outbox: Outbox,
  waiters: Set<(carried: Carried) => void>,
  digest: string,
  signal: AbortSignal,
): Promise<CarriedStanding> {
  signal.throwIfAborted()
  const now = outbox.of(digest)?.standing
  if (now !== undefined && hasEnded(now)) return now
  const ended = Promise.withResolvers<CarriedStanding>()
  const told = (carried: Carried): void => {
    if (carried.digest === digest && hasEnded(carried.standing)) ended.resolve(carried.standing)
  }
  const stop = (): void => ended.reject(signal.reason)
  waiters.add(told)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await ended.promise
  } finally {
    waiters.delete(told)
    signal.removeEventListener('abort', stop)
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }))
}

/** Waits, or less when the box stops. */
function paused(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      done()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}
