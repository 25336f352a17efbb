import type { CommunityEvent, CommunityRefusal } from '@tri/community'
import { Fault, epochMs, must, present, type Outcome } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import type { Evidence, FinalBlock, SignedBytes } from '../ordering.ts'
import type { BlockInput, Execution, Replica } from '../replica/replica.ts'
import type { AbciRequest, AbciResponse, Misbehavior, RequestOf, ResponseOf } from './abci-messages.ts'
import { consensusParamsOf } from './consensus-params.ts'
import type { SnapshotShelf } from './snapshot-shelf.ts'
import { operationOf, transactionOf } from '../ordering/transaction.ts'
import { validatorUpdates } from './validator-updates.ts'

/** What a result code means to the engine; the reason itself goes to whoever asked. */
const CODE = { applied: 0, refused: 1, final: 2, unreadable: 3 } as const
const VERDICT = { accept: 1, reject: 2 } as const
const FILTER_NODE = '/p2p/filter/id/'
const FILTER_ADDRESS = '/p2p/filter/addr/'

/** What the application answers from, and whom it tells. */
export interface ApplicationPorts {
  readonly replica: Replica
  readonly chainId: string
  /** The first height of this engine: 1, or the one after the history that was handed over. */
  readonly initialHeight: number
  /** Those who sign now, by their keys, as the book before the next block has them. */
  readonly stewards: () => readonly Uint8Array[]
  /** The version of the rules that a block of this height is played by, as the book before it has it. */
  readonly protocol: (height: number) => number
  readonly snapshots: SnapshotShelf
  /** Whether a node (hex) may connect to this steward's engine. */
  readonly isAllowed: (node: string) => boolean
  /** An operation met the door, or met it again after a block. */
  readonly checked: (digest: string, outcome: Outcome<readonly CommunityEvent[], CommunityRefusal>) => void
  /** A block is on the disk. */
  readonly final: (block: FinalBlock, execution: Execution) => void
}

/** Answers the engine's questions from a replica: one request, one response, nothing kept of a refused one. */
export function abciApplication(ports: ApplicationPorts): (request: AbciRequest) => AbciResponse {
  let finalising: Execution | undefined
  const { replica, snapshots } = ports

  const commit = (): ResponseOf<'commit'> => {
    const execution = present(finalising, 'a block is finalised before it is committed')
    finalising = undefined
    ports.final(replica.commit(execution), execution)
    return { retainHeight: 0 }
  }

  return (request) => {
    if (isShelved(request)) return shelved(snapshots, request)
    switch (request.is) {
      case 'echo':
        return { is: 'echo', value: { message: request.value.message } }
      case 'flush':
        return { is: 'flush', value: {} }
      case 'info':
        return { is: 'info', value: introduced(ports) }
      case 'initChain':
        return { is: 'initChain', value: begun(ports, request.value) }
      case 'query':
        return { is: 'query', value: answered(ports, request.value) }
      case 'checkTx':
        return { is: 'checkTx', value: checkedAtTheDoor(ports, request.value) }
      case 'prepareProposal':
        return { is: 'prepareProposal', value: { txs: proposed(replica, request.value) } }
      case 'processProposal':
        return { is: 'processProposal', value: { verdict: judged(ports, request.value) } }
      case 'finalizeBlock': {
        const { execution, response } = finalised(ports, request.value)
        finalising = execution
        return { is: 'finalizeBlock', value: response }
      }
      case 'commit':
        return { is: 'commit', value: commit() }
      default:
        return unknownRequest(request)
    }
  }
}

const SHELVED = [
  'listSnapshots',
  'offerSnapshot',
  'loadSnapshotChunk',
  'applySnapshotChunk',
  'extendVote',
  'verifyVoteExtension',
] as const
type Shelved = Extract<AbciRequest, { readonly is: (typeof SHELVED)[number] }>

function isShelved(request: AbciRequest): request is Shelved {
  return SHELVED.some((is) => is === request.is)
}

/** The types leave no request over: this only keeps the switches complete. */
function unknownRequest(request: never): AbciResponse {
  must(false, 'every request has its answer', { request })
  return { is: 'exception', value: { error: '' } }
}

