import { expect, test } from 'vitest'

import type { StewardEntry } from '@tri/community'
import { foundingOf, seededKey } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { epochMs } from '@tri/units'
import { hex } from '@tri/units/crypto'

import { abciApplication, type ApplicationPorts } from '../../src/cometbft/abci-application.ts'
import type { AbciRequest, AbciResponse, RequestOf, ResponseOf } from '../../src/cometbft/abci-messages.ts'
import { snapshotShelf } from '../../src/cometbft/snapshot-shelf.ts'
import { transactionOf } from '../../src/ordering/transaction.ts'
import type { FinalBlock, SignedBytes } from '../../src/ordering.ts'
import { memoryReplica } from '../../src/replica/memory-replica.ts'
import { versionAt } from '../../src/replica/protocol.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { NOON, pen, stewardMember, townSketch } from './town.ts'

interface Bench {
  readonly replica: Replica
  readonly finals: FinalBlock[]
  ask<K extends AbciRequest['is']>(is: K, value: RequestOf<K>): ResponseOf<K & AbciResponse['is']>
  /** Finalises and commits the next block. */
  block(
    txs: readonly Uint8Array[],
    misbehavior?: RequestOf<'finalizeBlock'>['misbehavior'],
  ): ResponseOf<'finalizeBlock'>
}

const genesisKey = seededKey('first steward').publicKey
const nothing = new Uint8Array(0)

function benchOf(changes: Partial<ApplicationPorts> = {}): Bench {
  const replica = memoryReplica({ kernel: typescriptKernel })
  const finals: FinalBlock[] = []
  const answer = abciApplication({
    replica,
    chainId: 'tri-town',
    initialHeight: 1,
    stewards: () => [genesisKey],
    protocol: (height) => versionAt(replica.store, height),
    snapshots: snapshotShelf(replica),
    isAllowed: (node) => node === 'ab',
    checked: () => undefined,
    final: (block) => finals.push(block),
    ...changes,
  })
  const ask: Bench['ask'] = (is, value) => {
    const request: unknown = { is, value }
    return answer(request as AbciRequest).value as never
  }
  return {
    replica,
    finals,
    ask,
    block(txs, misbehavior = []) {
      const response = ask('finalizeBlock', { ...blockOf(replica.height + 1, txs), misbehavior })
      ask('commit', {})
      return response
    },
  }
}

function blockOf(height: number, txs: readonly Uint8Array[]): RequestOf<'processProposal'> {
  return {
    txs,
    lastCommit: { round: 0, votes: [] },
    misbehavior: [],
    hash: nothing,
    height,
    time: { seconds: NOON / 1000 + height, nanos: 999_999 },
    nextValidatorsHash: nothing,
    proposer: nothing,
  }
}

function framed(operation: SignedBytes): Uint8Array {
  return transactionOf(operation) ?? nothing
}

const payment = (own: ReturnType<typeof pen>, amount = 1): Uint8Array =>
  framed(own.signed('home-1', { kind: 'credit.transfer', to: 'home-2', amount }))

function entryOf(member: string): StewardEntry {
  return {
    member,
    key: seededKey(`block key of ${member}`).publicKey,
    node: seededKey(`node of ${member}`).publicKey.subarray(0, 20),
    tls: seededKey(`door of ${member}`).publicKey,
    addresses: [],
  }
}

function foundedBench(own = pen()): Bench {
  const bench = benchOf()
  bench.block([framed(own.signed('coop', foundingOf(townSketch())))])
  return bench
}

test('before its first block every steward tells height 0, so that all of them begin alike', () => {
  const bench = benchOf()
  expect(bench.ask('info', { version: '', blockVersion: 0, p2pVersion: 0, abciVersion: '' })).toMatchObject({
    height: 0,
    appVersion: 1,
  })
  const asked = {
    time: undefined,
    chainId: 'tri-town',
    consensusParams: undefined,
    validators: [],
    appState: nothing,
    initialHeight: 1,
  }
  expect(bench.ask('initChain', asked)).toMatchObject({ appHash: bench.replica.stateRoot, validators: [] })
  expect(() => bench.ask('initChain', { ...asked, chainId: 'tri-other' })).toThrow('engine-other-chain')
  expect(() => bench.ask('initChain', { ...asked, initialHeight: 2 })).toThrow('engine-behind-book')
  bench.block([])
  expect(bench.ask('info', { version: '', blockVersion: 0, p2pVersion: 0, abciVersion: '' })).toMatchObject({
    height: 1,
    appHash: bench.replica.stateRoot,
  })
})

test('a block carries what the book accepted, its root, and the time in whole milliseconds', () => {
  const own = pen()
  const bench = foundedBench(own)
  const before = hex(bench.replica.stateRoot)
  const response = bench.block([payment(own)])
  expect(response.txResults.map(({ code }) => code)).toEqual([0])
  expect(hex(response.appHash)).toBe(hex(bench.replica.stateRoot))
  expect(hex(response.appHash)).not.toBe(before)
  expect(bench.finals.at(-1)).toMatchObject({ height: 2, time: epochMs(NOON + 2000) })
  expect(bench.block([]).appHash).toEqual(response.appHash)
})

