import { keysUnder, type KeyValue } from '@tri/community'
import {
  Fault,
  accept,
  canonicalBytes,
  fromOwnBytes,
  refuse,
  type Canonical,
  type EpochMs,
  type Outcome,
} from '@tri/units'
import { hex } from '@tri/units/crypto'
import { z } from 'zod'

import { addressText } from '../channel/address.ts'
import { doorLinks } from '../channel/door-links.ts'
import type { Caller, DoorLink, PinnedDoor } from '../channel/door-link.ts'
import { liarsPossible } from '../channel/member-client.ts'
import { doorRequests, type DoorRequest, type ProofWanted, type ToldCommunity } from '../channel/requests.ts'
import { nodePrimitives } from '../chain/node-primitives.ts'
import { proofFrom } from '../proof/proof-bytes.ts'
import type { ProvedBalance, ProvedRecord } from '../proof/proved-record.ts'
import { verifyProof, type Proved } from '../proof/verify-proof.ts'
import { provedStewards, type ProvedSteward } from './steward-set-proof.ts'

const ANSWER_MS = 20_000

/** A steward who told what is not so, and where it shows. */
export interface Lie {
  readonly address: string
  /** The part of what she sent that is wrong: `commit.signature[2]`, `path.step[4]`, `fork`. */
  readonly place: string
}

/** What a follower knows for sure, from what it holds itself. */
export interface FollowerView {
  readonly community: string
  readonly member: string
  readonly balance: ProvedBalance
  /** The state that proves it: after this height, made final by a block of this time. */
  readonly height: number
  readonly time: EpochMs
  readonly block: Uint8Array
  readonly signedBy: readonly Uint8Array[]
  /** Stewards that signed then; who they are is in `stewards`. */
  readonly stewardCount: number
  readonly stewards: readonly ProvedSteward[]
}

/** What came of a look at the stewards. */
export interface Synced {
  readonly view: FollowerView
  /** Stewards asked on the way who could not be believed. */
  readonly lies: readonly Lie[]
}

/** Why nothing newer is known: nobody answered, or only what cannot be believed. */
export interface NotSynced {
  readonly is: 'no-steward-answers' | 'no-steward-believed'
  readonly lies: readonly Lie[]
}

/** What a follower is made of. */
export interface FollowerPorts {
  /** The follower's own store: all that it holds. */
  readonly store: KeyValue
  /** `tri:<community>:<digest>` from paper or a QR code. */
  readonly genesis: string
  readonly member: string
  readonly caller: () => Caller
  /** Doors of known stewards. */
  readonly doors: () => readonly PinnedDoor[]
  readonly answerMs?: number
}

/** A member's own box without a vote. It holds no operation and no record of anybody else. */
export interface Follower extends Disposable {
  /** What is known now; undefined before the first look. */
  readonly view: FollowerView | undefined
  /** The proof of the balance, to show to anybody. */
  readonly proof: Uint8Array | undefined
  /** Asks the stewards one after the other until one is believed. @throws the signal's reason */
  sync(signal: AbortSignal): Promise<Outcome<Synced, NotSynced>>
  /** A record of her own, proved: fetched once, then kept. @throws the signal's reason */
  record(wanted: RecordWanted, signal: AbortSignal): Promise<Outcome<ProvedRecord, NotSynced>>
  /** The same from what is held, proved again; undefined where it is not held, or proves itself no longer. */
  held(wanted: RecordWanted): HeldRecord | undefined
  /** Holds a record no longer. */
  forget(wanted: RecordWanted): void
  /** What every member may see, once as many stewards say the same as cannot all be liars. Never kept. @throws the signal's reason */
  community(signal: AbortSignal): Promise<Outcome<ToldCommunity, NotSynced>>
  /** Totals of a range, once as many stewards say the same as cannot all be liars. @throws the signal's reason */
  totals(
    range: { readonly firstSlot: number; readonly slots: number },
    signal: AbortSignal,
  ): Promise<Outcome<readonly Canonical[], NotSynced>>
}

/** A record that is held, with the bytes that prove it to anybody. */
export interface HeldRecord {
  readonly record: ProvedRecord
  readonly proof: Uint8Array
}

/** A record of her own besides the balance, which `sync` keeps. */
export type RecordWanted = Exclude<ProofWanted, { readonly is: 'balance' }>

const keptShape = z.strictObject({
  proof: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  stewards: z.custom<Uint8Array>((value) => value instanceof Uint8Array).optional(),
})
type Kept = z.infer<typeof keptShape>

const NEWEST = 'follower/newest'

