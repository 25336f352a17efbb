import { typescriptKernel } from '@tri/exchange'
import { communityHead } from '@tri/community'
import { prova, seededKey, stageFor } from '@tri/community/testing'
import { accept, canonicalBytes, fromCanonicalBytes, present, type Canonical } from '@tri/units'
import { fromHex, hex } from '@tri/units/crypto'
import { describe, expect, it } from 'vitest'

import { lightBlockBytes } from '../../src/chain/light-block-bytes.ts'
import { serving, type Desk } from '../../src/channel/desk.ts'
import { connectToDoor } from '../../src/channel/door-link.ts'
import { doorRequests } from '../../src/channel/requests.ts'
import { copyBook, genesisBehind } from '../../src/follower/book-mirror.ts'
import { memoryReplica } from '../../src/replica/memory-replica.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { replicaBook } from '../../src/testing/replica-book.ts'
import { stewardTown, townOn, type StewardTown } from '../../src/testing/steward-town.ts'
import { townDoor } from '../channel/town-doors.ts'

const SECRET = new Uint8Array(16).fill(3)

function pays({ stage }: StewardTown, amount: number): void {
  stage.does('home-1', { kind: 'credit.transfer', to: 'home-2', amount })
}

/** A snapshot each tenth block, vouched for two blocks later, in parts of some records. */
const RHYTHM = { kernel: typescriptKernel, snapshots: { every: 10, lag: 2, chunkBytes: 600 } }

/** A town whose book is photographed now and then. */
function photographedTown(): StewardTown {
  const replica = memoryReplica(RHYTHM)
  const stage = stageFor(prova(), { book: replicaBook(replica) })
  const founding = fromHex(present(communityHead(replica.store), 'a stage is founded').genesis)
  const genesis = { community: 'prova', founding, stewards: [seededKey('coop').publicKey] }
  return townOn({ stage, replica, genesis })
}

/** An invited box copies the book from a door, by the text on the paper. */
async function copied(
  town: StewardTown,
  of: {
    readonly text?: string
    readonly desk?: (honest: Desk) => Partial<Desk>
    readonly replica?: Replica
  } = {},
): Promise<Replica> {
  await using at = await townDoor(town, of.desk === undefined ? {} : { desk: of.desk })
  at.invitations.invite('home-2', SECRET)
  using link = await connectToDoor({ key: seededKey('new-box'), secret: SECRET }, at.pinned)
  const replica = of.replica ?? memoryReplica({ kernel: typescriptKernel })
  await copyBook(link, replica, await genesisBehind(link, of.text ?? town.text))
  return replica
}

/** Changes each block on its way. */
const blocksChanged =
  (change: (block: Readonly<Record<string, Canonical>>) => Canonical) =>
  (honest: Desk): Partial<Desk> => ({
    blocks: serving(doorRequests.blocks, async (visitor, range, gone) => {
      const answer = await honest.blocks.answer(visitor, range, gone)
      const { value } = answer as { ok: true; value: { blocks: Uint8Array[] } }
      const blocks = value.blocks.map((bytes) => {
        const block = fromCanonicalBytes(bytes) as Readonly<Record<string, Canonical>>
        return canonicalBytes(change(block))
      })
      return accept({ blocks })
    }),
  })

/** Gives the first part of a snapshot for every part. */
const firstPartOnly = (honest: Desk): Partial<Desk> => ({
  chunk: serving(doorRequests.chunk, async (visitor, wanted, gone) => {
    const answer = await honest.chunk.answer(visitor, { ...wanted, index: 0 }, gone)
    return answer as { ok: true; value: { chunk: Uint8Array } }
  }),
})
/** Gives the list of a snapshot's parts in another order. */
const partsTurned = (honest: Desk): Partial<Desk> => ({
  snapshot: serving(doorRequests.snapshot, async (visitor, _, gone) => {
    const answer = await honest.snapshot.answer(visitor, {}, gone)
    const { value } = answer as {
      ok: true
      value: { newest: { leaves: Uint8Array[]; height: number; block: Uint8Array; meta: Uint8Array } }
    }
    return accept({ newest: { ...value.newest, leaves: value.newest.leaves.toReversed() } })
  }),
})

