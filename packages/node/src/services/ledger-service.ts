import type { ResponseOf } from '@tri/contract'
import { communityHead, communityRefusals, stewardsOf, type StewardEntry } from '@tri/community'
import type { FileAnswer } from '@tri/platform'
import {
  chainIdOf,
  epochMsOf,
  genesisBytes,
  genesisDigest,
  genesisText,
  headerHash,
  nodePrimitives,
  validatorAddress,
  type Evidence,
  type LightBlock,
} from '@tri/ledger'
import { faultSentence, present } from '@tri/units'
import { hex } from '@tri/units/crypto'

import type { OpenLedger, PeerStanding } from '../ledger/open-ledger.ts'
import { memberProof } from './proof-service.ts'
import { memberNameOf, type NodeView } from './view.ts'

type Ledger = ResponseOf<'ledger'>
/** Incidents in one answer. */
const INCIDENTS_SHOWN_MAX = 100

/** What the answers about the ledger are made from. */
export interface LedgerDesk {
  readonly view: NodeView
  readonly ledger: OpenLedger
}

/** Who keeps the book, how far each is, the last checkpoint, and what went wrong. */
export function ledgerOf(desk: LedgerDesk): Ledger {
  const { view, ledger } = desk
  const status = ledger.ordering.status()
  const { stewards } = stewardsOf(view.store)
  const needed = Math.floor((2 * stewards.length) / 3) + 1
  const checkpoint = ledger.checkpoints.last()
  const { reason } = status.details
  return {
    engine: status.engine,
    state: status.state,
    reason: typeof reason === 'string' ? reason : null,
    height: status.height,
    at: status.time ?? null,
    stateRoot: status.height === 0 ? null : hex(status.stateRoot),
    stewards: stewards.map((steward) => stewardOf(desk, steward)),
    connected: status.connected,
    needed,
    maySpare: stewards.length - needed,
    waiting: status.waiting,
    operations: communityHead(view.store)?.sequence ?? 0,
    checkpoint: checkpoint === undefined ? null : checkpointOf(checkpoint),
    incidents: ledger.incidents
      .list()
      .slice(0, INCIDENTS_SHOWN_MAX)
      .map((one) => incidentOf(view, one)),
    genesis: genesisText(nodePrimitives, ledger.genesis),
    chain: chainIdOf(genesisDigest(nodePrimitives, ledger.genesis)),
  }
}

function stewardOf({ view, ledger }: LedgerDesk, steward: StewardEntry): Ledger['stewards'][number] {
  const { height } = ledger.ordering.status()
  const key = hex(steward.key)
  const isMe = key === ledger.me
  const peer: PeerStanding | undefined = isMe ? { connected: true, height } : ledger.peer(steward)
  const highest = Math.max(height, peer?.height ?? 0)
  return {
    member: present(memberNameOf(view, steward.member), 'a steward is a member'),
    key,
    isMe,
    connected: peer?.connected ?? null,
    height: peer?.height ?? null,
    lag: peer?.height === undefined ? null : highest - peer.height,
    signed: hasSigned(ledger.checkpoints.last(), steward),
  }
}

function hasSigned(checkpoint: LightBlock | undefined, { key }: StewardEntry): boolean | null {
  if (checkpoint === undefined) return null
  const address = hex(validatorAddress(nodePrimitives, key))
  return checkpoint.commit.signatures.some((one) => one.flag === 'commit' && hex(one.address) === address)
}

function checkpointOf(block: LightBlock): NonNullable<Ledger['checkpoint']> {
  const { header, commit, validators } = block
  return {
    height: header.height,
    at: epochMsOf(header.time),
    root: hex(header.appHash),
    block: hex(headerHash(nodePrimitives, header)),
    signatures: commit.signatures.filter(({ flag }) => flag === 'commit').length,
    of: validators.length,
  }
}

function incidentOf(view: NodeView, { kind, address, height, at }: Evidence): Ledger['incidents'][number] {
  const steward = stewardsOf(view.store).stewards.find(
    ({ key }) => hex(validatorAddress(nodePrimitives, key)) === hex(address),
  )
  const name = steward === undefined ? undefined : memberNameOf(view, steward.member)
  return { kind, steward: name ?? null, address: hex(address), height, at }
}

/** What the chain is known by: the text to print, and the document it is the digest of. */
export function genesisOf({ ledger: { genesis } }: LedgerDesk): ResponseOf<'genesis'> {
  const digest = genesisDigest(nodePrimitives, genesis)
  return {
    text: genesisText(nodePrimitives, genesis),
    chain: chainIdOf(digest),
    digest: hex(digest),
    document: Buffer.from(genesisBytes(genesis)).toString('base64url'),
  }
}

/** Where an operation stands here; undefined when this node never saw it, or forgot it. */
export function operationOf({ ledger }: LedgerDesk, digest: string): ResponseOf<'operation'> | undefined {
  const standing = ledger.ordering.standingOf(digest)
  if (standing.is === 'unknown') return undefined
  const isFinal = standing.is === 'final'
  return {
    digest,
    standing: standing.is,
    height: isFinal ? standing.height : null,
    sequence: isFinal ? standing.sequence : null,
    refusal: standing.is === 'refused' ? refusalSentences(standing.refusal) : null,
  }
}

/** A refusal of the book in both languages. */
export function refusalSentences({
  is,
  details,
}: {
  readonly is: string
  readonly details: Readonly<Record<string, unknown>>
}) {
  const say = (language: 'en' | 'it') => faultSentence(communityRefusals, is, details, language)
  return { code: is, en: say('en'), it: say('it') }
}

/** The proof of a member's balance, to keep; undefined until the stewards have signed a state that holds it. */
export async function proofFile(
  { view, ledger }: LedgerDesk,
  member: string,
): Promise<FileAnswer | undefined> {
  const made = await memberProof(view, ledger.proofSource, { member })
  if (!made.ok) return undefined
  return { fileName: `${member}.tri-proof`, mediaType: 'application/octet-stream', bytes: made.value }
}
