import { mkdir } from 'node:fs/promises'

import { stewardsOf, type StewardEntry } from '@tri/community'
import {
  connectToDoor,
  copyBook,
  findEngine,
  doorRequests,
  genesisBehind,
  handoverIn,
  makeStewardHome,
  openReplica,
  type DoorLink,
  type Genesis,
  type Replica,
} from '@tri/ledger'
import { Fault, present } from '@tri/units'
import { hex } from '@tri/units/crypto'

import { communityFromText } from '../community-file/read-community-file.ts'
import { makeDataFolder, writeDocument, type DataFolder } from '../daemon/data-folder.ts'
import { systemRandom } from '../daemon/open-node.ts'
import { createKeyRing } from '../keys/key-ring.ts'
import { loadKernel } from '../kernel.ts'
import { writeLedgerFile } from '../ledger/ledger-file.ts'
import { doorOf, invitationFrom, type Invitation } from './invitation.ts'
import { engineAddress, writeSeat, type Seat } from './seat-file.ts'

/** How often a box that is ready looks whether it was voted in, in ms. */
const LOOK_EVERY_MS = 1_000
const SEED_BYTES = 32

/** What `tri steward join` is given. */
export interface Joining {
  readonly invitation: string
  /** The new data folder. */
  readonly folder: string
  /** Where others will reach this box: host:port. */
  readonly address: string
  /** The system's randomness when left out. */
  readonly random?: (bytes: number) => Uint8Array
  readonly signal: AbortSignal
  readonly told?: (step: 'checked' | 'ready', height: number) => void
  readonly lookEveryMs?: number
}

/** A box that holds the book and may be started. */
export interface Joined {
  readonly folder: string
  readonly community: string
  readonly member: string
  readonly height: number
  /** Voted in already; otherwise it keeps the book without a vote until it is. */
  readonly isSteward: boolean
}

/**
 * Makes a new steward's box: its keys, a checked copy of the book, and word to the inviting steward that it is ready. Where
 * one steward has kept the book alone so far, it waits until the others are voted in, as their engine begins only then.
 *
 * @throws Fault `invitation-unusable`, `steward-address-unusable`, `data-folder-not-empty`, `steward-lies`,
 *               `engine-absent`, and what `connectToDoor` throws
 */
export async function joinAsSteward(joining: Joining): Promise<Joined> {
  const invitation = invitationFrom(joining.invitation)
  await findEngine()
  const { folder, seat, memberKey } = await madeBox(joining, invitation)
  using replica = openReplica(folder.book, { kernel: await loadKernel() })
  const caller = { key: seat.tls, secret: invitation.secret }
  const genesis = await copied({ joining, invitation, caller, folder, replica })
  joining.told?.('checked', replica.height)
  const { key, node } = await makeStewardHome(folder.engine)
  const entry: StewardEntry = {
    member: seat.member,
    key,
    node,
    tls: seat.tls.publicKey,
    addresses: [seat.address],
  }
  await announced(await connectToDoor(caller, doorOf(invitation)), entry, { memberKey, replica })
  joining.told?.('ready', replica.height)
  await untilHandedOver({ joining, invitation, seat, replica, genesis })
  const handover = present(
    handoverIn(replica, genesis.previous?.height),
    'several stewards keep the book now',
  )
  await writeLedgerFile(folder.ledger, {
    format: 'tri/ledger-file/1',
    engine: 'cometbft',
    // A copy that began with a snapshot does not hold the founding operation, which would tell it.
    genesis: { ...genesis, stewards: [...genesis.stewards] },
    me: hex(key),
    listen: present(engineAddress(seat.address), 'a seat’s address has a port above'),
    begins: {
      height: handover.height + 1,
      stateRoot: handover.stateRoot,
      at: handover.time,
      stewards: [...handover.stewards],
      protocol: handover.protocol,
    },
  })
  return {
    folder: folder.path,
    community: genesis.community,
    member: seat.member,
    height: replica.height,
    isSteward: stewardsOf(replica.store).stewards.some((one) => hex(one.key) === hex(key)),
  }
}

interface Box {
  readonly folder: DataFolder
  readonly seat: Seat
  readonly memberKey: Uint8Array
}

async function madeBox(
  { folder: path, address, random = systemRandom }: Joining,
  { member }: Invitation,
): Promise<Box> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const folder = await makeDataFolder(path)
  const seat = await writeSeat(path, { member, address, seed: random(SEED_BYTES) })
  const keys = await createKeyRing(path, [member], () => random(SEED_BYTES))
  const { publicKey } = present(keys.keyOf(member), 'the key was just made')
  return { folder, seat, memberKey: publicKey }
}

interface Copying {
  readonly joining: Joining
  readonly invitation: Invitation
  readonly caller: Parameters<typeof connectToDoor>[0]
  readonly folder: DataFolder
  readonly replica: Replica
}

/** Fetches and checks genesis, document and book. */
async function copied({ invitation, caller, folder, replica }: Copying): Promise<Genesis> {
  using link = await connectToDoor(caller, doorOf(invitation))
  const genesis = await genesisBehind(link, invitation.genesis)
  const answer = await link.ask(doorRequests.document, {})
  if (!answer.ok) throw new Fault(answer.refusal.is, answer.refusal.details)
  const document = communityFromText(new TextDecoder().decode(answer.value.document), 'json')
  if (!document.ok || document.value.id !== genesis.community)
    throw new Fault('steward-lies', { place: 'document' })
  await writeDocument(folder, document.value)
  await copyBook(link, replica, genesis)
  return genesis
}

async function announced(
  opened: DoorLink,
  entry: StewardEntry,
  { memberKey, replica }: { readonly memberKey: Uint8Array; readonly replica: Replica },
): Promise<void> {
  using link = opened
  const { height, stateRoot } = replica
  const answer = await link.ask(doorRequests.ready, {
    entry: { ...entry, addresses: [...entry.addresses] },
    memberKey,
    height,
    stateRoot,
  })
  if (!answer.ok) throw new Fault(answer.refusal.is, answer.refusal.details)
}

interface Waiting {
  readonly joining: Joining
  readonly invitation: Invitation
  readonly seat: Seat
  readonly replica: Replica
  readonly genesis: Genesis
}

/** Follows the one steward's book until her last block; where several keep it already, there is nothing to wait for. */
async function untilHandedOver({ joining, invitation, seat, replica, genesis }: Waiting): Promise<void> {
  const { signal, lookEveryMs = LOOK_EVERY_MS } = joining
  while (!hasHandedOver(replica, genesis)) {
    await paused(lookEveryMs, signal)
    try {
      using link = await connectToDoor({ key: seat.tls }, doorOf(invitation), { signal })
      await copyBook(link, replica, genesis)
    } catch (cause) {
      // The steward may be away for a while: the box waits on. What she tells wrong ends it.
      const isAway = cause instanceof Fault && AWAY.has(cause.code)
      if (!isAway) throw cause
    }
  }
}

const AWAY: ReadonlySet<string> = new Set(['door-unreachable', 'door-silent', 'door-gone', 'door-failed'])

function hasHandedOver(replica: Replica, { previous }: Genesis): boolean {
  const handover = handoverIn(replica, previous?.height)
  return handover !== undefined && replica.height >= handover.height
}

function paused(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, stop) => {
    const end = (): void => {
      clearTimeout(timer)
      stop(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end)
      done()
    }, ms)
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
  })
}
