import { operationSequence } from '@tri/community'
import { typescriptKernel } from '@tri/exchange'
import { hex } from '@tri/units/crypto'

import type { RunOptions } from './empty-world.ts'
import { checkBeliefs, followUp, hear } from './clients.ts'
import { answerAtDoor, takeGossip } from './door.ts'
import { checkShadow, holds } from './invariants.ts'
import { messageNetwork, type MessageNetwork } from './message-network.ts'
import { gossipAgain, lookAround, orderTogether, store } from './quorum-engine.ts'
import { orderAlone } from './single-engine.ts'
import { stewardDisk } from './steward-disk.ts'
import { comeUp } from './steward-life.ts'
import { maybeWish } from './wishes.ts'
import { becalm, blow } from './weather.ts'
import { foundedWorld } from './world-founding.ts'
import { Broken, short, type Client, type Message, type World } from './world.ts'

/** ms between two looks of a person at her phone. */
const LOOK_MS_MIN = 200
const LOOK_MS_MAX = 1_500
/** ms a storm lasts at most, and a calm at least: the latest message has come by then, and refusals were asked again. */
const STORM_MS_MAX = 60_000
const CALM_MS_MIN = 12_000
const WATCH_MS = 500
/** Steps until the first block is there. */
const FOUNDING_STEPS_MAX = 1_000
/** A run that takes more steps has stalled. */
const STEPS_MAX = 60_000

/** What came of a run. */
export interface RunReport {
  readonly seed: number
  readonly steps: number
  readonly height: number
  readonly operations: number
  /** What happened how often. */
  readonly counts: Readonly<Record<string, number>>
  /** The rule that did not hold, and at which step. */
  readonly broken?: { readonly invariant: string; readonly message: string }
}

/** Plays one seed to its end, or to the first rule that does not hold. */
export function simulate(options: RunOptions): RunReport {
  const world = foundedWorld(options)
  const report = (broken?: RunReport['broken']): RunReport => ({
    seed: options.seed,
    steps: world.steps,
    height: world.chain.blocks.length,
    operations: world.chain.finals.size,
    counts: world.counts,
    ...(broken === undefined ? {} : { broken }),
  })
  try {
    play(world)
    checkEnd(world)
  } catch (error) {
    const invariant = error instanceof Broken ? error.invariant : 'nothing throws'
    const message =
      error instanceof Error ? (error instanceof Broken ? error.message : (error.stack ?? '')) : String(error)
    world.tell('simulator', () => message)
    return report({ invariant, message })
  }
  return report()
}

function play(world: World): void {
  const network: MessageNetwork = messageNetwork(world, (to, from, message) =>
    receive(world, network, { to, from, message }),
  )
  const [first] = world.stewards
  if (first !== undefined) {
    first.isKeeper = true
    comeUp(world, first)
  }
  world.stewardsChanged = () => changeEngine(world, network)
  // Until the community is founded nobody knows of it, and nothing strikes.
  world.isCalm = true
  orderAlone(world)
  while (world.chain.blocks.length === 0 && world.agenda.step())
    holds(++world.steps < FOUNDING_STEPS_MAX, 'a community can be founded', () => stalled(world))
  world.isCalm = false
  for (const client of world.clients) live(world, network, client)
  blow(world)
  const watch = { isOver: false }
  watchOver(world, watch)
  while (!watch.isOver && world.agenda.step())
    holds(++world.steps < STEPS_MAX, 'it comes to rest', () => stalled(world))
}

interface Delivery {
  readonly to: string
  readonly from: string
  readonly message: Message
}

function receive(world: World, network: MessageNetwork, { to, from, message }: Delivery): void {
  if (message.is === 'answer') {
    const client = world.clients.find(({ name }) => name === to)
    if (client !== undefined) hear(world, client, from, message.digest, message.answer)
    return
  }
  const steward = world.steward(to)
  if (steward.replica === undefined) return
  switch (message.is) {
    case 'submit':
    case 'ask':
      return answerAtDoor(world, network, steward, { from, message })
    case 'gossip':
      return takeGossip(world, network, steward, message.operation)
    case 'block':
      return store(world, steward, message.height)
  }
}

/** A person looks at her phone: wants something, and looks after what she wanted before. */
function live(world: World, network: MessageNetwork, client: Client): void {
  maybeWish(world, client)
  followUp(world, network, client)
  const wait = world.dice(client.name).between(LOOK_MS_MIN, LOOK_MS_MAX)
  world.agenda.plan(wait, () => live(world, network, client))
}

/** Boxes of new stewards come up, those of former ones stay down, and a quorum begins where one steward ends. */
function changeEngine(world: World, network: MessageNetwork): void {
  const [before, now] = world.chain.sets.slice(-2).map(({ names }) => names)
  for (const steward of world.stewards) {
    steward.isKeeper = [...(before ?? []), ...(now ?? [])].includes(steward.name)
    if (steward.isKeeper) comeUp(world, steward)
  }
  if (world.isOrderedTogether) return
  world.isOrderedTogether = true
  for (const steward of world.stewards.slice(0, 1)) steward.stored = world.chain.blocks.length
  orderTogether(world, network)
  lookAround(world)
  gossipAgain(world, network)
}

function watchOver(world: World, watch: { isOver: boolean }): void {
  const isStormOver = world.actsLeft <= 0 || world.agenda.now - world.startedAt > STORM_MS_MAX
  if (!world.isCalm && isStormOver) becalm(world)
  watch.isOver = world.isCalm && world.agenda.now - world.calmAt > CALM_MS_MIN && isAtRest(world)
  world.agenda.plan(WATCH_MS, () => watchOver(world, watch))
}

function isAtRest(world: World): boolean {
  const height = world.chain.blocks.length
  return (
    world.stewards.every(({ isKeeper, replica, waiting }) =>
      isKeeper ? replica?.height === height && waiting.size === 0 : true,
    ) &&
    world.clients.every(({ wishes }) =>
      [...wishes.values()].every(({ belief, digest }) =>
        belief.is === 'refused' ? !world.chain.finals.has(digest) : belief.is === 'final',
      ),
    )
  )
}

function stalled(world: World): string {
  const open = world.clients.flatMap(({ name, wishes }) =>
    [...wishes.values()]
      .filter(({ belief }) => belief.is === 'waiting' || belief.is === 'accepted')
      .map(({ digest, belief, text }) => `${name} ${short(digest)} ${belief.is} (${text})`),
  )
  const boxes = world.stewards.map(
    ({ name, replica, waiting }) => `${name} at ${replica?.height ?? 'nothing'} with ${waiting.size} waiting`,
  )
  return `height ${world.chain.blocks.length}; ${boxes.join(', ')}; ${open.join(', ')}`
}

/** When everything is at rest: the log gives the same book again, and everybody knows the truth. */
function checkEnd(world: World): void {
  checkBeliefs(world)
  checkShadow(world)
  const { finals, blocks } = world.chain
  for (const [digest, { operation }] of world.signedBy) {
    const isThere = operationSequence(world.reference.store, operation.id) !== undefined
    holds(isThere === finals.has(digest), 'what was refused left no trace', () => operation.id)
  }
  using replica = stewardDisk({ kernel: typescriptKernel, isSigned: () => true }).open()
  for (const { input, root } of blocks) {
    const { stateRoot } = replica.commit(replica.execute(input))
    const isSame = hex(stateRoot) === root
    holds(isSame, 'the log played again gives the same roots', () => `at height ${input.height}`)
  }
}