/** What is asked about snapshots; and about votes, which carry nothing of ours: our genesis asks for no extension. */
function shelved(snapshots: SnapshotShelf, request: Shelved): AbciResponse {
  switch (request.is) {
    case 'listSnapshots':
      return { is: 'listSnapshots', value: { snapshots: snapshots.offers() } }
    case 'offerSnapshot':
      return { is: 'offerSnapshot', value: { verdict: snapshots.judge(request.value) } }
    case 'loadSnapshotChunk':
      return {
        is: 'loadSnapshotChunk',
        value: { chunk: snapshots.chunk(request.value) ?? new Uint8Array(0) },
      }
    case 'applySnapshotChunk':
      return { is: 'applySnapshotChunk', value: snapshots.take(request.value) }
    case 'extendVote':
      return { is: 'extendVote', value: { extension: new Uint8Array(0) } }
    case 'verifyVoteExtension':
      return { is: 'verifyVoteExtension', value: { verdict: VERDICT.accept } }
    default:
      return unknownRequest(request)
  }
}

/**
 * Before the first block of this engine the height is told as 0, whatever history was handed over: so every steward begins
 * with InitChain, and all have the same first header.
 */
function introduced({ replica, initialHeight, protocol }: ApplicationPorts): ResponseOf<'info'> {
  const isNew = replica.height < initialHeight
  return {
    data: 'tri',
    version: '1',
    appVersion: protocol(replica.height + 1),
    height: isNew ? 0 : replica.height,
    appHash: isNew ? new Uint8Array(0) : replica.stateRoot,
  }
}

function begun(
  { replica, chainId, initialHeight, protocol }: ApplicationPorts,
  asked: RequestOf<'initChain'>,
): ResponseOf<'initChain'> {
  if (asked.chainId !== chainId)
    throw new Fault('engine-other-chain', { path: 'genesis.json', found: asked.chainId, expected: chainId })
  if (asked.initialHeight !== initialHeight || replica.height !== initialHeight - 1)
    throw new Fault('engine-behind-book', { initial: asked.initialHeight, height: replica.height })
  return {
    consensusParams: consensusParamsOf(protocol(initialHeight)),
    validators: [],
    appHash: replica.stateRoot,
  }
}

/**
 * Two questions are served here: where the book stands, and whether a node that dials is let in. Addresses say nothing, names
 * do: stewards hold every member's readings, so nobody else may join their network. The rest is asked of the node.
 */
function answered(
  { replica, isAllowed }: ApplicationPorts,
  { path }: RequestOf<'query'>,
): ResponseOf<'query'> {
  const node = path.startsWith(FILTER_NODE) ? path.slice(FILTER_NODE.length) : undefined
  const isRoot = path === '/state-root'
  const isGranted = isRoot || path.startsWith(FILTER_ADDRESS) || (node !== undefined && isAllowed(node))
  return {
    code: isGranted ? 0 : 1,
    log: isGranted ? '' : 'not granted',
    key: new Uint8Array(0),
    value: isRoot ? replica.stateRoot : new Uint8Array(0),
    height: replica.height,
    codespace: 'tri',
  }
}

type TxResult = ResponseOf<'checkTx'>

function result(code: number, log = ''): TxResult {
  return { code, data: new Uint8Array(0), log, info: '', codespace: code === 0 ? '' : 'tri' }
}

function checkedAtTheDoor({ replica, checked }: ApplicationPorts, { tx }: RequestOf<'checkTx'>): TxResult {
  const operation = operationOf(tx)
  if (operation === undefined) return result(CODE.unreadable, 'too short')
  const outcome = replica.check(operation)
  checked(hex(sha256(operation.bytes)), outcome)
  if (!outcome.ok) return result(CODE.refused, outcome.refusal.is)
  return result(repeatedSequence(outcome, replica) === undefined ? CODE.applied : CODE.final)
}

/** Which operation of the book this one is again; undefined for a new one, and for one that only waits already. */
export function repeatedSequence(
  outcome: Outcome<readonly CommunityEvent[], CommunityRefusal>,
  { sequence }: Pick<Replica, 'sequence'>,
): number | undefined {
  const [event] = outcome.ok ? outcome.value : []
  return event?.is === 'operation-repeated' && event.sequence <= sequence ? event.sequence : undefined
}

