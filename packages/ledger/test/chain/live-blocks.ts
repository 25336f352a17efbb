import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { fromHex } from '@tri/units/crypto'

import type { BlockId, BlockTime, LightBlock } from '../../src/chain/light-block.ts'

interface RpcBlockId {
  readonly hash: string
  readonly parts: { readonly total: number; readonly hash: string }
}

/** The blocks that a running engine answered with: see the case's source.md. */
export function liveBlocks(): LightBlock[] {
  const path = join(import.meta.dirname, '..', 'cases', 'cometbft-chain', 'live.json')
  const answers: {
    signed_header: { header: Record<string, string> & { version: Record<string, string> }; commit: never }
    validators: { pub_key: { value: string }; voting_power: string }[]
  }[] = JSON.parse(readFileSync(path, 'utf8'))
  return answers.map(({ signed_header: { header, commit }, validators }) => ({
    header: headerOf(header),
    commit: commitOf(commit),
    validators: validators.map(({ pub_key: key, voting_power: power }) => ({
      publicKey: base64(key.value),
      power: Number(power),
    })),
  }))
}

function headerOf(json: Record<string, unknown>): LightBlock['header'] {
  const bytes = (name: string) => fromHex(String(json[name]))
  const version = json['version'] as Record<string, string>
  const last = json['last_block_id'] as RpcBlockId
  return {
    version: { block: Number(version['block']), app: Number(version['app'] ?? 0) },
    chainId: String(json['chain_id']),
    height: Number(json['height']),
    time: timeOf(String(json['time'])),
    ...(last.hash === '' ? {} : { lastBlockId: idOf(last) }),
    lastCommitHash: bytes('last_commit_hash'),
    dataHash: bytes('data_hash'),
    validatorsHash: bytes('validators_hash'),
    nextValidatorsHash: bytes('next_validators_hash'),
    consensusHash: bytes('consensus_hash'),
    appHash: bytes('app_hash'),
    lastResultsHash: bytes('last_results_hash'),
    evidenceHash: bytes('evidence_hash'),
    proposerAddress: bytes('proposer_address'),
  }
}

function commitOf(json: {
  readonly height: string
  readonly round: number
  readonly block_id: RpcBlockId
  readonly signatures: readonly {
    readonly validator_address: string
    readonly timestamp: string
    readonly signature: string
  }[]
}): LightBlock['commit'] {
  return {
    height: Number(json.height),
    round: json.round,
    blockId: idOf(json.block_id),
    signatures: json.signatures.map((one) => ({
      flag: 'commit',
      address: fromHex(one.validator_address),
      time: timeOf(one.timestamp),
      signature: base64(one.signature),
    })),
  }
}

function idOf({ hash, parts }: RpcBlockId): BlockId {
  return { hash: fromHex(hash), partsTotal: parts.total, partsHash: fromHex(parts.hash) }
}

/** An RFC 3339 time with up to nine digits after the second. */
function timeOf(text: string): BlockTime {
  const [second = '', fraction = ''] = text.replace('Z', '').split('.')
  return { seconds: Date.parse(`${second}Z`) / 1000, nanos: Number(fraction.padEnd(9, '0')) }
}

function base64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'))
}
