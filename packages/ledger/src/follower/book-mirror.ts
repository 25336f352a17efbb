import { communityHead } from '@tri/community'
import { Fault, epochMs, fromCanonicalBytes } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { z } from 'zod'

import type { DoorLink } from '../channel/door-link.ts'
import { BLOCKS_ASKED_MAX, doorRequests, type DoorRequest } from '../channel/requests.ts'
import { lightBlockFrom } from '../chain/light-block-bytes.ts'
import type { LightBlock } from '../chain/light-block.ts'
import { sameBytes } from '../chain/merkle.ts'
import { nodePrimitives } from '../chain/node-primitives.ts'
import { trustAfter } from '../chain/trust.ts'
import { genesisDigest, genesisFrom, genesisTextFrom, trustOf, type Genesis } from '../genesis.ts'
import type { Replica } from '../replica/replica.ts'
import { restoreSnapshot } from '../snapshot/restore-snapshot.ts'
import { handoverIn } from './handover.ts'
import { provedSnapshot } from './steward-set-proof.ts'

const BLOCKS_MS = 60_000

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const blockShape = z.strictObject({
  height: z.int().min(1),
  time: z.int().min(0).transform(epochMs),
  stateRoot: bytes,
  certificate: bytes.optional(),
  operations: z.array(z.tuple([bytes, bytes])),
  evidence: z.array(
    z.strictObject({
      kind: z.enum(['duplicate-vote', 'light-client-attack']),
      address: bytes,
      height: z.int(),
      at: z.int().transform(epochMs),
    }),
  ),
})

/**
 * The genesis that a steward shows, when it is the one of the text.
 *
 * @throws Fault `steward-lies` with the place; what `DoorLink.ask` throws
 */
export async function genesisBehind(link: DoorLink, text: string): Promise<Genesis> {
  const { document } = await asked(link, doorRequests.genesis, {})
  const known = genesisTextFrom(text)
  const genesis = genesisFrom(document)
  const isTrue = known.ok && sameBytes(genesisDigest(nodePrimitives, genesis), known.value.digest)
  if (!isTrue) throw lie('genesis')
  return genesis
}

/**
 * Brings a copy of the book up to the steward's: every block is executed again, and must lead to the root that she tells.
 * It stops at the block after which several stewards go on, as their own engine brings the rest.
 *
 * @param after the height at which a founding anew took the chain up; 0 where there was none
 * @param told  called after each stretch, with the height reached
 * @throws Fault `steward-lies` with the height; what `DoorLink.ask` throws
 */
async function mirrorBook(
  link: DoorLink,
  replica: Replica,
  {
    after,
    told = () => undefined,
  }: { readonly after: number; readonly told?: ((height: number) => void) | undefined },
): Promise<void> {
  for (;;) {
    const range = { from: replica.height + 1, most: BLOCKS_ASKED_MAX }
    const { blocks } = await asked(link, doorRequests.blocks, range)
    for (const block of blocks) {
      if (isWhole(replica, after)) return
      takeBlock(replica, block)
    }
    told(replica.height)
    if (blocks.length === 0 || isWhole(replica, after)) return
  }
}

/** Whether the copy holds everything up to the block after which several stewards go on. */
function isWhole(replica: Replica, after: number): boolean {
  const handover = handoverIn(replica, after)
  return handover !== undefined && replica.height >= handover.height
}

function takeBlock(replica: Replica, written: Uint8Array): void {
  const parsed = blockShape.safeParse(fromCanonicalBytes(written))
  if (!parsed.success) throw lie('block')
  const { height, time, stateRoot, certificate, evidence } = parsed.data
  const operations = parsed.data.operations.map(([one, signature]) => ({ bytes: one, signature }))
  if (height !== replica.height + 1) throw lie('block.height', height)
  const execution = replica.execute({ height, time, operations, evidence })
  if (!sameBytes(execution.stateRoot, stateRoot)) throw lie('block.stateRoot', height)
  replica.commit(execution, certificate)
}

/** Looks at the steward's newest certificate; on a busy day she is some blocks ahead of what was just copied. */
const LOOKS_MAX = 20