function proposed(replica: Replica, { txs, maxTxBytes }: RequestOf<'prepareProposal'>): Uint8Array[] {
  const operations = txs.map(operationOf).filter((one) => one !== undefined)
  const chosen: Uint8Array[] = []
  let left = maxTxBytes
  for (const operation of replica.propose(operations, maxTxBytes)) {
    const transaction = transactionOf(operation)
    if (transaction === undefined) continue
    left -= sizeInBlock(transaction.length)
    if (left < 0) break
    chosen.push(transaction)
  }
  return chosen
}

/** A transaction in a block has a tag and a length before it. */
function sizeInBlock(length: number): number {
  let size = length + 2
  for (let left = length; left >= 128; left = Math.floor(left / 128)) size++
  return size
}

function judged({ replica }: ApplicationPorts, asked: RequestOf<'processProposal'>): number {
  const { block, unreadable } = blockOf(asked)
  if (unreadable > 0 || block.height !== replica.height + 1) return VERDICT.reject
  const isWhole = replica.execute(block).results.every(({ ok }) => ok)
  return isWhole ? VERDICT.accept : VERDICT.reject
}

function finalised(
  { replica, stewards, protocol }: ApplicationPorts,
  asked: RequestOf<'finalizeBlock'>,
): { readonly execution: Execution; readonly response: ResponseOf<'finalizeBlock'> } {
  const { block, places } = blockOf(asked)
  must(block.height === replica.height + 1, 'blocks come one after the other', {
    height: block.height,
    book: replica.height,
  })
  const before = stewards()
  const versions = [protocol(block.height), protocol(block.height + 1)] as const
  const execution = replica.execute(block)
  const txResults = places.map((place) => {
    const outcome = place === undefined ? undefined : execution.results[place]
    if (outcome === undefined) return result(CODE.unreadable)
    return outcome.ok ? result(CODE.applied) : result(CODE.refused, outcome.refusal.is)
  })
  return {
    execution,
    response: {
      txResults,
      validatorUpdates: validatorUpdates(before, execution.results),
      consensusParams: versionUpdate(versions, execution),
      appHash: execution.stateRoot,
    },
  }
}

/** From the next height on another version may hold: agreed on before, or for a height that is there already, in this block. */
function versionUpdate(
  [now, next]: readonly [number, number],
  { block, results }: Execution,
): ResponseOf<'finalizeBlock'>['consensusParams'] {
  const scheduled = results
    .flatMap((outcome) => (outcome.ok ? outcome.value : []))
    .flatMap((event) =>
      event.is === 'protocol-scheduled' && event.height <= block.height + 1 ? [event.version] : [],
    )
  const app = Math.max(next, ...scheduled)
  if (app === now) return undefined
  return { block: undefined, evidence: undefined, validator: undefined, version: { app } }
}

/** The block as the replica takes it; `places` says which operation a transaction is, or that it is none. */
function blockOf(asked: RequestOf<'processProposal'> | RequestOf<'finalizeBlock'>): {
  readonly block: BlockInput
  readonly places: readonly (number | undefined)[]
  readonly unreadable: number
} {
  const operations: SignedBytes[] = []
  const places = asked.txs.map((tx) => {
    const operation = operationOf(tx)
    return operation === undefined ? undefined : operations.push(operation) - 1
  })
  return {
    block: {
      height: asked.height,
      time: msOf(asked.time),
      operations,
      evidence: asked.misbehavior.map(evidenceOf),
    },
    places,
    unreadable: places.length - operations.length,
  }
}

function evidenceOf({ kind, validator, height, time }: Misbehavior): Evidence {
  return {
    kind: kind === 2 ? 'light-client-attack' : 'duplicate-vote',
    address: validator?.address ?? new Uint8Array(0),
    height,
    at: msOf(time),
  }
}

function msOf(
  time: { readonly seconds: number; readonly nanos: number } | undefined,
): ReturnType<typeof epochMs> {
  if (time === undefined) return epochMs(0)
  return epochMs(time.seconds * 1000 + Math.floor(time.nanos / 1_000_000))
}
