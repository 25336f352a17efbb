import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Fault, type EpochMs } from '@tri/units'
import { hex } from '@tri/units/crypto'

import { consensusParamsJson } from './consensus-params.ts'
import { engineConfig, type EngineNetwork } from './engine-config.ts'
import {
  addressOf,
  newSeed,
  nodeKeyJson,
  publicKeyIn,
  signingKeyJson,
  type StewardIdentity,
} from './steward-keys.ts'
import { STEWARD_POWER } from './validator-updates.ts'

/** Where the chain of this engine begins: alike on every steward, byte for byte. */
export interface EngineChain {
  readonly chainId: string
  /** 1, or the height after the history that was handed over. */
  readonly initialHeight: number
  /** The state root before the first block. */
  readonly stateRoot: Uint8Array
  /** When the last block before it was made; the first block of the engine bears this time. */
  readonly time: EpochMs
  /** The keys that sign the first block. */
  readonly stewards: readonly Uint8Array[]
  /** The version of the rules at the first block. */
  readonly protocol: number
}

/** Heights, rounds and steps that a key has signed: a later one is above an earlier one. */
export interface SignState {
  readonly height: number
  readonly round: number
  /** 1 proposal, 2 prevote, 3 precommit. */
  readonly step: number
}

/** Files of an engine's home that are asked for by name. */
export const homeFiles = {
  config: 'config/config.toml',
  genesis: 'config/genesis.json',
  nodeKey: 'config/node_key.json',
  signingKey: 'config/priv_validator_key.json',
  signState: 'data/priv_validator_state.json',
} as const

const OWNER_ONLY = 0o600
const FOLDER_OWNER_ONLY = 0o700

/** Seeds handed in instead of made: for tests and for a key that a steward has already announced. */
export interface StewardSeeds {
  readonly key: Uint8Array
  readonly node: Uint8Array
}

/** Makes the keys of a steward in an empty home, or reads those that are there. Nothing is ever overwritten. */
export async function stewardIdentity(home: string, seeds?: StewardSeeds): Promise<StewardIdentity> {
  for (const folder of ['', 'config', 'data']) {
    await mkdir(join(home, folder), { recursive: true, mode: FOLDER_OWNER_ONLY })
    await chmod(join(home, folder), FOLDER_OWNER_ONLY)
  }
  const signing = join(home, homeFiles.signingKey)
  const node = join(home, homeFiles.nodeKey)
  if ((await jsonIn(signing)) === undefined) {
    await writeJson(join(home, homeFiles.signState), { height: '0', round: 0, step: 0 })
    await writeJson(node, nodeKeyJson(seeds?.node ?? newSeed()))
    await writeJson(signing, signingKeyJson(seeds?.key ?? newSeed()))
  }
  return {
    key: publicKeyIn(await jsonIn(signing), signing),
    node: addressOf(publicKeyIn(await jsonIn(node), node)),
  }
}

/** Writes what the engine reads before it starts. The genesis is written once: another one is another chain. */
export async function prepareHome(home: string, chain: EngineChain, network: EngineNetwork): Promise<void> {
  const path = join(home, homeFiles.genesis)
  const genesis = genesisJson(chain)
  const before = await jsonIn(path)
  if (before === undefined) await writeJson(path, genesis)
  else if (JSON.stringify(before) !== JSON.stringify(genesis))
    throw new Fault('engine-other-chain', { path, found: named(before), expected: chain.chainId })
  await writeWhole(join(home, homeFiles.config), engineConfig(network))
}

/** What the key of a home has signed last, as the engine remembers it. @throws Fault `steward-home-unreadable` */
export async function signStateIn(home: string): Promise<SignState> {
  const path = join(home, homeFiles.signState)
  const json = await jsonIn(path)
  const [height, round, step] = ['height', 'round', 'step'].map((name) => Number(fieldOf(json, name)))
  if (!isCount(height) || !isCount(round) || !isCount(step))
    throw new Fault('steward-home-unreadable', { path, reason: 'no height, round and step' })
  return { height, round, step }
}

/** Writes a file whole or not at all, readable by its owner only. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: OWNER_ONLY, flush: true })
  await rename(`${path}.new`, path)
}

/** The JSON of a file; undefined when there is no such file. @throws Fault `steward-home-unreadable` */
export async function jsonIn(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (fieldOf(cause, 'code') === 'ENOENT') return undefined
    throw new Fault('steward-home-unreadable', { path, reason: String(cause) }, { cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Fault('steward-home-unreadable', { path, reason: 'not JSON' }, { cause })
  }
}

/** A field of something that may be no object at all. */
export function fieldOf(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined
}

export async function writeJson(path: string, json: object): Promise<void> {
  await writeWhole(path, `${JSON.stringify(json, undefined, 2)}\n`)
}

function genesisJson({ chainId, initialHeight, stateRoot, time, stewards, protocol }: EngineChain): object {
  return {
    genesis_time: new Date(time).toISOString(),
    chain_id: chainId,
    initial_height: String(initialHeight),
    consensus_params: consensusParamsJson(protocol),
    validators: stewards.map((key) => ({
      address: hex(addressOf(key)).toUpperCase(),
      pub_key: { type: 'tendermint/PubKeyEd25519', value: Buffer.from(key).toString('base64') },
      power: String(STEWARD_POWER),
      name: '',
    })),
    app_hash: hex(stateRoot).toUpperCase(),
  }
}

function named(genesis: unknown): string {
  return `${String(fieldOf(genesis, 'chain_id'))} from ${String(fieldOf(genesis, 'initial_height'))}`
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0
}
