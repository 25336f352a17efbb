import { hex, sha256 } from '@tri/units/crypto'

import type { FinalBlock } from '../src/ordering.ts'
import type { Execution } from '../src/replica/replica.ts'
import { checkCommitted, checkReopened, checkUntouched, decide } from './invariants.ts'
import { plantedReplica } from './planted-replica.ts'
import { PowerCut } from './steward-disk.ts'
import type { Steward, World } from './world.ts'

/** ms until a box that went down is up again. */
const DOWN_MS_MIN = 200
const DOWN_MS_MAX = 8_000

/** How a box goes down: the program is killed, the power is cut, or the disk itself is gone. */
export type Fall = 'crash' | 'power-cut' | 'dead-disk'

/** The box loses its memory. What its disk loses depends on the fall. */
export function goDown(world: World, steward: Steward, fall: Fall): void {
  const { replica } = steward
  if (replica === undefined) return
  world.tell(steward.name, () => `goes down: ${fall}`)
  world.count(`falls: ${fall}`)
  steward.life++
  steward.replica = undefined
  steward.executed = undefined
  steward.waiting.clear()
  steward.refused.clear()
  steward.finals.clear()
  steward.disk.fall(replica, fall)
  if (fall === 'dead-disk') {
    steward.stored = 0
    steward.told = 0
    steward.committed = 0
  }
  const delay = world.dice('falls').between(DOWN_MS_MIN, DOWN_MS_MAX)
  world.agenda.plan(delay, () => comeUp(world, steward))
}

/** Opens the book from the disk and knows again what is final. */
export function comeUp(world: World, steward: Steward): void {
  if (steward.replica !== undefined || !steward.isKeeper) return
  const replica = plantedReplica(world, steward, steward.disk.open())
  steward.replica = replica
  const { inFlight } = world
  world.inFlight = undefined
  const wasWritten = inFlight !== undefined && replica.height > world.chain.blocks.length
  if (wasWritten) decide(world, { input: inFlight, signers: [steward.name] })
  checkReopened(world, steward, replica)
  for (const block of replica.blocks(1)) {
    rememberFinals(steward, block)
    certify(world, steward, block)
  }
  world.tell(steward.name, () => `is up at height ${replica.height}`)
}

/** Commits what was executed; undefined when the power was cut on the way. */
export function commitExecuted(world: World, steward: Steward, execution: Execution): FinalBlock | undefined {
  const { replica } = steward
  if (replica === undefined) return undefined
  if (world.strikes('power-cut', 0.03)) steward.disk.cutAfter(world.dice('falls').below(4))
  let block: FinalBlock
  try {
    block = replica.commit(execution)
  } catch (cut) {
    if (!(cut instanceof PowerCut)) throw cut
    goDown(world, steward, 'power-cut')
    return undefined
  }
  steward.disk.cutNever()
  steward.executed = undefined
  return block
}

/** What a box does once a block is committed: signs its root, answers for it, and looks again at what waits. */
export function concludeBlock(world: World, steward: Steward, block: FinalBlock): void {
  const { replica } = steward
  if (replica === undefined) return
  steward.committed = Math.max(steward.committed, block.height)
  checkCommitted(world, steward, replica, block)
  world.tell(steward.name, () => `has block ${block.height}, root ${hex(block.stateRoot).slice(0, 8)}`)
  rememberFinals(steward, block)
  certify(world, steward, block)
  for (const [digest, operation] of steward.waiting) {
    const checked = checkUntouched(world, steward, () => replica.check(operation))
    if (checked.ok) continue
    steward.waiting.delete(digest)
    steward.refused.set(digest, checked.refusal)
  }
}

/** A single steward signs its roots as soon as it has them; a quorum signs each with the block above. */
function certify(world: World, { name }: Steward, { height, stateRoot }: FinalBlock): void {
  if (world.engine === 'single') world.signed(name, height, hex(stateRoot))
}

function rememberFinals(steward: Steward, block: FinalBlock): void {
  for (const { bytes, sequence } of block.operations) {
    const digest = hex(sha256(bytes))
    steward.finals.set(digest, { height: block.height, sequence })
    steward.waiting.delete(digest)
    steward.refused.delete(digest)
  }
}

/** Whether whatever was planned in a life of the box still happens. */
export function inLife(steward: Steward, life: number, happen: () => void): () => void {
  return () => {
    if (steward.life === life && steward.replica !== undefined) happen()
  }
}
