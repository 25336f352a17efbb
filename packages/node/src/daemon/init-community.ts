import { randomUUID } from 'node:crypto'

import { signedAct } from '@tri/community'
import { openReplica, openSingle } from '@tri/ledger'
import { Fault, epochMs, present, slot, type EpochMs } from '@tri/units'
import { fromHex, hex, sha256 } from '@tri/units/crypto'

import type { CommunityDocument } from '../community-file/document-shape.ts'
import { foundingAct } from '../community-file/founding-act.ts'
import { readCommunityFile } from '../community-file/read-community-file.ts'
import { createKeyRing } from '../keys/key-ring.ts'
import { loadKernel } from '../kernel.ts'
import { problemSentence } from '../problem.ts'
import { operationRefused } from '../services/book-writer.ts'
import { makeDataFolder, writeDocument } from './data-folder.ts'
import { systemRandom } from './open-node.ts'

const SEED_BYTES = 32

/** A community that was founded in a data folder. */
export interface Founded {
  readonly id: string
  readonly name: string
  readonly folder: string
  readonly coordinator: string
  readonly members: number
  readonly meters: number
}

/**
 * Founds a community from its file: a data folder with its book, and a key for each member who brought none.
 *
 * @throws Fault `community-file-unusable` with every problem, `data-folder-not-empty`, `coordinator-unknown`
 */
export async function initCommunity(of: {
  readonly file: string
  readonly folder: string
  readonly coordinator?: string
  readonly language?: 'en' | 'it'
}): Promise<Founded> {
  const read = await readCommunityFile(of.file)
  if (!read.ok) {
    const problems = read.refusal.map((problem) => problemSentence(problem, of.language))
    throw new Fault('community-file-unusable', { file: of.file, problems })
  }
  const coordinator = of.coordinator ?? coordinatorOf(read.value)
  if (!read.value.members.some(({ id }) => id === coordinator))
    throw new Fault('coordinator-unknown', { member: coordinator })
  await foundIn(of.folder, {
    document: read.value,
    coordinator,
    seedOf: () => systemRandom(SEED_BYTES),
    leafSecret: systemRandom(SEED_BYTES),
    at: epochMs(Date.now()),
    id: randomUUID(),
  })
  const { id, name, members, meters } = read.value
  return { id, name, folder: of.folder, coordinator, members: members.length, meters: meters.length }
}

/** The first cooperative, else the first municipality, else the first member. */
export function coordinatorOf({ members }: CommunityDocument): string {
  const first = (kind: string) => members.find((member) => member.kind === kind)
  return present(first('cooperative') ?? first('municipality') ?? members[0], 'a community has members').id
}

/** What a founding is made from. */
export interface Founding {
  readonly document: CommunityDocument
  readonly coordinator: string
  /** 32 bytes for a member's key. */
  readonly seedOf: (member: string) => Uint8Array
  /** 32 random bytes, for the stewards alone: `foundingAct`. */
  readonly leafSecret: Uint8Array
  readonly at: EpochMs
  readonly id: string
}

/**
 * Writes a new data folder: document, keys, and a book with its founding operation.
 *
 * @throws Fault `data-folder-not-empty`, or the book's refusal
 */
export async function foundIn(path: string, founding: Founding): Promise<void> {
  const { document, coordinator, at, id, leafSecret } = founding
  const folder = await makeDataFolder(path)
  const ownKey = new Set(
    document.members.filter(({ publicKey }) => publicKey !== undefined).map((member) => member.id),
  )
  if (ownKey.has(coordinator)) throw new Fault('coordinator-elsewhere', { member: coordinator })
  const keyless = document.members.map((member) => member.id).filter((member) => !ownKey.has(member))
  const keys = await createKeyRing(path, keyless, founding.seedOf)
  using replica = openReplica(folder.book, { kernel: await loadKernel() })
  const key = present(keys.keyOf(coordinator), 'a founding coordinator has a key')
  const published = new Map(document.members.map((member) => [member.id, member.publicKey]))
  const act = foundingAct(document, {
    coordinator,
    publicKeyOf: (member) => {
      const given = published.get(member)
      return given === undefined ? keys.keyOf(member)?.publicKey : fromHex(given)
    },
    from: slot(0),
    leafSecret,
  })
  const signer = { by: coordinator, key, id, at, community: document.id }
  const signed = signedAct(replica.store, signer, act)
  await using ordering = openSingle({ replica, key, now: () => at })
  const taken = await ordering.submit(signed)
  if (!taken.ok) throw new Fault('operation-not-taken', { reason: taken.refusal.reason })
  const standing = await ordering.settled(hex(sha256(signed.bytes)), new AbortController().signal)
  if (standing.is === 'refused') throw operationRefused(standing.refusal)
  await writeDocument(folder, document)
}
