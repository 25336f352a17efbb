import { sha256 } from '@tri/units/crypto'

import {
  anchorKeyFrom,
  deployCheckpoints,
  evmAnchor,
  inKeyOrder,
  voteForCheckpoint,
  voteForStewards,
  type AnchorKey,
  type EvmAnchorOptions,
} from '../src/anchor/evm/index.ts'
import type { Checkpoint } from '../src/anchor/checkpoint.ts'
import { anvilPath, startAnvil, type Anvil } from '../src/testing/anvil.ts'

/** Gas that one thing takes, with what a trial by other hands took for it. */
export interface GasRow {
  readonly name: string
  readonly gas: number
  readonly trial?: number
}

/** Quorums that are measured: of the sizes a community may have, and of those the trial had. */
const QUORUMS = [
  { stewards: 4, signers: 3 },
  { stewards: 5, signers: 4, first: 103_000, later: 69_000, register: 271_000 },
  { stewards: 7, signers: 5, first: 111_000, later: 77_000 },
  { stewards: 13, signers: 9 },
  { stewards: 21, signers: 15, first: 189_000, later: 155_000, register: 994_000 },
]

const text = new TextEncoder()
const seeded = (name: string): Uint8Array => sha256(text.encode(name))
const signal = new AbortController().signal

/** Measures on an EVM node of its own. Keys and blocks come from names, so that every run gives the same figures. */
export async function gasFigures(): Promise<readonly GasRow[]> {
  const path = anvilPath()
  if (path === undefined) throw new Error('anvil is absent: name it in TRI_ANVIL')
  await using anvil = await startAnvil(path)
  const payer = await anvil.payer(anchorKeyFrom(seeded('payer')))
  const { contract, gas } = await deployCheckpoints({ url: anvil.url, payer, timeoutMs: 10_000 })
  const at = { chain: anvil.chain, contract, url: anvil.url, payer, depth: 1, timeoutMs: 10_000 }
  const quorums: GasRow[] = []
  for (const quorum of QUORUMS) quorums.push(...(await quorumRows(anvil, at, quorum)))
  return [
    { name: 'deploy the contract, once for everybody', gas },
    ...quorums,
    await federationRow(anvil, at),
  ]
}

type At = Omit<EvmAnchorOptions, 'genesis' | 'firstKeys'>

async function quorumRows(
  anvil: Anvil,
  at: At,
  { stewards, signers, ...trial }: (typeof QUORUMS)[number],
): Promise<GasRow[]> {
  const genesis = seeded(`community of ${stewards}`)
  const keys = keysOf(stewards, 'steward')
  const firstKeys = keys.map(({ address }) => address)
  const anchor = evmAnchor({ ...at, genesis, firstKeys })
  const { community } = anchor
  const register = await anchor.register(signal)
  const placed = async (height: number): Promise<number> => {
    const checkpoint: Checkpoint = {
      genesis,
      height,
      header: seeded(`h${height}`),
      stateRoot: seeded(`s${height}`),
    }
    const votes = await Promise.all(
      keys.slice(0, signers).map((key) => voteForCheckpoint(key, { at, community, checkpoint })),
    )
    const outcome = await anchor.place({ checkpoint, votes }, signal)
    if (!outcome.ok || outcome.value.place.is !== 'transaction') throw new Error(`not placed: ${height}`)
    return gasOf(anvil, outcome.value.place.transaction)
  }
  const change = {
    community,
    version: 2,
    keys: inKeyOrder(keysOf(stewards, 'next').map(({ address }) => address)),
  }
  const name = `${signers}-of-${stewards}`
  return [
    row(`register ${stewards} keys`, await gasOf(anvil, granted(register)), trial.register),
    row(`checkpoint ${name}, the first`, await placed(1000), trial.first),
    row(`checkpoint ${name}, later ones`, await placed(2000), trial.later),
    row(
      `change ${stewards} keys, signed by ${name}`,
      await gasOf(
        anvil,
        granted(
          await anchor.changeKeys(
            {
              keys: change.keys,
              votes: await Promise.all(
                keys.slice(0, signers).map((key) => voteForStewards(key, { at, change })),
              ),
            },
            signal,
          ),
        ),
      ),
    ),
  ]
}

async function federationRow(anvil: Anvil, at: At): Promise<GasRow> {
  const anchor = evmAnchor({ ...at, genesis: seeded('federation'), firstKeys: [] })
  const hung = await anchor.federate({ root: seeded('root'), communities: 5000 }, signal)
  return row('federation root over any number of communities', await gasOf(anvil, granted(hung)), 23_000)
}

function row(name: string, gas: number, trial?: number): GasRow {
  return trial === undefined ? { name, gas } : { name, gas, trial }
}

function keysOf(count: number, name: string): AnchorKey[] {
  return Array.from({ length: count }, (_, i) => anchorKeyFrom(seeded(`${name} ${i}`)))
}

function granted(
  outcome: { ok: true; value: `0x${string}` | undefined } | { ok: false; refusal: string },
): string {
  if (!outcome.ok || outcome.value === undefined)
    throw new Error(outcome.ok ? 'nothing was sent' : outcome.refusal)
  return outcome.value
}

async function gasOf(anvil: Anvil, transaction: string): Promise<number> {
  const receipt = await anvil.ask('eth_getTransactionReceipt', transaction)
  if (typeof receipt !== 'object' || receipt === null || !('gasUsed' in receipt))
    throw new Error('no receipt')
  return Number(receipt.gasUsed)
}