/**
 * Opens a follower on what it holds; everything held is verified again from the genesis' text, as the disk could be
 * anybody's.
 *
 * @throws Fault `follower-tampered` when what it holds no longer proves itself
 */
export function openFollower(ports: FollowerPorts): Follower {
  const { store } = ports
  const links = doorLinks(ports.caller, ports.answerMs ?? ANSWER_MS)
  let kept = keptIn(store)
  let view = kept === undefined ? undefined : heldView(ports, kept)

  const sync: Follower['sync'] = async (signal) => {
    const found = await atSomeDoor(ports, links, signal, async (link) => {
      const answer = await link.ask(doorRequests.proof, { is: 'balance' }, { signal, ...patienceOf(ports) })
      if (!answer.ok) return undefined
      const seen = viewOf(ports, answer.value)
      if (typeof seen === 'string') return { place: seen }
      if (seen.height === view?.height && hex(seen.block) !== hex(view.block)) return { place: 'fork' }
      // A steward who is behind is no liar: another one knows more.
      if (view !== undefined && seen.height < view.height) return undefined
      return { value: { seen, answer: answer.value } }
    })
    if (!found.ok) return found
    const { seen, answer } = found.value.value
    store.set(NEWEST, canonicalBytes({ ...answer }))
    kept = answer
    view = seen
    return accept({ view: seen, lies: found.value.lies })
  }
  return {
    sync,
    get view() {
      return view
    },
    get proof() {
      return kept?.proof
    },
    record: (wanted, signal) => recordOf(ports, links, wanted, signal),
    held: (wanted) => {
      const kept = store.get(keptUnder(wanted))
      const proved = kept === undefined ? undefined : ownRecord(ports, wanted, kept)
      if (kept === undefined || proved === undefined || typeof proved === 'string') return undefined
      return { record: proved.record, proof: kept }
    },
    forget: (wanted) => store.delete(keptUnder(wanted)),
    totals: async (range, signal) => {
      const told = await agreed(
        ports,
        links,
        { request: doorRequests.totals, input: { ...range }, view },
        signal,
      )
      if (!told.ok) return told
      const { totals } = told.value
      store.set(`follower/totals/${range.firstSlot}/${range.slots}`, canonicalBytes(totals))
      return accept(totals)
    },
    community: (signal) => agreed(ports, links, { request: doorRequests.community, input: {}, view }, signal),
    [Symbol.dispose]: () => links[Symbol.dispose](),
  }
}

/** Everything that a follower holds, by key: there is nothing else. */
export function heldBy(store: KeyValue): [string, Uint8Array][] {
  return [...store.entries(keysUnder('follower'))].map(([key, value]) => [key, value])
}

function heldView(ports: FollowerPorts, kept: Kept): FollowerView {
  const view = viewOf(ports, kept)
  if (typeof view === 'string') throw new Fault('follower-tampered', { place: view })
  return view
}

function keptIn(store: KeyValue): Kept | undefined {
  const bytes = store.get(NEWEST)
  return bytes === undefined ? undefined : keptShape.parse(fromOwnBytes(bytes))
}

function patienceOf({ answerMs = ANSWER_MS }: FollowerPorts): { readonly waitMs: number } {
  return { waitMs: answerMs }
}

/** What an answer proves, or the place where it does not. */
function viewOf({ genesis, member }: FollowerPorts, { proof, stewards }: Kept): FollowerView | string {
  const proved = verifyProof(proof, genesis, nodePrimitives)
  if (!proved.ok) return proved.refusal.place
  const { record, community, height, time, block, signedBy, stewards: stewardCount } = proved.value
  if (record.kind !== 'balance' || record.account !== member) return 'leaf.key'
  const set = stewards === undefined ? [] : stewardsOf(proof, stewards)
  if (typeof set === 'string') return set
  return {
    community,
    member,
    balance: record.values,
    height,
    time,
    block,
    signedBy,
    stewardCount,
    stewards: set,
  }
}

/** Who the stewards are, by the state that the proof's newest block carries: the proof was believed before. */
function stewardsOf(proof: Uint8Array, stewards: Uint8Array): readonly ProvedSteward[] | string {
  const newest = proofFrom(nodePrimitives, proof).epochs.at(-1)?.blocks.at(-1)
  if (newest === undefined) return 'block'
  const set = provedStewards(nodePrimitives, stewards, newest.header.appHash)
  return set.ok ? set.value.stewards : set.refusal.place
}

type Links = ReturnType<typeof doorLinks>
type Told<T> = { readonly value: T } | { readonly place: string } | undefined

