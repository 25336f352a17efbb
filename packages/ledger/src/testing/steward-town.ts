import { communityHead, type StewardEntry } from '@tri/community'
import {
  MAY,
  proposing,
  prova,
  seededKey,
  sketchedMember,
  stageFor,
  states,
  type Sketch,
  type Stage,
} from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { epochMs, present } from '@tri/units'
import { fromHex, hex, signPlainly } from '@tri/units/crypto'

import { dataHash, emptyHash, paramsHash } from '../chain/block-hashes.ts'
import { blockTimeOf } from '../chain/block-time.ts'
import { headerHash } from '../chain/header-hash.ts'
import type { CommitSignature, Header, LightBlock } from '../chain/light-block.ts'
import { nodePrimitives } from '../chain/node-primitives.ts'
import { validatorAddress, validatorSetHash, validatorsOf } from '../chain/validator-set.ts'
import { ABSENT, precommitBytes } from '../chain/vote.ts'
import { chainIdOf, genesisDigest, genesisText, type Genesis } from '../genesis.ts'
import type { Epoch } from '../proof/proof-bytes.ts'
import type { ProofSource } from '../proof/proof-of.ts'
import { memoryReplica } from '../replica/memory-replica.ts'
import type { Replica } from '../replica/replica.ts'
import { replicaBook } from './replica-book.ts'

const BEGIN_MS = 1_780_272_000_000

/** A community on a replica, with every steward's key at hand: what its engines would sign is signed here. */
export interface StewardTown {
  readonly stage: Stage
  readonly replica: Replica
  readonly genesis: Genesis
  readonly text: string
  readonly source: ProofSource
}

/** Coop and so many homes; coop alone keeps the book. `founded` changes what the founding says. */
export function stewardTown(homes = 15, founded: (sketch: Sketch) => Sketch = (same) => same): StewardTown {
  const ids = ['coop', ...Array.from({ length: homes }, (_, i) => `home-${i + 1}`)]
  const replica = memoryReplica({ kernel: typescriptKernel })
  const sketch = founded(prova({ members: ids.map((id) => sketchedMember(id)) }))
  const stage = stageFor(sketch, { book: replicaBook(replica) })
  const genesis = {
    community: 'prova',
    founding: fromHex(present(communityHead(replica.store), 'a stage is founded').genesis),
    stewards: [seededKey('coop').publicKey],
  }
  return townOn({ stage, replica, genesis })
}

/** The same book under another genesis: after a founding anew. */
export function townOn(
  { stage, replica, genesis }: Pick<StewardTown, 'stage' | 'replica' | 'genesis'>,
  past: readonly Epoch[] = [],
): StewardTown {
  const source = {
    genesis,
    past,
    replica,
    certified: (height: number) => Promise.resolve(signedBlock({ replica, genesis }, height)),
  }
  return { stage, replica, genesis, text: genesisText(nodePrimitives, genesis), source }
}

/** Home 1 sells home 2 half a kilowatt-hour; then there are payments, and the stewards become these, set after set. */
export function lived(town: StewardTown, ...sets: readonly (readonly string[])[]): StewardTown {
  const { stage } = town
  stage.does('home-1', states([{ meter: 'm1', firstSlot: MAY, wh: [[0, 500]] }]))
  stage.does('home-2', states([{ meter: 'm2', firstSlot: MAY, wh: [[600, 0]] }]))
  stage.settles(MAY, 1)
  let voters = ['coop']
  for (const [i, set] of sets.entries()) {
    const [first = 'coop', ...others] = voters
    stage.does(first, proposing(set), { id: `set-${i}` })
    const needed = Math.floor((2 * voters.length) / 3)
    for (const other of others.slice(0, needed))
      stage.does(other, { kind: 'steward.approve', proposal: `set-${i}` })
    stage.does('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 10 + i })
    voters = [...set]
  }
  return town
}

/** Keys of the set that a state names: of the founding until the stewards change, then of the newest change. */
function keysAfter(
  { replica, genesis }: Pick<StewardTown, 'replica' | 'genesis'>,
  height: number,
): readonly Uint8Array[] {
  let keys = genesis.stewards
  const first = genesis.previous?.height ?? 0
  for (const block of replica.blocks(first)) {
    if (block.height > height) break
    for (const event of block.operations.flatMap(({ events }) => events))
      if (event.is === 'stewards-changed') keys = event.stewards.map(({ key }: StewardEntry) => key)
  }
  return keys
}

const EMPTY = emptyHash(nodePrimitives)

/** The block after a height, signed by all of the set but the last, who was away. */
export function signedBlock(town: Pick<StewardTown, 'replica' | 'genesis'>, height: number): LightBlock {
  const { replica, genesis } = town
  const setOf = (at: number) => validatorsOf(nodePrimitives, keysAfter(town, at))
  const validators = setOf(height - 1)
  const time = blockTimeOf(epochMs(BEGIN_MS + height + 1))
  const header: Header = {
    version: { block: 11, app: 1 },
    chainId: chainIdOf(genesisDigest(nodePrimitives, genesis)),
    height: height + 1,
    time,
    lastCommitHash: EMPTY,
    dataHash: dataHash(nodePrimitives, []),
    validatorsHash: validatorSetHash(nodePrimitives, validators),
    nextValidatorsHash: validatorSetHash(nodePrimitives, setOf(height)),
    consensusHash: paramsHash(nodePrimitives, { maxBytes: 1_048_576, maxGas: -1 }),
    appHash: Uint8Array.from(present(replica.blockRecord(height), 'the height is final').stateRoot),
    lastResultsHash: EMPTY,
    evidenceHash: EMPTY,
    proposerAddress: validatorAddress(nodePrimitives, validators[0]?.publicKey ?? EMPTY),
  }
  const hash = Uint8Array.from(headerHash(nodePrimitives, header))
  const vote = { height: height + 1, round: 0, blockId: { hash, partsTotal: 1, partsHash: hash } }
  const message = precommitBytes({ chainId: header.chainId, ...vote, time })
  const signatures = validators.map(({ publicKey }, i): CommitSignature => {
    if (i > 0 && i === validators.length - 1) return ABSENT
    const address = validatorAddress(nodePrimitives, publicKey)
    return { flag: 'commit', address, time, signature: signPlainly(keyOf(publicKey), message) }
  })
  return { header, commit: { ...vote, signatures }, validators }
}

const NAMES = ['coop', ...Array.from({ length: 15 }, (_, i) => `home-${i + 1}`)]
const KEYS = new Map(
  NAMES.flatMap((name) => [name, `${name}/steward`]).map((name) => {
    const key = seededKey(name)
    return [hex(key.publicKey), key]
  }),
)

function keyOf(publicKey: Uint8Array) {
  return present(KEYS.get(hex(publicKey)), 'every steward of the town has her key here')
}

/** Sets of four and seven homes, and seven others. */
export const FOUR = ['home-1', 'home-2', 'home-3', 'home-4']
export const SEVEN = ['home-1', 'home-2', 'home-3', 'home-4', 'home-5', 'home-6', 'home-7']
export const OTHER_SEVEN = [...SEVEN.slice(1), 'home-8']
