import { foundingOf, prova, sketchedMember } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { present } from '@tri/units'
import { hex } from '@tri/units/crypto'

import { quorumDeed } from './acts.ts'
import type { Dice } from './dice.ts'
import { COORDINATOR, METERS, emptyWorld, type RunOptions } from './empty-world.ts'
import { knownKey } from './known-key.ts'
import { stewardDisk } from './steward-disk.ts'
import type { Plant } from './trouble.ts'
import { chooseLiars } from './weather.ts'
import { signed } from './wishes.ts'
import type { Client, Steward, World } from './world.ts'

const PEOPLE = ['anna', 'bruno', 'carla', 'dario']
const BOXES = [COORDINATOR, ...PEOPLE, 'elsa', 'fabio', 'gina']
/** Operations that people begin in one run. */
const ACTS_MIN = 16
const ACTS_MAX = 44

/** A world in which nothing has happened yet: the boxes are there, the founding is signed and at the first of them. */
export function foundedWorld(options: RunOptions): World {
  const world = emptyWorld(options)
  const dice = world.dice('founding')
  const form = dice.below(10)
  world.wantsQuorum = form >= 4
  world.size = form === 9 ? 7 : 4
  world.actsLeft = dice.between(ACTS_MIN, ACTS_MAX)
  const boxes = world.wantsQuorum ? BOXES.slice(0, world.size + 1) : [COORDINATOR]
  for (const name of boxes) world.stewards.push(steward(world, name))
  plant(world, options.plant)
  for (const name of [COORDINATOR, ...PEOPLE]) world.clients.push(client(name, name, dice))
  world.clients.push({ ...client('anna-agent', 'anna', dice), isAgent: true })
  chooseLiars(world)
  found(world)
  // Half of those that will have a quorum have it from the second block on; the others grow in the middle of the storm.
  if (world.wantsQuorum && dice.chance(0.6)) atFirstBox(world, quorumDeed(world, dice).act)
  return world
}

/** One steward has the mistake; taking any block is a danger only when all do. */
function plant(world: World, mistake: Plant | undefined): void {
  const { stewards } = world
  const one = world.dice('plant').pick(stewards)
  for (const steward of mistake === 'takes-any-block' ? stewards : [one]) steward.plant = mistake
}

function found(world: World): void {
  const kinds = BOXES.slice(1).map((name) => sketchedMember(name))
  const members = [sketchedMember(COORDINATOR, 'cooperative'), ...kinds].map((entry) =>
    entry.id === 'anna' ? { ...entry, keys: [...entry.keys, knownKey('anna-agent').publicKey] } : entry,
  )
  const sketch = prova({ community: world.community, coordinator: COORDINATOR, members, meters: METERS })
  atFirstBox(world, foundingOf(sketch))
}

function atFirstBox(world: World, act: Parameters<typeof signed>[2]): void {
  const coordinator = world.client(COORDINATOR)
  const wish = signed(world, coordinator, act, 'at the first box')
  present(world.stewards[0], 'there is a box').waiting.set(wish.digest, wish.signed)
}

function steward({ verified }: World, name: string): Steward {
  const box: Steward = {
    name,
    disk: stewardDisk({
      kernel: typescriptKernel,
      isSigned: ({ signature }, digest) => verified.has(`${digest} ${hex(signature)}`),
      forgetsSynced: () => box.plant === 'forgets-synced',
    }),
    isKeeper: false,
    isLiar: false,
    plant: undefined,
    skew: 0,
    island: 0,
    replica: undefined,
    executed: undefined,
    waiting: new Map(),
    refused: new Map(),
    finals: new Map(),
    life: 0,
    stored: 0,
    committed: 0,
    told: 0,
  }
  return box
}

function client(name: string, member: string, dice: Dice): Client {
  return {
    name,
    member,
    key: knownKey(name),
    isAgent: false,
    isHasty: dice.chance(0.3),
    skew: 0,
    nonce: 0,
    signed: 0,
    wishes: new Map(),
    heard: [],
  }
}
