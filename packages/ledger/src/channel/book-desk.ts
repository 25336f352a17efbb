import {
  accountLines,
  balanceOf,
  communityHead,
  members,
  operationFrom,
  operationSequence,
  stateKeys,
} from '@tri/community'
import {
  Fault,
  accept,
  canonicalBytes,
  refuse,
  type Canonical,
  type FaultDetails,
  type Outcome,
} from '@tri/units'

import { lightBlockBytes } from '../chain/light-block-bytes.ts'
import { handoverIn } from '../follower/handover.ts'
import { stewardSetProof } from '../follower/steward-set-proof.ts'
import { genesisBytes } from '../genesis.ts'
import type { FinalBlock, Ordering, SignedBytes, Standing } from '../ordering.ts'
import { proofOf, setChangesBefore, type ProofSource } from '../proof/proof-of.ts'
import type { Replica } from '../replica/replica.ts'
import type { KeptSnapshot } from '../snapshot/snapshot-folder.ts'
import { serving, type Desk, type DoorRefusal, type DoorRefusalName, type Visitor } from './desk.ts'
import {
  CHANGES_ASKED_MAX,
  doorRequests,
  type CandidateEntry,
  type ProofWanted,
  type ToldStanding,
} from './requests.ts'

/** Bytes of blocks in one answer. */
const BLOCKS_BYTES_MAX = 8_388_608

/** What a steward saw a key sign last. */
export interface SeenSignature {
  readonly height: number
  readonly round: number
  readonly step: number
}

/** Where a steward's desk takes its answers from. */
export interface BookDeskPorts {
  readonly replica: Replica
  readonly source: ProofSource
  readonly ordering: Pick<Ordering, 'submit' | 'standingOf' | 'settled' | 'certified'>
  /** Totals of a range that may be told to members; a settled period is told to nobody when too few are behind it. */
  readonly totals: (range: { readonly firstSlot: number; readonly slots: number }) => readonly Canonical[]
  readonly mayTell: (settlement: { readonly until: number; readonly version: number }) => boolean
  readonly memory: {
    readonly lastSignedBy: (key: Uint8Array) => Promise<SeenSignature | undefined>
    readonly aliveElsewhere: (key: Uint8Array) => Promise<boolean>
  }
  /** Bytes of the community's document. */
  readonly document: () => Uint8Array
  /** A box that was invited is ready. */
  readonly ready: (candidate: ReadyCandidate) => void
}

/** A box that holds the book and asks to be voted in. */
export interface ReadyCandidate {
  readonly entry: CandidateEntry
  readonly memberKey: Uint8Array
  readonly height: number
}

type Answer<T> = Outcome<T, DoorRefusal>

function no(
  is: DoorRefusalName,
  details: FaultDetails = {},
): { readonly ok: false; readonly refusal: DoorRefusal } {
  return refuse({ is, details })
}

/** Answers from the steward's own copy of the book: to members what is theirs, to stewards all of it. */
export function bookDesk(ports: BookDeskPorts): Desk {
  return { ...chainDesk(ports), ...ownDesk(ports), ...operationDesk(ports), ...stewardDesk(ports) }
}

/** What is public in the community: the chain that everything is proved by. */
function chainDesk({ replica, source, ordering }: BookDeskPorts) {
  return {
    genesis: serving(doorRequests.genesis, () => accept({ document: genesisBytes(source.genesis) })),
    tip: serving(doorRequests.tip, async () => {
      const { height } = replica
      if (height === 0) return no('door-not-held')
      return accept({ height, block: lightBlockBytes(await ordering.certified(height)) })
    }),
    changes: serving(doorRequests.changes, async (_, { from }) => {
      const changes = await setChangesBefore(source, replica.height + 1)
      const later = changes.filter(({ header }) => header.height > from)
      const blocks = later.slice(0, CHANGES_ASKED_MAX).map(lightBlockBytes)
      return accept({ blocks, more: later.length > blocks.length })
    }),
  } as const
}

