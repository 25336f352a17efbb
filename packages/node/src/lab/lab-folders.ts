import { randomUUID } from 'node:crypto'
import { cp, mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { signedAct, type StewardEntry } from '@tri/community'
import { handoverIn, makeStewardHome, openReplica, openSingle, type LinkBoard } from '@tri/ledger'
import { epochMs, must, present } from '@tri/units'
import { hex, keyPairFromSeed, sha256 } from '@tri/units/crypto'

import type { CommunityDocument } from '../community-file/document-shape.ts'
import { communityFromDocument } from '../community-file/read-community-file.ts'
import { dataFolderAt } from '../daemon/data-folder.ts'
import { foundIn } from '../daemon/init-community.ts'
import { systemRandom } from '../daemon/open-node.ts'
import { readKeyRing } from '../keys/key-ring.ts'
import { loadKernel } from '../kernel.ts'
import { writeLedgerFile } from '../ledger/ledger-file.ts'
import { writeSeat } from '../steward/seat-file.ts'

const COORDINATOR = 'coop'
const SEED_BYTES = 32
const TRIES_MAX = 100

/** A steward of a lab, before her node runs. */
export interface LabSeat {
  /** Counted from 1. */
  readonly number: number
  readonly member: string
  /** Her node's data folder. */
  readonly folder: string
}

interface Made extends LabSeat {
  readonly entry: StewardEntry
  /** Where her engine listens. */
  readonly listen: string
}

export function memberOf(number: number): string {
  return `home-${number}`
}

/**
 * Makes a community of as many homes as there are stewards, founds its book, hands it from its coordinator to the homes,
 * and gives each of them a data folder with the same book. Links between them go over the board.
 *
 * @param folder an empty folder
 */
export async function makeLabFolders(
  folder: string,
  count: number,
  board: LinkBoard,
): Promise<readonly LabSeat[]> {
  const numbers = Array.from({ length: count }, (_, i) => i + 1)
  const first = join(folder, 'steward-1')
  await foundIn(first, {
    document: labDocument(numbers),
    coordinator: COORDINATOR,
    seedOf: () => systemRandom(SEED_BYTES),
    leafSecret: systemRandom(SEED_BYTES),
    at: epochMs(Date.now()),
    id: randomUUID(),
  })
  const made = await Promise.all(numbers.map((number) => makeSeat(folder, number)))
  await handOver(first, made)
  for (const seat of made.slice(1))
    for (const file of ['book', 'community'] as const)
      await cp(dataFolderAt(first)[file], dataFolderAt(seat.folder)[file])
  // A lab is played by one person: every node may speak for every member.
  for (const seat of made.slice(1)) await cp(join(first, 'keys.json'), join(seat.folder, 'keys.json'))
  for (const seat of made) await writeLedger(seat, made, board)
  return made.map(({ number, member, folder: own }) => ({ number, member, folder: own }))
}

async function makeSeat(folder: string, number: number): Promise<Made> {
  const own = join(folder, `steward-${number}`)
  await mkdir(own, { recursive: true, mode: 0o700 })
  const { key, node } = await makeStewardHome(dataFolderAt(own).engine)
  const seed = systemRandom(SEED_BYTES)
  const port = await twoFreePorts()
  const address = `[::1]:${port}`
  await writeSeat(own, { member: memberOf(number), address, seed })
  return {
    number,
    member: memberOf(number),
    folder: own,
    entry: {
      member: memberOf(number),
      key,
      node,
      tls: keyPairFromSeed(seed).publicKey,
      addresses: [address],
    },
    listen: `[::1]:${port + 1}`,
  }
}

/** The coordinator, who keeps the book alone so far, proposes the homes; with her own yes they are the stewards. */
async function handOver(folder: string, made: readonly Made[]): Promise<void> {
  const key = present((await readKeyRing(folder)).keyOf(COORDINATOR), 'the lab holds its coordinator’s key')
  using replica = openReplica(dataFolderAt(folder).book, { kernel: await loadKernel() })
  await using ordering = openSingle({ replica, key, now: () => epochMs(Date.now()) })
  const signer = { by: COORDINATOR, key, id: randomUUID(), at: Date.now() }
  const stewards = made.map(({ entry }) => entry)
  const signed = signedAct(replica.store, signer, { kind: 'steward.propose', stewards })
  await ordering.submit(signed)
  const standing = await ordering.settled(hex(sha256(signed.bytes)), AbortSignal.timeout(30_000))
  must(standing.is === 'final', 'the lab’s coordinator may hand over', { standing: standing.is })
}

async function writeLedger(seat: Made, all: readonly Made[], board: LinkBoard): Promise<void> {
  const folder = dataFolderAt(seat.folder)
  using replica = openReplica(folder.book, { kernel: await loadKernel() })
  const { height, stateRoot, time, stewards, protocol } = present(
    handoverIn(replica),
    'the book names several stewards',
  )
  const dial: Record<string, string> = {}
  for (const other of all)
    if (other !== seat)
      dial[hex(other.entry.key)] = await board.link({
        from: seat.number,
        to: other.number,
        address: other.listen,
      })
  await writeLedgerFile(folder.ledger, {
    format: 'tri/ledger-file/1',
    engine: 'cometbft',
    me: hex(seat.entry.key),
    listen: seat.listen,
    dial,
    begins: { height: height + 1, stateRoot, at: time, stewards: [...stewards], protocol },
  })
}

/** Homes in one street, a meter each, and the cooperative that coordinates them. */
function labDocument(numbers: readonly number[]): CommunityDocument {
  const read = communityFromDocument({
    format: 'tri/community/1',
    id: 'lab',
    name: 'Lab',
    timezone: 'Europe/Rome',
    network: [
      { id: 'cabina', kind: 'transformer' },
      { id: 'via', kind: 'street', parent: 'cabina', ohm: 0.02 },
      ...numbers.map((n) => ({ id: `casa-${n}`, kind: 'site', parent: 'via', ohm: 0.005 })),
    ],
    members: [
      { id: COORDINATOR, kind: 'cooperative' },
      ...numbers.map((n) => ({ id: memberOf(n), kind: 'household' })),
    ],
    meters: numbers.map((n) => ({ id: `m${n}`, member: memberOf(n), site: `casa-${n}` })),
    charter: {
      rule: 'neighbour-first',
      creditPerKwh: {
        home: '0.09',
        building: '0.10',
        street: '0.11',
        transformer: '0.12',
        substation: '0.13',
      },
      limit: '1000',
    },
  })
  must(read.ok, 'the lab’s document is a community')
  return read.value
}

/** A port that is free together with the one above it, on this machine's own address. */
async function twoFreePorts(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const port = await freePort(0)
    if (port !== undefined && port < 65_535 && (await freePort(port + 1)) !== undefined) return port
  }
  throw new Error('this machine has no two ports free side by side')
}

async function freePort(wanted: number): Promise<number | undefined> {
  const server = createServer()
  const found = Promise.withResolvers<number | undefined>()
  server.once('error', () => found.resolve(undefined))
  server.listen(wanted, '::1', () => {
    const address = server.address()
    server.close(() =>
      found.resolve(typeof address === 'object' && address !== null ? address.port : undefined),
    )
  })
  return found.promise
}
