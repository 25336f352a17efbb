import { epochMs, present, type EpochMs } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import type { Evidence, SignedBytes } from '../src/ordering.ts'
import type { BlockInput } from '../src/replica/replica.ts'
import { checkPlayed, checkUntouched, decide } from './invariants.ts'
import { distorted } from './liar.ts'
import type { MessageNetwork } from './message-network.ts'
import { commitExecuted, concludeBlock, goDown, inLife } from './steward-life.ts'
import { BLOCK_BYTES_MAX, quorumOf, votersAt, type Steward, type World } from './world.ts'

/** ms between two rounds that came to nothing, between two looks of a steward, and until a vote is counted. */
const ROUND_MS = 400
const LOOK_MS = 500
const VOTE_MS_MAX = 60

/** A block that a steward proposes, with the root she claims for the height before it. */
interface Proposal {
  readonly input: BlockInput
  readonly claimedRoot: string
}

/**
 * A model of the ordering engine: no consensus, but everything that one is allowed to do to our application. It may order
 * what the doors took in any way, drop a proposal and make another, ask several proposals before one is final, deliver
 * late, and let a box fall between FinalizeBlock and Commit. A block is final when more than two thirds of those who
 * vote said yes; liars say what they like.
 */
export function orderTogether(world: World, network: MessageNetwork): void {
  if (world.engine !== 'quorum') return
  const height = world.chain.blocks.length + 1
  const voters = votersAt(world, height).map((name) => world.steward(name))
  const dice = world.dice('rounds')
  const proposer = dice.pick(voters)
  const present = voters.filter((voter) => isReady(voter, height) && voter.island === proposer.island)
  const again = (): void => orderTogether(world, network)
  const proposal = present.includes(proposer) ? proposed(world, proposer, height) : undefined
  if (proposal === undefined || present.length < quorumOf(voters.length)) {
    world.agenda.plan(dice.between(1, ROUND_MS), again)
    return
  }
  world.tell(
    proposer.name,
    () => `proposes block ${height} with ${proposal.input.operations.length} operations`,
  )
  const yes: string[] = []
  for (const voter of present) {
    const vote = (): void => {
      if (isReady(voter, height) && wouldAccept(world, voter, proposal)) yes.push(voter.name)
    }
    world.agenda.plan(dice.below(VOTE_MS_MAX), inLife(voter, voter.life, vote))
  }
  world.agenda.plan(VOTE_MS_MAX + 1, () => {
    tally(world, network, { proposal, yes, needed: quorumOf(voters.length) })
    world.agenda.plan(dice.between(1, ROUND_MS / 4), again)
  })
}

function isReady({ replica, executed }: Steward, height: number): boolean {
  return replica?.height === height - 1 && executed === undefined
}

function proposed(world: World, { replica, ...proposer }: Steward, height: number): Proposal | undefined {
  const dice = world.dice('rounds')
  const taken = [...proposer.waiting.values()]
  const book = present(replica, 'a proposer is up')
  // The engine keeps no order of its own, and may leave any part for later.
  const asked = dice.chance(0.5) ? taken : dice.shuffled(taken).slice(0, dice.below(taken.length + 1))
  const operations = book.propose(asked, dice.chance(0.1) ? 700 : BLOCK_BYTES_MAX)
  const claimedRoot = hex(book.stateRoot)
  // After a block that moved the root the engine makes another one, whose header carries it.
  const isProofBlock = (world.chain.blocks.at(-1)?.input.operations.length ?? 0) > 0 || dice.chance(0.03)
  const time = timeOf(world)
  const input = { height, time, operations, evidence: evidenceOf(world, height, time) }
  if (proposer.isLiar && dice.chance(0.5)) return distorted(world, { input, claimedRoot })
  return operations.length === 0 && !isProofBlock ? undefined : { input, claimedRoot }
}

/** The median of the voters' clocks, as BFT time has it, and after the block before. */
function timeOf(world: World): EpochMs {
  const last = world.chain.blocks.at(-1)?.input.time ?? 0
  const skews = world.stewards.map(({ skew }) => skew).sort((a, b) => a - b)
  const median = present(skews[skews.length >> 1], 'there are stewards')
  return epochMs(Math.max(last + 1, world.agenda.now + median))
}