/** What is a member's own. */
function ownDesk({ replica, source, totals, mayTell }: BookDeskPorts) {
  return {
    proof: serving(doorRequests.proof, async (visitor, wanted): Promise<Answer<ProofAnswer>> => {
      const key = keyOf(replica, visitor, wanted)
      if (key === undefined) return no('door-not-held')
      if (wanted.is === 'settlement' && visitor.is !== 'steward' && !mayTell(wanted))
        return no('door-too-few-meters')
      // Both are begun before anything is waited for, so that they are of one state.
      const stewards = wanted.is === 'balance' ? stewardsIn(replica) : undefined
      const proof = await proofOf(source, key)
      if (proof === undefined) return no('door-not-held')
      return accept({ proof, ...(stewards === undefined ? {} : { stewards }) })
    }),
    lines: serving(doorRequests.lines, ({ member }, { before, most }) => {
      if (member === undefined) return no('door-not-held')
      const cursor = before === undefined ? {} : { cursor: before }
      const { lines } = accountLines(replica.store, member, { limit: most, ...cursor })
      return accept({ lines: lines.map((line) => ({ ...line })) })
    }),
    totals: serving(doorRequests.totals, (_, range) => accept({ totals: [...totals(range)] })),
    community: serving(doorRequests.community, ({ member }) => {
      const head = communityHead(replica.store)
      const account = member === undefined ? undefined : balanceOf(replica.store, member)
      if (head === undefined || account === undefined) return no('door-not-held')
      const present = members(replica.store).filter(({ leftAt }) => leftAt === undefined)
      return accept({
        name: head.name,
        timezone: head.timezone,
        limit: account.limit,
        members: present.map(({ id, name, kind }) => ({ id, kind, ...(name === undefined ? {} : { name }) })),
      })
    }),
  } as const
}

type ProofAnswer = { readonly proof: Uint8Array; readonly stewards?: Uint8Array }

/** Where the wanted record lies, when it is this member's to see; undefined otherwise. */
function keyOf(replica: Replica, { is, member }: Visitor, wanted: ProofWanted): string | undefined {
  if (member === undefined) return undefined
  if (wanted.is === 'balance') return stateKeys.account(member)
  if (wanted.is === 'line') return stateKeys.line(member, wanted.number)
  if (wanted.is === 'settlement') return stateKeys.settlementVersion(wanted.until, wanted.version)
  const isHers = is === 'steward' || signerOf(replica, wanted.operation) === member
  return isHers ? stateKeys.operation(wanted.operation) : undefined
}

function signerOf(replica: Replica, id: string): string | undefined {
  const sequence = operationSequence(replica.store, id)
  if (sequence === undefined) return undefined
  for (const { bytes } of replica.operations(sequence)) return operationFrom(bytes).by
  return undefined
}

function stewardsIn(replica: Replica): Uint8Array | undefined {
  const record = replica.store.get(stateKeys.stewards)
  const meta = replica.pathOf('meta')
  return record === undefined || meta === undefined ? undefined : stewardSetProof(record, meta)
}

/** Operations on their way. */
function operationDesk({ ordering }: BookDeskPorts) {
  return {
    submit: serving(doorRequests.submit, async (visitor, operation): Promise<Answer<ToldStanding>> => {
      if (visitor.is !== 'steward' && !isBy(operation, visitor.member)) return no('door-not-your-own')
      const taken = await ordering.submit(operation)
      return taken.ok ? accept(told(taken.value)) : no('door-not-taken', { reason: taken.refusal.reason })
    }),
    standing: serving(doorRequests.standing, (_, { digest }) => accept(told(ordering.standingOf(digest)))),
    settled: serving(doorRequests.settled, async (_, { digest, waitMs }, gone) => {
      const patience = AbortSignal.any([gone, AbortSignal.timeout(waitMs)])
      const now = ordering.standingOf(digest)
      if (now.is !== 'accepted' || waitMs === 0) return accept(told(now))
      try {
        return accept(told(await ordering.settled(digest, patience)))
      } catch (cause) {
        if (!patience.aborted) throw cause
        return accept(told(ordering.standingOf(digest)))
      }
    }),
  } as const
}

