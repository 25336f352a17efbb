import { memberById, signedAct, type OperationOf, type StewardEntry } from '@tri/community'
import {
  endedEpoch,
  genesisAfter,
  genesisDigest,
  genesisText,
  makeStewardHome,
  memberListOf,
  nodePrimitives,
  refoundingCount,
  refoundingFrom,
  refoundingSignature,
  refoundingText,
  signatureText,
  withSignature,
  type AskedRefounding,
  type Epoch,
  type RefoundingCount,
  type Succession,
} from '@tri/ledger'
import { Fault, present } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { z } from 'zod'

import type { OpenNode } from '../daemon/open-node.ts'
import { writeLedgerFile } from '../ledger/ledger-file.ts'
import { headOf } from '../services/view.ts'
import { readSeat } from '../steward/seat-file.ts'
import { readFoundings, writeFoundings } from './foundings-file.ts'

const REFOUNDING_TEXT_MAX = 8192
const TEXTS_MAX = 2000
const text = z.string().min(1).max(REFOUNDING_TEXT_MAX)

/** What the owner's tasks of a founding anew take. */
export const refoundingWishes = {
  ask: z.strictObject({}),
  sign: z.strictObject({ member: z.string().min(1).max(64), text }),
  add: z.strictObject({ texts: z.array(text).min(1).max(TEXTS_MAX) }),
  begin: z.strictObject({}),
} as const

/** What the members are shown before they sign. */
export interface Asked {
  /** The text to sign, small enough for one QR code. */
  readonly text: string
  /** Who would keep the book. */
  readonly member: string
  /** The last block of the chain that ends. */
  readonly height: number
  readonly signed: number
  readonly of: number
}

/**
 * Asks the members to found the chain anew with this box as the one steward: more can join as they did before. Nothing
 * changes until it begins; the old chain may come back.
 *
 * @throws Fault `steward-seat-absent`, `key-not-held`, `engine-silent` when no signed state can be had any more
 */
export async function askRefounding(node: OpenNode): Promise<Asked> {
  const { ledger, folder } = node
  const foundings = await readFoundings(folder.path)
  const entry = await ownEntry(node)
  const members = memberListOf(ledger.proofSource)
  const last = await ledger.ordering.certified()
  const genesis = genesisAfter(ledger.genesis, last, [entry.key])
  const epoch = await endedEpoch(ledger.proofSource, last, { members, signatures: [] })
  await writeFoundings(folder.path, { ...foundings, asked: { genesis, epoch } })
  const { signed, of } = refoundingCount({ genesis, signatures: [] }, members)
  return { text: refoundingText(genesis), member: entry.member, height: last.header.height, signed, of }
}

/**
 * Signs a founding anew for a member whose key this node holds.
 *
 * @throws Fault `refounding-malformed`, `refounding-elsewhere`, `key-not-held`
 */
export function signRefounding(
  node: OpenNode,
  { member, text: asking }: z.output<typeof refoundingWishes.sign>,
) {
  const asked = refoundingFrom(asking)
  if (!asked.ok) throw new Fault(asked.refusal.code, asked.refusal.details)
  const genesis = asked.value
  const { community, genesis: founding } = headOf(node.view)
  if (genesis.community !== community || hex(genesis.founding) !== founding || genesis.previous === undefined)
    throw new Fault('refounding-elsewhere', { community: genesis.community })
  const key = node.keys.keyOf(member)
  if (key === undefined) throw new Fault('key-not-held', { member })
  const signature = refoundingSignature(genesis, member, key)
  return {
    member,
    height: genesis.previous.height,
    stewards: genesis.stewards.map(hex),
    text: signatureText(genesisDigest(nodePrimitives, genesis), signature),
  }
}

/** Takes signatures of members into what was asked. @throws Fault `refounding-not-asked`, or why one does not count */
export async function addSignatures(node: OpenNode, texts: readonly string[]): Promise<RefoundingCount> {
  const foundings = await readFoundings(node.folder.path)
  const { asked, succession } = askedIn(foundings.asked)
  let { signatures } = succession
  for (const one of texts) {
    const refounding = { genesis: asked.genesis, signatures }
    const taken = withSignature(nodePrimitives, refounding, { text: one, members: succession.members })
    if (!taken.ok) throw new Fault(taken.refusal.code, taken.refusal.details)
    signatures = taken.value.signatures
  }
  const epoch: Epoch = { ...asked.epoch, succession: { ...succession, signatures } }
  await writeFoundings(node.folder.path, { ...foundings, asked: { ...asked, epoch } })
  return refoundingCount({ genesis: asked.genesis, signatures }, succession.members)
}

/**
 * Ends the old chain on this box: the next start goes on alone, with what the members signed as the first operation.
 *
 * @throws Fault `refounding-not-asked`, `members-too-few`, `key-not-held`
 */
export async function beginRefounding(
  node: OpenNode,
): Promise<{ readonly text: string; readonly member: string }> {
  const { folder, ledger, keys, view } = node
  const { past, asked: kept } = await readFoundings(folder.path)
  const { asked, succession } = askedIn(kept)
  const { genesis, epoch } = asked
  const { signatures, members } = succession
  if (!refoundingCount({ genesis, signatures }, members).isEnough)
    throw new Fault('members-too-few', { place: 'refounding' })
  const entry = await ownEntry(node)
  const { member } = entry
  const key = keys.keyOf(member)
  // The members signed for one key: a box that has another since must ask them again.
  if (key === undefined || genesis.stewards.map(hex).join() !== hex(entry.key))
    throw new Fault('key-not-held', { member })
  const previous = present(genesis.previous, 'a founding anew goes on from a chain')
  const act: Pick<OperationOf<'steward.refound'>, 'kind' | 'stewards' | 'previous' | 'signatures'> = {
    kind: 'steward.refound',
    stewards: [entry],
    previous,
    signatures,
  }
  const id = `refounding-${previous.height}-${hex(genesisDigest(nodePrimitives, genesis)).slice(0, 8)}`
  const operation = signedAct(ledger.store, { by: member, key, id, at: view.clock.nowMs() }, act)
  await writeFoundings(folder.path, { past: [...past, epoch], operation })
  await writeLedgerFile(folder.ledger, {
    format: 'tri/ledger-file/1',
    engine: 'single',
    genesis: { ...genesis, stewards: [...genesis.stewards] },
  })
  return { text: genesisText(nodePrimitives, genesis), member }
}

function askedIn(asked: AskedRefounding | undefined): {
  readonly asked: AskedRefounding
  readonly succession: Succession
} {
  if (asked?.epoch.succession === undefined) throw new Fault('refounding-not-asked')
  return { asked, succession: asked.epoch.succession }
}

/** How this box would stand in the set alone: it signs blocks with its member's own key. */
async function ownEntry({ folder, keys, ledger }: OpenNode): Promise<StewardEntry> {
  const seat = await readSeat(folder.path)
  if (seat === undefined) throw new Fault('steward-seat-absent')
  const key = keys.keyOf(seat.member)
  if (key === undefined || memberById(ledger.store, seat.member)?.keys.includes(hex(key.publicKey)) !== true)
    throw new Fault('key-not-held', { member: seat.member })
  const { node } = await makeStewardHome(folder.engine)
  return { member: seat.member, key: key.publicKey, node, tls: seat.tls.publicKey, addresses: [seat.address] }
}
