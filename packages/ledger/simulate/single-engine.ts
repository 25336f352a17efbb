import { epochMs } from '@tri/units'

import type { SignedBytes } from '../src/ordering.ts'
import type { Replica } from '../src/replica/replica.ts'
import { checkPlayed, decide } from './invariants.ts'
import { commitExecuted, concludeBlock, goDown, inLife } from './steward-life.ts'
import { isHandingOver } from './steward-set.ts'
import { BLOCK_BYTES_MAX, type Steward, type World } from './world.ts'

/** ms that operations are gathered before a block is made, and that an idle box waits before it looks again. */
const GATHER_MS = 5
const LOOK_MS = 150

/** One steward orders alone: gathers, executes, commits, and only then says that something is final. */
export function orderAlone(world: World): void {
  const [steward] = world.stewards
  if (world.engine !== 'single' || steward === undefined) return
  const { replica, waiting } = steward
  const isLast = isHandingOver(world, world.chain.blocks.length + 1)
  const isIdle = replica === undefined || (waiting.size === 0 && !isLast)
  world.agenda.plan(isIdle ? LOOK_MS : GATHER_MS, () => orderAlone(world))
  if (isIdle || steward.executed !== undefined) return
  const taken = replica.propose([...waiting.values()], BLOCK_BYTES_MAX)
  // Its last block brings nothing: it says who orders from the next one on.
  if (isLast) makeBlock(world, steward, { replica, operations: [] })
  else if (taken.length > 0) makeBlock(world, steward, { replica, operations: taken })
}

interface Making {
  readonly replica: Replica
  readonly operations: readonly SignedBytes[]
}

function makeBlock(world: World, steward: Steward, { replica, operations }: Making): void {
  const last = world.chain.blocks.at(-1)?.input.time ?? 0
  const time = epochMs(Math.max(last + 1, world.agenda.now + steward.skew))
  const execution = replica.execute({ height: replica.height + 1, time, operations, evidence: [] })
  checkPlayed(world, steward, execution)
  steward.executed = execution
  if (world.strikes('crash', 0.02)) return goDown(world, steward, 'crash')
  const finish = (): void => {
    // Should the power go now, the disk decides whether the block was written: `comeUp` looks.
    world.inFlight = execution.block
    const block = commitExecuted(world, steward, execution)
    if (block === undefined) return
    world.inFlight = undefined
    decide(world, { input: execution.block, signers: [steward.name] })
    concludeBlock(world, steward, block)
  }
  world.agenda.plan(1, inLife(steward, steward.life, finish))
}
