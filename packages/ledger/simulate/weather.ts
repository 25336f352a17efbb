import { comeUp, goDown } from './steward-life.ts'
import { liarsBorne, type World } from './world.ts'

/** ms between two gusts of trouble, at most. */
const GUST_MS_MAX = 1_500
/** ms a clock is off, at most, and how far it may jump. */
const SKEW_MS_MAX = 60_000
const JUMP_MS_MAX = 3_600_000

/** What strikes boxes and clocks from outside, until the calm. */
export function blow(world: World): void {
  if (world.isCalm) return
  const dice = world.dice('weather')
  const steward = dice.pick(world.stewards)
  if (world.strikes('crash', 0.15)) goDown(world, steward, 'crash')
  else if (world.strikes('power-cut', 0.08)) goDown(world, steward, 'power-cut')
  else if (mayLoseDisk(world) && world.strikes('dead-disk', 0.04)) goDown(world, steward, 'dead-disk')
  if (world.strikes('skew', 0.15)) skew(world)
  if (world.strikes('partition', 0.15)) part(world)
  world.agenda.plan(dice.between(1, GUST_MS_MAX), () => blow(world))
}

/**
 * Others keep what a dead disk lost: one dies at a time, and not before they have all blocks. The disk of a first
 * steward that dies while the others still copy it takes the book with it, in the world as here.
 */
function mayLoseDisk({ engine, stewards, chain }: World): boolean {
  const height = chain.blocks.length
  const areWhole = stewards.every(({ isKeeper, replica }) => !isKeeper || replica?.height === height)
  return engine === 'quorum' && areWhole && stewards.every(({ isLiar }) => !isLiar)
}

function skew(world: World): void {
  const dice = world.dice('weather')
  const one = dice.pick([...world.stewards, ...world.clients])
  one.skew = dice.chance(0.2)
    ? dice.between(-JUMP_MS_MAX, JUMP_MS_MAX)
    : dice.between(-SKEW_MS_MAX, SKEW_MS_MAX)
  world.tell(one.name, () => `has its clock off by ${one.skew} ms`)
  world.count('clocks set wrong')
}

function part(world: World): void {
  const dice = world.dice('weather')
  const islands = dice.chance(0.5) ? 1 : 2
  for (const steward of world.stewards) steward.island = dice.below(islands)
  if (islands === 1) return
  world.count('partitions')
  world.tell(
    'network',
    () => `is cut: ${world.stewards.map(({ name, island }) => `${name} ${island}`).join(', ')}`,
  )
}

/** Everything is repaired: whoever is down comes up, everybody hears everybody. */
export function becalm(world: World): void {
  world.isCalm = true
  world.calmAt = world.agenda.now
  world.tell('weather', () => 'calm')
  for (const steward of world.stewards) {
    steward.island = 0
    steward.disk.cutNever()
    comeUp(world, steward)
  }
}

/** Who lies in this run: as many as a quorum of this size bears, or nobody. */
export function chooseLiars(world: World): void {
  if (!world.wantsQuorum || !world.strikes('liar', 0.4)) return
  // The founding steward orders alone until the others have joined: nobody could tell were it to lie.
  for (const steward of world.dice('liar').shuffled(world.stewards.slice(1)).slice(0, liarsBorne(world.size)))
    steward.isLiar = true
}