/** Asks door after door until one tells something that is believed. */
async function atSomeDoor<T>(
  ports: FollowerPorts,
  links: Links,
  signal: AbortSignal,
  ask: (link: DoorLink) => Promise<Told<T>>,
): Promise<Outcome<{ readonly value: T; readonly lies: readonly Lie[] }, NotSynced>> {
  const lies: Lie[] = []
  for (const door of ports.doors()) {
    const told = await toldAt(links, door, signal, ask)
    if (told === undefined) continue
    if ('value' in told) return accept({ value: told.value, lies })
    lies.push({ address: addressText(door), place: told.place })
  }
  signal.throwIfAborted()
  return refuse({ is: lies.length > 0 ? 'no-steward-believed' : 'no-steward-answers', lies })
}

async function toldAt<T>(
  links: Links,
  door: PinnedDoor,
  signal: AbortSignal,
  ask: (link: DoorLink) => Promise<Told<T>>,
): Promise<Told<T>> {
  try {
    return await ask(await links.to(door, signal))
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof Fault && cause.code !== 'must') return undefined
    throw cause
  }
}

async function recordOf(
  ports: FollowerPorts,
  links: Links,
  wanted: RecordWanted,
  signal: AbortSignal,
): Promise<Outcome<ProvedRecord, NotSynced>> {
  const key = keptUnder(wanted)
  const before = ports.store.get(key)
  const known = before === undefined ? undefined : ownRecord(ports, wanted, before)
  if (known !== undefined && typeof known !== 'string') return accept(known.record)
  const found = await atSomeDoor(ports, links, signal, async (link): Promise<Told<Proved>> => {
    const answer = await link.ask(doorRequests.proof, wanted, { signal, ...patienceOf(ports) })
    if (!answer.ok) return undefined
    const proved = ownRecord(ports, wanted, answer.value.proof)
    if (typeof proved === 'string') return { place: proved }
    // What such a record says is final for ever.
    ports.store.set(key, answer.value.proof)
    return { value: proved }
  })
  return found.ok ? accept(found.value.value.record) : found
}

function keptUnder(wanted: RecordWanted): string {
  if (wanted.is === 'line') return `follower/line/${wanted.number}`
  if (wanted.is === 'receipt') return `follower/receipt/${wanted.operation}`
  return `follower/settlement/${wanted.until}/${wanted.version}`
}

/** A proof's record, when it is the one that was wanted; else the place where it is not. */
function ownRecord(
  { genesis, member }: FollowerPorts,
  wanted: RecordWanted,
  proof: Uint8Array,
): Proved | string {
  const proved = verifyProof(proof, genesis, nodePrimitives)
  if (!proved.ok) return proved.refusal.place
  return isWanted(proved.value.record, wanted, member) ? proved.value : 'leaf.key'
}

function isWanted(record: ProvedRecord, wanted: RecordWanted, member: string): boolean {
  if (wanted.is === 'line')
    return record.kind === 'posting' && record.account === member && record.values.number === wanted.number
  if (wanted.is === 'receipt') return record.kind === 'receipt' && record.operation === wanted.operation
  return (
    record.kind === 'slot' &&
    record.values.firstSlot + record.values.slots === wanted.until &&
    record.values.version === wanted.version
  )
}

interface Agreeing<I extends Canonical, A extends Canonical> {
  readonly request: DoorRequest<I, A>
  readonly input: I
  readonly view: FollowerView | undefined
}

/** What cannot be proved is believed once more stewards say the same than may lie. */
async function agreed<I extends Canonical, A extends Canonical>(
  ports: FollowerPorts,
  links: Links,
  { request, input, view }: Agreeing<I, A>,
  signal: AbortSignal,
): Promise<Outcome<A, NotSynced>> {
  const saying = new Map<string, Set<string>>()
  // Who signed the newest block may be the set before; who is asked now is the set on record.
  const count = view?.stewards.length ?? 0
  const enough = liarsPossible(count > 0 ? count : (view?.stewardCount ?? 1)) + 1
  const found = await atSomeDoor(ports, links, signal, async (link): Promise<Told<A>> => {
    const answer = await link.ask(request, input, { signal, ...patienceOf(ports) })
    if (!answer.ok) return undefined
    const same = hex(canonicalBytes(answer.value))
    const who = (saying.get(same) ?? new Set()).add(hex(link.door.tls))
    saying.set(same, who)
    return who.size >= enough ? { value: answer.value } : undefined
  })
  return found.ok ? accept(found.value.value) : found
}
