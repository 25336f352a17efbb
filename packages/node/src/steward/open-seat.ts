import { readFileSync } from 'node:fs'

import { stewardsOf, type StewardEntry } from '@tri/community'
import {
  addressFrom,
  admissionOf,
  bookDesk,
  chainIdOf,
  genesisDigest,
  genesisText,
  invitationsIn,
  makeStewardHome,
  nodePrimitives,
  openDiscovery,
  openDoor,
  type Discovery,
  type Door,
  type Invitations,
} from '@tri/ledger'
import { Fault, present } from '@tri/units'
import { hex } from '@tri/units/crypto'

import type { OpenNode } from '../daemon/open-node.ts'
import { candidatesIn, type Candidates } from './candidates.ts'
import { readSeat, type Seat } from './seat-file.ts'
import { toldTotals } from './told-totals.ts'

const now = (): number => Date.now()

/** A steward at her place: her door is open and she can be found. */
export interface OpenSeat extends AsyncDisposable {
  readonly seat: Seat
  readonly door: Door
  /** Absent on a machine that gives no socket for beacons. */
  readonly discovery: Discovery | undefined
  readonly invitations: Invitations
  readonly candidates: Candidates
  /** The text of the genesis, for an invitation. */
  readonly genesis: string
  /** How this box would stand in the set of stewards. */
  entry(): Promise<StewardEntry>
}

/**
 * Opens the door of a node whose folder is a steward's; undefined for any other.
 *
 * @throws Fault `steward-file-unusable`, `door-unopenable`
 */
export async function openSeat(
  node: OpenNode,
  failed: (cause: unknown) => void,
  ways?: readonly ('beacon' | 'name')[],
): Promise<OpenSeat | undefined> {
  const seat = await readSeat(node.folder.path)
  if (seat === undefined) return undefined
  const { ledger, notes } = node
  const { replica, genesis } = ledger
  const at = present(addressFrom(seat.address), 'a seat has an address')
  const chain = chainIdOf(genesisDigest(nodePrimitives, genesis))
  const invitations = invitationsIn(notes, now)
  const candidates = candidatesIn(notes)
  await using opening = new AsyncDisposableStack()
  const door = opening.use(
    await openDoor(
      {
        key: seat.tls,
        chain,
        now,
        failed,
        admission: admissionOf({
          store: replica.store,
          chain,
          now,
          stewards: () => stewardsOf(replica.store).stewards.filter(({ tls }) => tls.length > 0),
          invitations,
        }),
        desk: bookDesk({
          replica,
          source: ledger.proofSource,
          ordering: ledger.ordering,
          ...toldTotals(node.view),
          memory: ledger.memory,
          document: () => readFileSync(node.folder.community),
          ready: (candidate) => candidates.put(candidate),
        }),
      },
      { host: '::', port: at.port },
    ),
  )
  const discovery = await foundBy(node, seat, { chain, now, ways })
  if (discovery !== undefined) opening.use(discovery)
  const held = opening.move()
  return {
    seat,
    door,
    discovery,
    invitations,
    candidates,
    genesis: genesisText(nodePrimitives, genesis),
    entry: () => entryOf(node, seat),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

async function entryOf({ folder }: OpenNode, { member, tls, address }: Seat): Promise<StewardEntry> {
  const { key, node } = await makeStewardHome(folder.engine)
  return { member, key, node, tls: tls.publicKey, addresses: [address] }
}

async function foundBy(
  { ledger }: OpenNode,
  seat: Seat,
  of: {
    readonly chain: string
    readonly now: () => number
    readonly ways: readonly ('beacon' | 'name')[] | undefined
  },
): Promise<Discovery | undefined> {
  const own = hex(seat.tls.publicKey)
  const at = present(addressFrom(seat.address), 'a seat has an address')
  const stewards = () => stewardsOf(ledger.store).stewards
  const isSteward = () => stewards().some(({ tls }) => hex(tls) === own)
  try {
    return await openDiscovery({
      chain: of.chain,
      now: of.now,
      stewards: () => stewards().filter(({ tls }) => hex(tls) !== own),
      announce: {
        key: seat.tls,
        beacon: () => ({
          role: isSteward() ? 'steward' : 'candidate',
          port: at.port,
          addresses: [seat.address],
        }),
      },
      ...(of.ways === undefined ? {} : { ways: of.ways }),
    })
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'beacons-unusable') return undefined
    throw cause
  }
}
