import {
  bytes,
  int32,
  int64,
  manyBytes,
  manyNested,
  manyTexts,
  message,
  nested,
  oneOf,
  text,
  uint32,
  uint64,
  type ValueOf,
} from './protobuf-message.ts'

// Tables of tendermint.abci and what it imports, as CometBFT v0.38 publishes them (proto/tendermint/abci/types.proto).
// Fields that neither side uses here (gas, events, vote extensions' votes) are left out: they are skipped when read.

const nothing = message({})

/** Seconds and nanoseconds since 1970 UTC. */
const timestamp = message({ seconds: int64(1), nanos: int32(2) })

const blockParams = message({ maxBytes: int64(1), maxGas: int64(2) })
const evidenceParams = message({
  maxAgeBlocks: int64(1),
  maxAgeDuration: nested(2, timestamp),
  maxBytes: int64(3),
})
const validatorParams = message({ keyTypes: manyTexts(1) })
const versionParams = message({ app: uint64(1) })
/** A part left out stays as it is. */
const consensusParams = message({
  block: nested(1, blockParams),
  evidence: nested(2, evidenceParams),
  validator: nested(3, validatorParams),
  version: nested(4, versionParams),
})

const publicKey = message({ ed25519: bytes(1) })
const validatorUpdate = message({ publicKey: nested(1, publicKey), power: int64(2) })
const validator = message({ address: bytes(1), power: int64(3) })

const castVote = message({ validator: nested(1, validator), flag: int32(3) })
const decision = message({ round: int32(1), votes: manyNested(2, castVote) })

/** `kind`: 1 two votes at one height, 2 a lie to a light client. */
const misbehavior = message({
  kind: int32(1),
  validator: nested(2, validator),
  height: int64(3),
  time: nested(4, timestamp),
  totalPower: int64(5),
})

const snapshot = message({
  height: uint64(1),
  format: uint32(2),
  chunks: uint32(3),
  hash: bytes(4),
  metadata: bytes(5),
})

const block = {
  hash: bytes(4),
  height: int64(5),
  time: nested(6, timestamp),
  nextValidatorsHash: bytes(7),
  proposer: bytes(8),
}

export const abciRequest = oneOf({
  echo: [1, message({ message: text(1) })],
  flush: [2, nothing],
  info: [
    3,
    message({ version: text(1), blockVersion: uint64(2), p2pVersion: uint64(3), abciVersion: text(4) }),
  ],
  initChain: [
    5,
    message({
      time: nested(1, timestamp),
      chainId: text(2),
      consensusParams: nested(3, consensusParams),
      validators: manyNested(4, validatorUpdate),
      appState: bytes(5),
      initialHeight: int64(6),
    }),
  ],
  query: [6, message({ data: bytes(1), path: text(2), height: int64(3) })],
  /** `kind`: 0 new, 1 again after a block. */
  checkTx: [8, message({ tx: bytes(1), kind: int32(2) })],
  commit: [11, nothing],
  listSnapshots: [12, nothing],
  offerSnapshot: [13, message({ snapshot: nested(1, snapshot), appHash: bytes(2) })],
  loadSnapshotChunk: [14, message({ height: uint64(1), format: uint32(2), chunk: uint32(3) })],
  applySnapshotChunk: [15, message({ index: uint32(1), chunk: bytes(2), sender: text(3) })],
  prepareProposal: [
    16,
    message({
      maxTxBytes: int64(1),
      txs: manyBytes(2),
      misbehavior: manyNested(4, misbehavior),
      height: int64(5),
      time: nested(6, timestamp),
      nextValidatorsHash: bytes(7),
      proposer: bytes(8),
    }),
  ],
  processProposal: [
    17,
    message({
      txs: manyBytes(1),
      lastCommit: nested(2, decision),
      misbehavior: manyNested(3, misbehavior),
      ...block,
    }),
  ],
  extendVote: [18, message({ hash: bytes(1), height: int64(2) })],
  verifyVoteExtension: [
    19,
    message({ hash: bytes(1), validator: bytes(2), height: int64(3), extension: bytes(4) }),
  ],
  finalizeBlock: [
    20,
    message({
      txs: manyBytes(1),
      lastCommit: nested(2, decision),
      misbehavior: manyNested(3, misbehavior),
      ...block,
    }),
  ],
})

const txResult = message({ code: uint32(1), data: bytes(2), log: text(3), info: text(4), codespace: text(8) })
const verdict = message({ verdict: int32(1) })

export const abciResponse = oneOf({
  exception: [1, message({ error: text(1) })],
  echo: [2, message({ message: text(1) })],
  flush: [3, nothing],
  info: [
    4,
    message({ data: text(1), version: text(2), appVersion: uint64(3), height: int64(4), appHash: bytes(5) }),
  ],
  initChain: [
    6,
    message({
      consensusParams: nested(1, consensusParams),
      validators: manyNested(2, validatorUpdate),
      appHash: bytes(3),
    }),
  ],
  query: [
    7,
    message({
      code: uint32(1),
      log: text(3),
      key: bytes(6),
      value: bytes(7),
      height: int64(9),
      codespace: text(10),
    }),
  ],
  checkTx: [9, txResult],
  commit: [12, message({ retainHeight: int64(3) })],
  listSnapshots: [13, message({ snapshots: manyNested(1, snapshot) })],
  /** 1 accept, 2 abort, 3 reject, 4 reject the format, 5 reject the sender. */
  offerSnapshot: [14, verdict],
  loadSnapshotChunk: [15, message({ chunk: bytes(1) })],
  /** 1 accept, 2 abort, 3 again, 4 the whole snapshot again, 5 reject the snapshot. */
  applySnapshotChunk: [16, message({ verdict: int32(1), rejectSenders: manyTexts(3) })],
  prepareProposal: [17, message({ txs: manyBytes(1) })],
  /** 1 accept, 2 reject. */
  processProposal: [18, verdict],
  extendVote: [19, message({ extension: bytes(1) })],
  verifyVoteExtension: [20, verdict],
  finalizeBlock: [
    21,
    message({
      txResults: manyNested(2, txResult),
      validatorUpdates: manyNested(3, validatorUpdate),
      consensusParams: nested(4, consensusParams),
      appHash: bytes(5),
    }),
  ],
})

export type AbciRequest = ValueOf<typeof abciRequest>
export type AbciResponse = ValueOf<typeof abciResponse>
/** The value of the request of one name. */
export type RequestOf<K extends AbciRequest['is']> = Extract<AbciRequest, { readonly is: K }>['value']
/** The value of the response of one name. */
export type ResponseOf<K extends AbciResponse['is']> = Extract<AbciResponse, { readonly is: K }>['value']
export type Misbehavior = ValueOf<typeof misbehavior>
export type ValidatorUpdate = ValueOf<typeof validatorUpdate>
export type SnapshotOffer = ValueOf<typeof snapshot>
