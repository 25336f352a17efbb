import { signOperation, stewardsOf, type Act, type SignedOperation, type StewardEntry } from '@tri/community'
import { foundingOf, prova, seededKey, sketchedMember } from '@tri/community/testing'
import { epochMs, must, present } from '@tri/units'
import { keyPairFromSeed, sha256 } from '@tri/units/crypto'

import { nodePrimitives } from '../src/chain/node-primitives.ts'
import type { EngineChain, StewardSeeds } from '../src/cometbft/engine-home.ts'
import { addressOf } from '../src/cometbft/steward-keys.ts'
import { chainIdOf, genesisDigest } from '../src/genesis.ts'
import type { Replica } from '../src/replica/replica.ts'

/** Members who pay each other; each has one key and numbers her operations herself. */
export const PAYERS = 12
/** 1 January 2026: long enough ago for the clock of any machine that plays this. */
const FOUNDED_MS = 1_767_225_600_000
const YEARS_MS = 20 * 365 * 86_400_000

export function payerId(index: number): string {
  return `home-${index + 1}`
}

/** The seeds of a steward's keys: the same town in every run. */
export function seedsOf(steward: number): StewardSeeds {
  const seed = (what: string): Uint8Array => sha256(new TextEncoder().encode(`tri/chaos/${what}/${steward}`))
  return { key: seed('key'), node: seed('node') }
}

/** An operation of a member, with a number of her own, valid as long as the trial may last. */
export function signedBy(member: string, nonce: number, act: Act, at = FOUNDED_MS): SignedOperation {
  const key = seededKey(member)
  const id = `${member}-${nonce}`
  const envelope = {
    v: 1,
    community: 'prova',
    id,
    by: member,
    key: key.publicKey,
    at,
    expiresAt: at + YEARS_MS,
    nonce,
  } as const
  return signOperation(key, { ...envelope, ...act })
}

/** The stewards as the book names them. */
export function stewardEntries(addresses: readonly string[]): StewardEntry[] {
  return addresses.map((address, i) => {
    const { key, node } = publicKeysOf(i)
    return {
      member: payerId(i),
      key,
      node: addressOf(node),
      tls: seededKey(`door-${i}`).publicKey,
      addresses: [address],
    }
  })
}

/** The first block of the town's book, alike on every box. A replica that has it already is left as it is. */
export function foundTown(replica: Replica): SignedOperation {
  const founding = signedBy('coop', 1, foundingOf(townSketch()))
  committed(replica, 1, founding)
  return founding
}

/**
 * The second block of the book: its coordinator hands it to several stewards.
 *
 * @returns where their engine takes over
 */
export function handOver(replica: Replica, addresses: readonly string[]): EngineChain {
  const founding = foundTown(replica)
  const stewards = stewardEntries(addresses)
  committed(replica, 2, signedBy('coop', 2, { kind: 'steward.propose', stewards }))
  must(stewardsOf(replica.store).stewards.length === stewards.length, 'the stewards keep the book')
  const record = present(replica.blockRecord(2), 'the second block is kept')
  const genesis = {
    community: 'prova',
    founding: sha256(founding.bytes),
    stewards: [seededKey('coop').publicKey],
  }
  return {
    chainId: chainIdOf(genesisDigest(nodePrimitives, genesis)),
    initialHeight: 3,
    stateRoot: record.stateRoot,
    time: record.time,
    stewards: stewards.map(({ key }) => key),
    protocol: 1,
  }
}

function committed(replica: Replica, height: number, operation: SignedOperation): void {
  if (replica.height >= height) return
  const time = epochMs(FOUNDED_MS + height)
  const execution = replica.execute({ height, time, operations: [operation], evidence: [] })
  must(execution.results[0]?.ok === true, 'the town is founded as it was sketched')
  replica.commit(execution)
}

function townSketch() {
  const payers = Array.from({ length: PAYERS }, (_, i) => sketchedMember(payerId(i)))
  return prova({
    members: [sketchedMember('coop', 'cooperative'), ...payers],
    charter: {
      rule: 'neighbour-first',
      creditPerKwh: {
        home: '0.09',
        building: '0.10',
        street: '0.11',
        transformer: '0.12',
        substation: '0.13',
      },
      limit: '1000000',
    },
  })
}

/** The public halves of a steward's keys. */
export function publicKeysOf(steward: number): { key: Uint8Array; node: Uint8Array } {
  const { key, node } = seedsOf(steward)
  return { key: keyPairFromSeed(key).publicKey, node: keyPairFromSeed(node).publicKey }
}
