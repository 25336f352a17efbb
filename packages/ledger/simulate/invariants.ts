import {
  COMMONS,
  balanceOf,
  members,
  operationDigest,
  operationSequence,
  settlementRecords,
  stateDigest,
  sumOfBalances,
  type CommunityEvent,
  type Operation,
} from '@tri/community'
import { present } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import type { FinalBlock } from '../src/ordering.ts'
import type { Execution, Replica } from '../src/replica/replica.ts'
import { changeStewards, handOver, isHandingOver } from './steward-set.ts'
import { Broken, short, type Answer, type DecidedBlock, type Steward, type World } from './world.ts'

/** Of so many blocks and checks one is compared key by key: the roots say the same, and cost nothing. */
const COMPARED_EVERY = 8

/** A block has become final: it is played into the simulator's own book, which no steward touches. */
export function decide(world: World, block: DecidedBlock): void {
  const { chain, reference } = world
  const { height, time, operations } = block.input
  holds(height === chain.blocks.length + 1, 'one block at a height', () => `${height} again`)
  const before = chain.blocks.at(-1)?.input.time ?? 0
  holds(time > before, 'time goes forward', () => `${time} after ${before}`)
  chain.blocks.push(block)
  world.tell('chain', () => `block ${height} is final with ${operations.length} operations`)
  for (const signed of operations) {
    const digest = hex(sha256(signed.bytes))
    const known = world.signedBy.get(digest)
    const isHers = known !== undefined && hex(known.signature) === hex(signed.signature)
    holds(isHers, 'no forgery becomes final', () => `${short(digest)} at height ${height}`)
    holds(!chain.finals.has(digest), 'nothing is applied twice', () => `${short(digest)} at height ${height}`)
    const played = reference.apply(signed)
    holds(played.ok, 'a block has only what the book takes', () => (played.ok ? '' : played.refusal.is))
    const sequence = present(operationSequence(reference.store, known?.operation.id ?? ''), 'it was applied')
    chain.finals.set(digest, { height, sequence })
    if (known !== undefined && played.ok) checkOperation(world, known.operation, played.value)
  }
  if (isHandingOver(world, height)) handOver(world)
  const sum = sumOfBalances(reference.store)
  holds(sum === 0, 'the sum of balances is 0', () => `${sum} after height ${height}`)
  chain.digests[height] = stateDigest(reference.store)
}

function checkOperation(world: World, operation: Operation, events: readonly CommunityEvent[]): void {
  const { by, kind, nonce } = operation
  world.count(`final: ${kind}`)
  const key = hex(operation.key)
  const last = world.chain.nonces.get(key) ?? 0
  holds(nonce > last, 'the nonces of a key only rise', () => `${by}: ${nonce} after ${last}`)
  world.chain.nonces.set(key, nonce)
  if (kind === 'credit.transfer' || kind === 'credit.hold') {
    const available = balanceOf(world.reference.store, by)?.available ?? -1
    holds(available >= 0, 'no account passes its limit by its own act', () => `${by}: ${available}`)
  }
  if (kind === 'energy.statements') {
    for (const { meter, firstSlot, importWh, exportWh } of operation.statements) {
      const [imports, exports] = [wattHours(importWh), wattHours(exportWh)]
      imports.forEach((wh, t) => world.readings.set(`${meter}/${firstSlot + t}`, [wh, exports[t] ?? 0]))
    }
  }
  for (const event of events) {
    if (event.is === 'period-settled' || event.is === 'period-restated') checkEnergy(world, event)
    if (event.is === 'stewards-changed') changeStewards(world, event.stewards)
  }
}

function wattHours(column: Uint8Array): number[] {
  const view = new DataView(column.buffer, column.byteOffset, column.byteLength)
  return Array.from({ length: column.length / 4 }, (_, t) => view.getInt32(4 * t, true))
}

type Range = Parameters<typeof settlementRecords>[1]

/** Import and export, own use, neighbours and grid add up to the Wh that the meters stated. */
function checkEnergy({ reference, readings }: World, { firstSlot, slots }: Range): void {
  const record = settlementRecords(reference.store, { firstSlot, slots })[0]
  const version = present(record?.versions.at(-1), 'a settled period has a version')
  let [imports, exports] = [0, 0]
  for (const [place, [taken, given]] of readings) {
    const slot = Number(place.slice(place.indexOf('/') + 1))
    if (slot < firstSlot || slot >= firstSlot + slots) continue
    imports += taken
    exports += given
  }
  const { importWh, exportWh, ownWh, sharedWh, gridImportWh, gridExportWh, ringWh } = version
  const rings = Object.values(ringWh).reduce((sum, wh) => sum + wh, 0)
  const adds =
    importWh === imports &&
    exportWh === exports &&
    importWh === ownWh + sharedWh + gridImportWh &&
    exportWh === ownWh + sharedWh + gridExportWh &&
    rings === sharedWh
  holds(adds, 'energy adds up', () => `slots from ${firstSlot}, version ${version.version}`)
}

/** What a block of the engine gives: all applied, and the root that the other stewards had. */
export function checkPlayed(world: World, steward: Steward, { block, results, stateRoot }: Execution): void {
  const refused = results.find((result) => !result.ok)
  holds(refused === undefined, 'a final block is played as a whole', () => `${steward.name}: ${block.height}`)
  sameRoot(world, steward, block.height, stateRoot)
}