test('a proposal with a refused or an unreadable operation is rejected; in a decided block both are skipped', () => {
  const own = pen()
  const bench = foundedBench(own)
  const [good, tooMuch] = [payment(own), payment(own, 9_000_000)]
  const verdict = (txs: readonly Uint8Array[], height = bench.replica.height + 1): number =>
    bench.ask('processProposal', blockOf(height, txs)).verdict
  expect(verdict([good])).toBe(1)
  expect(verdict([good, tooMuch])).toBe(2)
  expect(verdict([good, Uint8Array.of(1)])).toBe(2)
  expect(verdict([good], bench.replica.height)).toBe(2)
  expect(verdict([])).toBe(1)
  const { txResults } = bench.block([Uint8Array.of(1), tooMuch, good])
  expect(txResults.map(({ code, log }) => [code, log])).toEqual([
    [3, ''],
    [1, 'limit-exceeded'],
    [0, ''],
  ])
  expect(bench.replica.sequence).toBe(2)
})

test('the proposer leaves out what would be refused, and what has no room', () => {
  const own = pen()
  const bench = foundedBench(own)
  const [one, two, tooMuch] = [payment(own), payment(own), payment(own, 9_000_000)]
  const propose = (txs: readonly Uint8Array[], maxTxBytes: number): readonly Uint8Array[] =>
    bench.ask('prepareProposal', {
      txs,
      maxTxBytes,
      misbehavior: [],
      height: 2,
      time: undefined,
      nextValidatorsHash: nothing,
      proposer: nothing,
    }).txs
  expect(propose([one, tooMuch, Uint8Array.of(7), two], 10_000)).toEqual([one, two])
  // A transaction below 16 kB has a tag and two bytes of length before it.
  const whole = one.length + two.length + 6
  expect(propose([one, two], whole)).toEqual([one, two])
  expect(propose([one, two], whole - 1)).toEqual([one])
})

test('the door tells a new operation, a refused one, and one that the book has had for long', () => {
  const own = pen()
  const told: string[] = []
  const bench = benchOf({ checked: (_, outcome) => told.push(outcome.ok ? 'good' : outcome.refusal.is) })
  const founding = framed(own.signed('coop', foundingOf(townSketch())))
  const code = (tx: Uint8Array, kind = 0): number => bench.ask('checkTx', { tx, kind }).code
  expect(code(founding)).toBe(0)
  // It waits: met again it is still welcome, since the engine may have forgotten it.
  expect(code(founding)).toBe(0)
  bench.block([founding])
  expect(code(founding, 1)).toBe(2)
  expect(code(payment(own, 9_000_000))).toBe(1)
  expect(code(Uint8Array.of(1, 2, 3))).toBe(3)
  expect(told).toEqual(['good', 'good', 'good', 'limit-exceeded'])
})

test('a block that changes the stewards tells the engine who comes, with her weight, and who goes, with none', () => {
  const own = pen()
  const bench = foundedBench(own)
  const members = [1, 2, 3, 4].map(stewardMember)
  const stewards = members.map(entryOf)
  const { txResults, validatorUpdates } = bench.block([
    framed(own.signed('coop', { kind: 'steward.propose', stewards })),
  ])
  expect(txResults.map(({ code }) => code)).toEqual([0])
  expect(validatorUpdates).toEqual([
    ...members.map((member) => ({ publicKey: { ed25519: entryOf(member).key }, power: 1 })),
    { publicKey: { ed25519: genesisKey }, power: 0 },
  ])
})

test('new rules are announced one block ahead, and a program without them stops before their first block', () => {
  const own = pen()
  const bench = foundedBench(own)
  const stewards = [entryOf(stewardMember(1))]
  const protocol = { version: 2, height: 4 }
  const agreed = framed(own.signed('coop', { kind: 'steward.propose', stewards, protocol }))
  expect(bench.block([agreed]).consensusParams).toBeUndefined()
  expect(bench.block([]).consensusParams).toMatchObject({ version: { app: 2 } })
  expect(() => bench.block([])).toThrow('program-too-old')
  expect(bench.replica.height).toBe(3)
})

test('what a steward was caught at is kept with the block that brought it', () => {
  const bench = foundedBench()
  const address = new Uint8Array(20).fill(7)
  const time = { seconds: NOON / 1000, nanos: 5_000_000 }
  const before = hex(bench.replica.stateRoot)
  bench.block([], [{ kind: 1, validator: { address, power: 1 }, height: 1, time, totalPower: 4 }])
  expect(bench.finals.at(-1)?.evidence).toEqual([
    { kind: 'duplicate-vote', address, height: 1, at: NOON + 5 },
  ])
  expect(hex(bench.replica.stateRoot)).not.toBe(before)
})

test('only nodes that are let in may connect, and nothing else is told', () => {
  const bench = foundedBench()
  const code = (path: string): number => bench.ask('query', { data: nothing, path, height: 0 }).code
  expect(code('/p2p/filter/addr/[fd00::1]:26656')).toBe(0)
  expect(code('/p2p/filter/id/ab')).toBe(0)
  expect(code('/p2p/filter/id/cd')).toBe(1)
  expect(code('/member/home-1')).toBe(1)
  expect(bench.ask('query', { data: nothing, path: '/state-root', height: 0 })).toMatchObject({
    code: 0,
    value: bench.replica.stateRoot,
  })
})
