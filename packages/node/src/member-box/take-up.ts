import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

import { OPERATION_VERSION, VALID_MS, signOperation, type Act, type KeyValue } from '@tri/community'
import {
  connectToDoor,
  genesisTextFrom,
  openFollower,
  openMemberClient,
  outboxIn,
  type CarriedStanding,
  type ClientPatience,
  type Follower,
} from '@tri/ledger'
import { Fault, epochMs, type EpochMs } from '@tri/units'
import { hex, keyPairFromSeed, sha256, type KeyPair } from '@tri/units/crypto'

import type { BoxDoors } from './box-doors.ts'
import type { BoxFile } from './box-file.ts'

/** Looks at a door that does not know a new key yet, and the ms between two of them. */
const LOOKS_MAX = 40
const LOOK_EVERY_MS = 500

/** What a box acts with before it is open. */
export interface TakingUp {
  readonly file: BoxFile
  readonly store: KeyValue
  readonly doors: BoxDoors
  readonly now: () => EpochMs
  readonly signal: AbortSignal
  readonly patience?: Partial<ClientPatience> | undefined
}

/**
 * Puts the box's own key in the place of the one in the invitation: whoever has read the text can then do nothing with it,
 * and nobody but the box has her key. It may be interrupted anywhere and done again.
 *
 * @throws Fault `no-steward-answers`, `no-steward-believed`, `member-invitation-spent`, or the book's refusal
 */
export async function takeUpInvitation(of: TakingUp, invitedSeed: Uint8Array): Promise<void> {
  const { file } = of
  const [invited, own] = [keyPairFromSeed(invitedSeed), keyPairFromSeed(file.seed)]
  if (!(await isWelcome(of, own))) {
    if (!(await isWelcome(of, invited))) throw new Fault('member-invitation-spent')
    const added = await handedIn(of, invited, keyChange(file.member, 'add', own))
    if (added.is === 'refused') throw new Fault(added.refusal.is, added.refusal.details)
  }
  // Refused only where it was removed before: by this box before it was interrupted, or by the coordinator.
  await handedIn(of, own, keyChange(file.member, 'remove', invited))
}

function keyChange(member: string, change: 'add' | 'remove', { publicKey }: KeyPair): Act {
  return { kind: 'member.key', member, change, memberKey: publicKey }
}

/** Whether a steward knows a key as a member's. @throws Fault `no-steward-answers` */
async function isWelcome({ doors, signal }: TakingUp, key: KeyPair): Promise<boolean> {
  let answered = false
  for (const door of doors.any()) {
    try {
      using link = await connectToDoor({ key }, door, { signal })
      answered = true
      if (link.as === 'member' || link.as === 'steward') return true
    } catch (cause) {
      signal.throwIfAborted()
      // A steward who is away or shows another key is no news: the next one is asked.
      if (!(cause instanceof Fault) || cause.code === 'must') throw cause
    }
  }
  if (!answered) throw new Fault('no-steward-answers')
  return false
}

/** Signs an act with one of her keys, hands it in, and waits until it is final or refused. */
async function handedIn(of: TakingUp, key: KeyPair, act: Act): Promise<CarriedStanding> {
  const { file, store, doors, now, signal, patience } = of
  const caller = () => ({ key })
  using follower = openFollower({ ...file, store, caller, doors: () => doors.any() })
  await syncedIn(follower, signal)
  // A box whose clock was never set would sign what has expired already.
  const at = epochMs(Math.max(now(), follower.view?.time ?? 0))
  const signed = signedBy({ file, store, now }, key, act, { at })
  await using client = openMemberClient({
    caller,
    outbox: outboxIn(store),
    doors: () => doors.known(),
    stewards: () => stewardCount(follower),
    genesis: file.genesis,
    ...(patience === undefined ? {} : { patience }),
  })
  client.submit(signed)
  return await client.settled(hex(sha256(signed.bytes)), signal)
}

/** A key that was registered a moment ago is not known at every door yet. */
async function syncedIn(follower: Follower, signal: AbortSignal): Promise<void> {
  for (let looks = 1; ; looks++) {
    const synced = await follower.sync(signal)
    if (synced.ok) return
    if (looks < LOOKS_MAX) await pause(LOOK_EVERY_MS, undefined, { signal })
    else throw notSynced(synced.refusal)
  }
}

/** Why nothing newer is known, as a command tells it. */
export function notSynced({
  is,
  lies,
}: {
  readonly is: string
  readonly lies: readonly { readonly address: string; readonly place: string }[]
}): Fault {
  return new Fault(is, { places: lies.map(({ address, place }) => `${address} ${place}`).join(', ') })
}

/** How many stewards there are, as the box has it proved. */
export function stewardCount({ view }: Pick<Follower, 'view'>): number {
  const count = view?.stewards.length ?? 0
  return count > 0 ? count : (view?.stewardCount ?? 1)
}

/** Puts an act in its envelope and signs it. A box knows no number of the book: its own only rise, with its clock. */
export function signedBy(
  { file, store, now }: Pick<TakingUp, 'file' | 'store' | 'now'>,
  key: KeyPair,
  act: Act,
  { id = randomUUID(), at = now() }: { readonly id?: string; readonly at?: EpochMs } = {},
) {
  const text = genesisTextFrom(file.genesis)
  if (!text.ok) throw new Fault('genesis-text-malformed', text.refusal.details)
  return signOperation(key, {
    v: OPERATION_VERSION,
    community: text.value.community,
    id,
    by: file.member,
    key: key.publicKey,
    at,
    expiresAt: at + VALID_MS,
    nonce: nextNumber(store, at),
    ...act,
  })
}

const NUMBER = 'box/number'

/** A box that is put back from an old copy goes on above the numbers that it has forgotten, as time has passed since. */
function nextNumber(store: KeyValue, at: EpochMs): number {
  const last = Number(Buffer.from(store.get(NUMBER) ?? []).toString() || 0)
  const next = Math.max(last + 1, at)
  store.set(NUMBER, Buffer.from(String(next)))
  return next
}