function isBy({ bytes }: SignedBytes, member: string | undefined): boolean {
  try {
    return operationFrom(bytes).by === member
  } catch (cause) {
    // Bytes that are no operation are nobody's own.
    if (cause instanceof Fault && cause.code !== 'must') return false
    throw cause
  }
}

/** Details of a refusal are names and amounts; a list of them is told as text. */
function told(standing: Standing): ToldStanding {
  if (standing.is !== 'refused') return standing
  const { is, details } = standing.refusal
  const plain = Object.entries(details).map(([name, value]) => [name, toldDetail(value)] as const)
  return { is: 'refused', refusal: { is, details: Object.fromEntries(plain) } }
}

function toldDetail(value: unknown): Canonical {
  const isPlain = typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value))
  return isPlain ? value : (JSON.stringify(value) ?? '')
}

/** The whole book: for those who keep it, or are about to. */
function stewardDesk({ replica, source, ordering, memory, document, ready }: BookDeskPorts) {
  return {
    snapshot: serving(doorRequests.snapshot, async () => {
      const newest = usableSnapshot(replica, source.genesis.previous?.height)
      const meta = stewardsIn(replica)
      if (newest === undefined || meta === undefined) return accept({})
      const block = lightBlockBytes(await ordering.certified(replica.height))
      return accept({ newest: { height: newest.height, leaves: [...newest.leaves], block, meta } })
    }),
    chunk: serving(doorRequests.chunk, (_, { height, index }) => {
      const chunk = replica
        .snapshots()
        .find((one) => one.height === height)
        ?.chunk(index)
      return chunk === undefined ? no('door-not-held') : accept({ chunk })
    }),
    document: serving(doorRequests.document, () => accept({ document: document() })),
    ready: serving(doorRequests.ready, ({ tls, member }, { entry, memberKey, height }) => {
      // The invitation says whose box it is; the box itself only says how it is reached.
      if (entry.member !== member) return no('door-not-your-own')
      ready({ entry: { ...entry, tls }, memberKey, height })
      return accept({})
    }),
    blocks: serving(doorRequests.blocks, (_, { from, most }) => {
      const blocks: Uint8Array[] = []
      let bytes = 0
      for (const block of replica.blocks(from)) {
        const written = finalBlockBytes(block, replica.certificate(block.height - 1))
        bytes += written.length
        if (blocks.length > 0 && (blocks.length >= most || bytes > BLOCKS_BYTES_MAX)) break
        blocks.push(written)
      }
      return accept({ blocks })
    }),
    lastSigned: serving(doorRequests.lastSigned, async (_, { key }) => {
      const [seen, isAlive] = await Promise.all([memory.lastSignedBy(key), memory.aliveElsewhere(key)])
      return accept({ isAlive, ...(seen === undefined ? {} : { seen: { ...seen } }) })
    }),
  } as const
}

/** A new box needs every block from the handover on, and the one before: a later snapshot is of no use to it. */
function usableSnapshot(replica: Replica, after: number | undefined): KeptSnapshot | undefined {
  const handover = handoverIn(replica, after)
  const isEarly = ({ height }: KeptSnapshot): boolean =>
    handover === undefined || height < handover.height - 1
  return replica.snapshots().filter(isEarly).at(-1)
}

/** A final block with everything a new copy of the book executes it from; its own light block, where it is kept. */
function finalBlockBytes(block: FinalBlock, certificate: Uint8Array | undefined): Uint8Array {
  const { height, time, operations, evidence, stateRoot } = block
  return canonicalBytes({
    height,
    time,
    stateRoot,
    certificate,
    operations: operations.map(({ bytes, signature }) => [bytes, signature]),
    evidence: evidence.map((one) => ({ ...one })),
  })
}