function evidenceOf(world: World, height: number, at: EpochMs): Evidence[] {
  const liar = world.stewards.find(({ isLiar }) => isLiar)
  if (liar === undefined || height < 4 || !world.dice('rounds').chance(0.05)) return []
  const address = sha256(new TextEncoder().encode(liar.name)).subarray(0, 20)
  return [{ kind: 'duplicate-vote', address, height: height - 1, at }]
}

/** ProcessProposal: a liar agrees to anything, the others only to what they compute themselves. */
function wouldAccept(world: World, voter: Steward, { input, claimedRoot }: Proposal): boolean {
  if (voter.isLiar || voter.plant === 'takes-any-block') return world.dice('rounds').chance(0.9)
  const replica = present(voter.replica, 'who votes is up')
  if (claimedRoot !== hex(replica.stateRoot)) return false
  const { results } = checkUntouched(world, voter, () => replica.execute(input))
  return results.every((result) => result.ok && result.value[0]?.is !== 'operation-repeated')
}

interface Tally {
  readonly proposal: Proposal
  readonly yes: readonly string[]
  readonly needed: number
}

function tally(world: World, network: MessageNetwork, { proposal, yes, needed }: Tally): void {
  const { input } = proposal
  const isTaken = world.chain.blocks.length >= input.height
  // Even with all votes a round may come to nothing: then the same height is proposed again.
  if (isTaken || yes.length < needed || world.strikes('late', 0.1)) {
    world.count('rounds that came to nothing')
    return
  }
  decide(world, { input, signers: yes })
  // A vote for a block is a signature under the root that its header carries: the one after the block before it.
  for (const name of yes) world.signed(name, input.height - 1, proposal.claimedRoot)
  const first = world.steward(present(yes[0], 'a quorum is not empty'))
  for (const name of yes) store(world, world.steward(name), input.height)
  for (const { name } of world.stewards) network.send(first.name, name, { is: 'block', height: input.height })
}

/** The engine of this box has the block; it hands it over when the box has come that far. */
export function store(world: World, steward: Steward, height: number): void {
  if (height === steward.stored + 1) steward.stored = height
  handOver(world, steward)
}

/** FinalizeBlock now, Commit a little later: the box may fall in between, and gets the same block again. */
function handOver(world: World, steward: Steward): void {
  const { replica, life } = steward
  if (replica === undefined || steward.executed !== undefined || replica.height >= steward.stored) return
  const { input } = present(world.chain.blocks[replica.height], 'an engine stores only what was decided')
  steward.executed = checkUntouched(world, steward, () => replica.execute(input))
  checkPlayed(world, steward, steward.executed)
  if (world.strikes('crash', 0.01)) return goDown(world, steward, 'crash')
  const commit = (): void => {
    if (steward.executed === undefined) return
    const block = commitExecuted(world, steward, steward.executed)
    if (block === undefined) return
    if (world.strikes('crash', 0.01)) return goDown(world, steward, 'crash')
    concludeBlock(world, steward, block)
    handOver(world, steward)
  }
  world.agenda.plan(world.dice('rounds').between(1, 30), inLife(steward, life, commit))
}

/** Every box looks now and then whether its neighbours have blocks that it has not. */
export function lookAround(world: World): void {
  for (const steward of world.stewards) {
    if (steward.replica === undefined) continue
    const neighbours = world.stewards.filter(
      (other) => other.replica !== undefined && other.island === steward.island,
    )
    const most = Math.max(...neighbours.map(({ stored }) => stored))
    steward.stored = Math.max(steward.stored, most)
    handOver(world, steward)
  }
  world.agenda.plan(LOOK_MS, () => lookAround(world))
}

/** Operations that a box has taken but others may not have heard of travel again, as mempools do. */
export function gossipAgain(world: World, network: MessageNetwork): void {
  for (const steward of world.stewards) {
    const waiting: readonly SignedBytes[] = [...steward.waiting.values()].slice(0, 5)
    for (const operation of waiting)
      for (const { name } of world.stewards)
        if (name !== steward.name) network.send(steward.name, name, { is: 'gossip', operation })
  }
  world.agenda.plan(4 * LOOK_MS, () => gossipAgain(world, network))
}