/** A block was committed: the root, the operations, the numbers, and now and then every key. */
export function checkCommitted(world: World, steward: Steward, replica: Replica, block: FinalBlock): void {
  const { height, operations, stateRoot } = block
  const decided = present(world.chain.blocks[height - 1], 'only decided blocks are committed')
  decided.root ??= hex(stateRoot)
  sameRoot(world, steward, height, stateRoot)
  sameRoot(world, steward, height, replica.stateRoot)
  holds(replica.height === height, 'a commit moves one height', () => `${steward.name}: ${replica.height}`)
  const isWhole =
    operations.length === decided.input.operations.length &&
    operations.every(
      ({ bytes, sequence }) => world.chain.finals.get(hex(sha256(bytes)))?.sequence === sequence,
    )
  holds(isWhole, 'every replica counts the operations alike', () => `${steward.name} at ${height}`)
  const sum = sumOfBalances(replica.store)
  holds(sum === 0, 'the sum of balances is 0', () => `${sum} at ${steward.name}, height ${height}`)
  if (world.dice('compare').below(COMPARED_EVERY) === 0) sameBook(world, steward, replica)
}

function sameRoot(world: World, { name }: Steward, height: number, root: Uint8Array): void {
  const known = world.chain.blocks[height - 1]?.root
  const isSame = known === undefined || known === hex(root)
  holds(isSame, 'equal roots at equal heights', () => `${name} has ${hex(root)} at ${height}, not ${known}`)
}

function sameBook(world: World, { name }: Steward, { store, height }: Replica): void {
  const known = world.chain.digests[height]
  const isSame = height === 0 || known === stateDigest(store)
  holds(isSame, 'the book of a replica is the book of its log', () => `${name} at height ${height}`)
}

/** After a fall nothing is missing of what was committed or told, and nothing is there that was not decided. */
export function checkReopened(world: World, steward: Steward, replica: Replica): void {
  const { height } = replica
  const least = Math.max(steward.committed, steward.told)
  holds(height >= least, 'nothing acknowledged is lost', () => `${steward.name} at ${height}, not ${least}`)
  holds(
    height <= world.chain.blocks.length,
    'only decided blocks are kept',
    () => `${steward.name} at ${height}`,
  )
  const newest = world.chain.blocks[height - 1]
  if (newest !== undefined) newest.root ??= hex(replica.stateRoot)
  if (height > 0) sameRoot(world, steward, height, replica.stateRoot)
  sameBook(world, steward, replica)
  for (const { operation } of world.signedBy.values()) {
    const digest = operationDigest(replica.store, operation.id)
    if (digest === undefined) continue
    const at = world.chain.finals.get(digest)?.height ?? Infinity
    holds(at <= height, 'only decided operations are kept', () => `${steward.name} has ${operation.id}`)
  }
}

/** Runs what may change nothing, and looks whether it did. */
export function checkUntouched<T>(world: World, steward: Steward, work: () => T): T {
  const replica = present(steward.replica, 'a box that is up has its book')
  const before = [hex(replica.stateRoot), replica.height, replica.store.get('community')]
  const isCompared = world.dice('compare').below(4 * COMPARED_EVERY) === 0
  const digest = isCompared ? stateDigest(replica.store) : ''
  const result = work()
  const after = [hex(replica.stateRoot), replica.height, replica.store.get('community')]
  const isSame =
    before.every((part, i) => part === after[i]) && (!isCompared || digest === stateDigest(replica.store))
  holds(isSame, 'looking at an operation leaves no trace', () => steward.name)
  return result
}

/** What a steward that is no liar says is so. */
export function checkAnswer(world: World, steward: Steward, digest: string, answer: Answer): void {
  const at = world.chain.finals.get(digest)
  const isTrue =
    answer.is === 'final'
      ? at?.height === answer.height && at.sequence === answer.sequence
      : answer.is !== 'accepted' || steward.waiting.has(digest) || steward.finals.has(digest)
  holds(
    isTrue,
    'an honest steward says what is so',
    () => `${steward.name} says ${answer.is} of ${short(digest)}`,
  )
  if (answer.is === 'refused')
    holds(
      !steward.finals.has(digest),
      'what is final is never refused',
      () => `${steward.name}: ${short(digest)}`,
    )
}

/** Account by account, what final transfers, captures and settlements moved, counted without the book's own code. */
export function checkShadow(world: World): void {
  const { reference, signedBy, chain } = world
  const shadow = new Map<string, number>()
  const move = (account: string, amount: number): void =>
    void shadow.set(account, (shadow.get(account) ?? 0) + amount)
  const heldFor = new Map<string, Operation>()
  for (const digest of chain.finals.keys()) {
    const operation = present(signedBy.get(digest), 'what is final was signed').operation
    if (operation.kind === 'credit.hold') heldFor.set(operation.id, operation)
    if (operation.kind === 'credit.transfer') {
      move(operation.by, -operation.amount)
      move(operation.to, operation.amount)
    }
    if (operation.kind === 'credit.capture') {
      move(heldFor.get(operation.hold)?.by ?? '', -operation.amount)
      move(operation.by, operation.amount)
    }
    if (operation.kind === 'energy.settle' || operation.kind === 'energy.restate')
      for (const [account, amount] of operation.deltas) move(account, amount)
  }
  for (const account of [COMMONS, ...members(reference.store).map(({ id }) => id)]) {
    const balance = balanceOf(reference.store, account)?.balance
    holds(
      balance === (shadow.get(account) ?? 0),
      'balances are what was moved',
      () => `${account}: ${balance}`,
    )
  }
}

/** Stops the run when a rule does not hold. */
export function holds(isSo: boolean, invariant: string, details: () => string): void {
  if (!isSo) throw new Broken(invariant, details())
}