/**
 * Copies the book and believes the copy: blocks that were signed by those who had to, as the genesis and each change of
 * the set say, carry the roots that the copy came to by itself, up to the last block in it that changed anything.
 *
 * @throws Fault `steward-lies` with the place; what `DoorLink.ask` throws
 */
export async function copyBook(
  link: DoorLink,
  replica: Replica,
  genesis: Genesis,
  told?: (height: number) => void,
): Promise<void> {
  if (replica.height === 0 && replica.sequence === 0) await fillFromSnapshot(link, replica, genesis)
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    await mirrorBook(link, replica, { after: genesis.previous?.height ?? 0, told })
    const head = communityHead(replica.store)
    if (head?.genesis !== hex(genesis.founding)) throw lie('genesis.founding')
    if ((await certifiedHeight(link, replica, genesis)) >= replica.changedAt) return
  }
  throw lie('certificate', replica.height)
}

/** The highest height of the copy whose root a believed block carries. */
async function certifiedHeight(link: DoorLink, replica: Replica, genesis: Genesis): Promise<number> {
  let certified = 0
  const { believe } = await chainBelieved(link, genesis, (block, place) => {
    certified = Math.max(certified, heldTo(block, replica, place))
  })
  believe((await asked(link, doorRequests.tip, {})).block, '')
  return certified
}

/** Believes the changes of the set, and then what else the stewards signed. */
async function chainBelieved(
  link: DoorLink,
  genesis: Genesis,
  seen: (block: LightBlock, place: string) => void,
): Promise<{ readonly believe: (bytes: Uint8Array, place: string) => LightBlock }> {
  let trust = trustOf(nodePrimitives, genesis)
  const believe = (bytes: Uint8Array, place: string): LightBlock => {
    const block = lightBlockFrom(nodePrimitives, bytes)
    // A change of the set may be the newest block itself.
    if (block.header.height > trust.height) {
      const next = trustAfter(nodePrimitives, trust, block, place)
      if (!next.ok) throw lie(next.refusal.place, block.header.height)
      trust = next.value
    }
    seen(block, place)
    return block
  }
  for (let more = true; more;) {
    const told = await asked(link, doorRequests.changes, { from: trust.height })
    for (const [i, block] of told.blocks.entries()) believe(block, `set-change[${i}].`)
    more = told.more && told.blocks.length > 0
  }
  return { believe }
}

/** Begins with the steward's newest snapshot, where the certified state vouches for it; without one with the first block. */
async function fillFromSnapshot(link: DoorLink, replica: Replica, genesis: Genesis): Promise<void> {
  const { newest } = await asked(link, doorRequests.snapshot, {})
  if (newest === undefined) return
  const { height, leaves, block, meta } = newest
  const { believe } = await chainBelieved(link, genesis, () => undefined)
  const { header } = believe(block, 'snapshot.')
  const vouched = provedSnapshot(nodePrimitives, meta, header.appHash)
  if (!vouched.ok) throw lie(vouched.refusal.place, height)
  // A snapshot that is newer than what the state vouches for by now is not to be believed, and not needed.
  if (vouched.value?.height !== height) return
  const chunks: Uint8Array[] = []
  for (const index of leaves.keys())
    chunks.push((await asked(link, doorRequests.chunk, { height, index })).chunk)
  restoreSnapshot(replica, { height, leaves, chunks }, { root: vouched.value.root })
}

/** The height whose root a block carries, where the copy has the same one; 0 where the copy has not come so far. */
function heldTo({ header }: LightBlock, replica: Replica, place: string): number {
  const height = header.height - 1
  const own = height === replica.height ? replica.stateRoot : replica.blockRecord(height)?.stateRoot
  if (own === undefined) return 0
  if (!sameBytes(own, header.appHash)) throw lie(`${place}header.appHash`, height)
  return height
}

async function asked<I extends Parameters<DoorLink['ask']>[1], A>(
  link: DoorLink,
  request: DoorRequest<I, A>,
  input: I,
): Promise<A> {
  const answer = await link.ask(request, input, { waitMs: BLOCKS_MS })
  if (!answer.ok) throw new Fault(answer.refusal.is, answer.refusal.details)
  return answer.value
}

function lie(place: string, height?: number): Fault {
  return new Fault('steward-lies', { place, ...(height === undefined ? {} : { height }) })
}