describe('a copy of the book', () => {
  it('comes to the same root by itself, block by block', async () => {
    const town = stewardTown()
    for (let i = 1; i <= 300; i++) pays(town, i)
    const replica = await copied(town)
    expect(replica.height).toBe(town.replica.height)
    expect(hex(replica.stateRoot)).toBe(hex(town.replica.stateRoot))
  })

  it('is not made from another community’s genesis', async () => {
    const other = stewardTown(3)
    await expect(copied(stewardTown(), { text: other.text })).rejects.toMatchObject({
      code: 'steward-lies',
      details: { place: 'genesis' },
    })
  })

  it('is not made of blocks with an operation left out, another root, or out of order', async () => {
    const town = stewardTown()
    pays(town, 5)
    const last = town.replica.height
    const changes: [string, (block: Readonly<Record<string, Canonical>>) => Canonical][] = [
      ['block.stateRoot', (block) => (block['height'] === last ? { ...block, operations: [] } : block)],
      ['block.stateRoot', (block) => ({ ...block, stateRoot: new Uint8Array(32) })],
      ['block.height', (block) => ({ ...block, height: Number(block['height']) + 1 })],
      ['block', (block) => ({ ...block, more: 1 })],
    ]
    for (const [place, change] of changes)
      await expect(copied(town, { desk: blocksChanged(change) })).rejects.toMatchObject({
        details: { place },
      })
  })

  it('is not believed where the steward shows a past that nobody signed', async () => {
    const [signed, invented] = [stewardTown(), stewardTown()]
    pays(signed, 5)
    pays(invented, 6)
    // Every root follows from its blocks, but the certificate is of the other history.
    const desk = (): Partial<Desk> => ({
      tip: serving(doorRequests.tip, async () => {
        const { height } = signed.replica
        return accept({ height, block: lightBlockBytes(await signed.source.certified(height)) })
      }),
    })
    await expect(copied(invented, { desk })).rejects.toMatchObject({ details: { place: 'header.appHash' } })
  })

  it('is not believed where the newest certificate is older than what was copied', async () => {
    const town = stewardTown()
    const early = await town.source.certified(town.replica.height)
    pays(town, 5)
    const desk = (): Partial<Desk> => ({
      tip: serving(doorRequests.tip, async () => {
        return accept({ height: 1, block: lightBlockBytes(early) })
      }),
    })
    await expect(copied(town, { desk })).rejects.toMatchObject({ details: { place: 'certificate' } })
  })

  it('begins with the newest snapshot that the certified state vouches for', async () => {
    const town = photographedTown()
    for (let i = 1; i <= 36; i++) pays(town, i)
    const asked: number[] = []
    const desk = (honest: Desk): Partial<Desk> => ({
      blocks: serving(doorRequests.blocks, async (visitor, range, gone) => {
        asked.push(range.from)
        return (await honest.blocks.answer(visitor, range, gone)) as {
          ok: true
          value: { blocks: Uint8Array[] }
        }
      }),
    })
    const replica = await copied(town, { desk, replica: memoryReplica(RHYTHM) })
    expect(asked[0]).toBe(31)
    expect(hex(replica.stateRoot)).toBe(hex(town.replica.stateRoot))
    expect(replica.sequence).toBe(town.replica.sequence)
  })

  it('is not begun with a snapshot of which a part, or the list of parts, is another', async () => {
    const town = photographedTown()
    for (let i = 1; i <= 36; i++) pays(town, i)
    for (const desk of [firstPartOnly, partsTurned])
      await expect(copied(town, { desk, replica: memoryReplica(RHYTHM) })).rejects.toThrow('snapshot-altered')
  })
})
