import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { expect, test } from 'vitest'

import { hex } from '@tri/units/crypto'

import { frameCutter, framed } from '../../src/cometbft/abci-frames.ts'
import {
  abciRequest,
  abciResponse,
  type AbciRequest,
  type AbciResponse,
} from '../../src/cometbft/abci-messages.ts'
import { LIST_ELEMENTS_MAX, decoded, encoded } from '../../src/cometbft/protobuf-message.ts'
import { frameOf, recorded, vectors } from './abci-cases.ts'

const fill = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte)
const at = { seconds: 1_795_380_787, nanos: 368_000_001 }
const bodyOf = (frame: Uint8Array): Uint8Array => frameCutter().take(frame)[0]!
const request = (name: AbciRequest['is']): AbciRequest =>
  decoded(abciRequest, bodyOf(frameOf(name, 'request')))
const response = (name: AbciResponse['is']): AbciResponse =>
  decoded(abciResponse, bodyOf(frameOf(name, 'response')))

const misbehavior = [
  { kind: 1, validator: { address: fill(7, 20), power: 1 }, height: 41, time: at, totalPower: 4 },
]
const votes = [
  { validator: { address: fill(1, 20), power: 1 }, flag: 2 },
  { validator: { address: fill(2, 20), power: 1 }, flag: 1 },
]
const block = {
  height: 42,
  time: at,
  nextValidatorsHash: fill(3, 32),
  proposer: fill(4, 20),
}
const params = {
  block: { maxBytes: 25_165_824, maxGas: -1 },
  evidence: { maxAgeBlocks: 100_000, maxAgeDuration: { seconds: 2_592_000, nanos: 0 }, maxBytes: 1_048_576 },
  validator: { keyTypes: ['ed25519'] },
  version: { app: 3 },
}

test('every request of the engine is read to the values that the Go implementation wrote', () => {
  expect(request('echo').value).toEqual({ message: 'è vero' })
  expect(request('flush').value).toEqual({})
  expect(request('info').value).toEqual({
    version: '0.38.26',
    blockVersion: 11,
    p2pVersion: 8,
    abciVersion: '2.0.0',
  })
  expect(request('query').value).toEqual({ path: '/state-root', height: 12, data: fill(3, 2) })
  expect(request('checkTx').value).toEqual({ tx: fill(4, 200), kind: 1 })
  expect(request('initChain').value).toEqual({
    time: at,
    chainId: 'tri-1',
    consensusParams: params,
    validators: [{ publicKey: { ed25519: fill(9, 32) }, power: 1 }],
    appState: fill(0, 0),
    initialHeight: 21,
  })
  expect(request('prepareProposal').value).toEqual({
    maxTxBytes: 25_165_000,
    txs: [fill(1, 3), fill(2, 130)],
    misbehavior,
    ...block,
  })
  expect(request('processProposal').value).toEqual({
    txs: [fill(1, 3)],
    lastCommit: { round: 1, votes },
    misbehavior: [],
    hash: fill(5, 32),
    ...block,
  })
  expect(request('finalizeBlock').value).toEqual({
    txs: [fill(0, 0), fill(1, 3)],
    lastCommit: { round: 0, votes },
    misbehavior,
    hash: fill(5, 32),
    ...block,
  })
  expect(request('offerSnapshot').value).toEqual({
    snapshot: { height: 1000, format: 1, chunks: 3, hash: fill(5, 32), metadata: fill(6, 3) },
    appHash: fill(8, 32),
  })
  expect(request('loadSnapshotChunk').value).toEqual({ height: 1000, format: 1, chunk: 2 })
  expect(request('applySnapshotChunk').value).toEqual({ index: 2, chunk: fill(6, 5), sender: 'ab' })
})

test('every response is written byte for byte as the Go implementation writes it', () => {
  const responses = vectors.filter(({ kind }) => kind === 'response')
  expect(responses).toHaveLength(15)
  for (const { name, frame } of responses) {
    const again = framed(encoded(abciResponse, decoded(abciResponse, bodyOf(frame))))
    expect(`${name} ${hex(again)}`).toBe(`${name} ${hex(frame)}`)
  }
  expect(response('finalizeBlock').value).toMatchObject({
    validatorUpdates: [
      { publicKey: { ed25519: fill(9, 32) }, power: 1 },
      { publicKey: { ed25519: fill(9, 32) }, power: 0 },
    ],
    appHash: fill(2, 32),
  })
})

test('what the real engine asked from its beginning to its first proof block is read whole', () => {
  const asked = recorded.map((bytes) =>
    frameCutter()
      .take(bytes)
      .map((frame) => decoded(abciRequest, frame).is),
  )
  expect(new Set(asked.flat())).toEqual(
    new Set([
      'flush',
      'info',
      'initChain',
      'checkTx',
      'prepareProposal',
      'processProposal',
      'finalizeBlock',
      'commit',
    ]),
  )
})

test('a field that this program does not know is skipped, and a number beyond 2^53 is not', () => {
  const newer = new BinaryWriter().tag(8, WireType.LengthDelimited).fork()
  newer.tag(99, WireType.Bit64).fixed64(7).tag(98, WireType.LengthDelimited).string('new')
  newer.tag(1, WireType.LengthDelimited).bytes(fill(1, 2)).join()
  expect(decoded(abciRequest, newer.finish())).toEqual({ is: 'checkTx', value: { tx: fill(1, 2), kind: 0 } })
  const huge = new BinaryWriter().tag(6, WireType.LengthDelimited).fork()
  huge
    .tag(3, WireType.Varint)
    .int64(2n ** 53n)
    .join()
  expect(() => decoded(abciRequest, huge.finish())).toThrow('abci-frame-malformed')
})

test('a list of nothing without end is refused at its bound', () => {
  const writer = new BinaryWriter().tag(16, WireType.LengthDelimited).fork()
  for (let i = 0; i < LIST_ELEMENTS_MAX; i++) writer.tag(2, WireType.LengthDelimited).uint32(0)
  const longest = writer.join().finish()
  expect(decoded(abciRequest, longest).is).toBe('prepareProposal')
  const more = new BinaryWriter().tag(16, WireType.LengthDelimited).fork()
  for (let i = 0; i <= LIST_ELEMENTS_MAX; i++) more.tag(2, WireType.LengthDelimited).uint32(0)
  expect(() => decoded(abciRequest, more.join().finish())).toThrow('abci-frame-malformed')
})
