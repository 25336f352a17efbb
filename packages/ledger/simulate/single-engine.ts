import { epochMs } from '@tri/units'

import type { Replica } from '../src/replica/replica.ts'
import { checkPlayed, decide } from './invariants.ts'
import { commitExecuted, concludeBlock, goDown, inLife } from './steward-life.ts'
import { BLOCK_BYTES_MAX, type Steward, type World } from './world.ts'

/** ms that operations are gathered before a block is made, and that an idle box waits before it looks again. */
const GATHER_MS = 5
const LOOK_MS = 150

/** One steward orders alone: gathers, executes, commits, and only then says that something is final. */
export function orderAlone(world: World): void {
  const [steward] = world.stewards
  if (world.engine !== 'single' || steward === undefined) return
  const { replica, waiting } = steward
  const isIdle = replica === undefined || waiting.size === 0
  world.agenda.plan(isIdle ? LOOK_MS : GATHER_MS, () => orderAlone(world))
  if (!isIdle && steward.executed === undefined) makeBlock(world, steward, replica)
}

function makeBlock(world: World, steward: Steward, replica: Replica): void {
  const operations = replica.propose([...steward.waiting.values()], BLOCK_BYTES_MAX)
  if (operations.length === 0) return
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
