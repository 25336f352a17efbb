import { Fault, epochMs, type EpochMs } from '@tri/units'
import { fromHex } from '@tri/units/crypto'

import { NO_TIME, epochMsOf } from '../chain/block-time.ts'
import type {
  BlockId,
  BlockTime,
  Commit,
  CommitSignature,
  Header,
  LightBlock,
  Validator,
} from '../chain/light-block.ts'
import { fieldOf } from './engine-home.ts'
import type { EngineRpc } from './engine-rpc.ts'

/** How the engine is, by its own account. */
export interface EngineStatus {
  readonly height: number
  readonly time: EpochMs
  readonly isCatchingUp: boolean
  /** Nodes it is connected to, itself not counted. */
  readonly peers: readonly string[]
  /** Operations waiting in it. */
  readonly waiting: number
}

/** A validator set has at most 13 stewards: one page. */
const PAGE = 100
const FLAGS = { 1: 'absent', 2: 'commit', 3: 'nil' } as const

/** Reads one answer: every field is asked for by name, and a missing one is a fault that says where. */
export class Answer {
  readonly question: string
  readonly json: unknown
  readonly place: string

  constructor(question: string, json: unknown, place = '') {
    this.question = question
    this.json = json
    this.place = place
  }

  at(name: string): Answer {
    return new Answer(this.question, fieldOf(this.json, name), `${this.place}.${name}`)
  }

  get isAbsent(): boolean {
    return this.json === undefined || this.json === null
  }

  list(): Answer[] {
    const { json } = this
    if (!Array.isArray(json)) throw this.unexpected()
    return json.map((one: unknown, i) => new Answer(this.question, one, `${this.place}[${i}]`))
  }

  text(): string {
    const { json } = this
    if (typeof json !== 'string') throw this.unexpected()
    return json
  }

  /** A count: 64-bit ones come as text, 32-bit ones as numbers. */
  count(): number {
    const { json } = this
    const number = typeof json === 'string' && /^\d{1,16}$/.test(json) ? Number(json) : json
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) throw this.unexpected()
    return number
  }

  truth(): boolean {
    const { json } = this
    if (typeof json !== 'boolean') throw this.unexpected()
    return json
  }

  hex(): Uint8Array {
    const text = this.text()
    if (!/^(?:[0-9A-Fa-f]{2})*$/.test(text)) throw this.unexpected()
    return fromHex(text.toLowerCase())
  }

  base64(): Uint8Array {
    return this.isAbsent ? new Uint8Array(0) : Uint8Array.from(Buffer.from(this.text(), 'base64'))
  }

  /** Seconds and nanoseconds of a time such as `2026-11-22T20:00:00.123456789Z`. */
  time(): BlockTime {
    const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(this.text())
    const whole = found?.[1]
    if (whole === undefined) throw this.unexpected()
    if (whole.startsWith('0001-')) return NO_TIME
    return { seconds: Date.parse(`${whole}Z`) / 1000, nanos: Number((found?.[2] ?? '').padEnd(9, '0')) }
  }

  unexpected(): Fault {
    return new Fault('engine-answer', { question: this.question, place: this.place })
  }
}

export async function askAnswer(
  rpc: EngineRpc,
  method: string,
  params?: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  return new Answer(method, await rpc.ask(method, params))
}

/** The engine's height, its peers and what waits. @throws Fault `engine-silent`, `engine-answer` */
export async function engineStatus(rpc: EngineRpc): Promise<EngineStatus> {
  const [status, network, mempool] = await Promise.all([
    askAnswer(rpc, 'status'),
    askAnswer(rpc, 'net_info'),
    askAnswer(rpc, 'num_unconfirmed_txs'),
  ])
  const sync = status.at('sync_info')
  const height = sync.at('latest_block_height').count()
  return {
    height,
    time: height === 0 ? epochMs(0) : epochMsOf(sync.at('latest_block_time').time()),
    isCatchingUp: sync.at('catching_up').truth(),
    peers: network
      .at('peers')
      .list()
      .map((peer) => peer.at('node_info').at('id').text()),
    waiting: mempool.at('n_txs').count(),
  }
}

/** A block with the signatures that make it final and the set they are of. @throws Fault `engine-refused` when it has none */
export async function lightBlockAt(rpc: EngineRpc, height: number): Promise<LightBlock> {
  const [commit, validators] = await Promise.all([
    askAnswer(rpc, 'commit', { height: String(height) }),
    askAnswer(rpc, 'validators', { height: String(height), page: '1', per_page: String(PAGE) }),
  ])
  const signed = commit.at('signed_header')
  return {
    header: headerIn(signed.at('header')),
    commit: commitIn(signed.at('commit')),
    validators: validators.at('validators').list().map(validatorIn),
  }
}

function headerIn(header: Answer): Header {
  const last = header.at('last_block_id')
  const lastBlockId = last.at('hash').isAbsent || last.at('hash').text() === '' ? undefined : blockIdIn(last)
  return {
    version: {
      block: header.at('version').at('block').count(),
      app: header.at('version').at('app').isAbsent ? 0 : header.at('version').at('app').count(),
    },
    chainId: header.at('chain_id').text(),
    height: header.at('height').count(),
    time: header.at('time').time(),
    ...(lastBlockId === undefined ? {} : { lastBlockId }),
    lastCommitHash: header.at('last_commit_hash').hex(),
    dataHash: header.at('data_hash').hex(),
    validatorsHash: header.at('validators_hash').hex(),
    nextValidatorsHash: header.at('next_validators_hash').hex(),
    consensusHash: header.at('consensus_hash').hex(),
    appHash: header.at('app_hash').hex(),
    lastResultsHash: header.at('last_results_hash').hex(),
    evidenceHash: header.at('evidence_hash').hex(),
    proposerAddress: header.at('proposer_address').hex(),
  }
}

function commitIn(commit: Answer): Commit {
  return {
    height: commit.at('height').count(),
    round: commit.at('round').count(),
    blockId: blockIdIn(commit.at('block_id')),
    signatures: commit.at('signatures').list().map(signatureIn),
  }
}

function blockIdIn(id: Answer): BlockId {
  return {
    hash: id.at('hash').hex(),
    partsTotal: id.at('parts').at('total').count(),
    partsHash: id.at('parts').at('hash').hex(),
  }
}

function signatureIn(signature: Answer): CommitSignature {
  const code = signature.at('block_id_flag').count()
  if (code !== 1 && code !== 2 && code !== 3) throw signature.at('block_id_flag').unexpected()
  return {
    flag: FLAGS[code],
    address: signature.at('validator_address').hex(),
    time: signature.at('timestamp').time(),
    signature: signature.at('signature').base64(),
  }
}

function validatorIn(validator: Answer): Validator {
  return {
    publicKey: validator.at('pub_key').at('value').base64(),
    power: validator.at('voting_power').count(),
  }
}
