import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

import { PAYERS } from './founding.ts'
import type { Town } from './town.ts'
import { anyOf, goesOn, percentile, underLoad, type Counts, type Trial } from './trial.ts'

const STEWARDS = 4
/** The height after the engine's first block: the founding and the handing over come before it. */
const BEGUN = 4
/** How soon a lone operation is final, and everybody after a partition. */
const LONE_MS_MAX = 2_000
const HEALED_MS_MAX = 10_000

/** `kill -9` of random stewards under load: the whole box, its node alone, its engine alone, now and then two boxes at once. */
export function killTrial(kills: number): Trial {
  return {
    name: `kill -9 of random stewards under load, ${kills} times`,
    plan: { stewards: STEWARDS },
    play: (town, counts) =>
      underLoad(town, async () => {
        counts['kills'] = 0
        await allBegun(town)
        while (counts['kills'] < kills) {
          const what = anyOf(['all', 'all', 'node', 'engine'] as const)
          const first = randomInt(STEWARDS)
          const boxes = what === 'all' && randomInt(10) === 0 ? [first, (first + 1) % STEWARDS] : [first]
          await goesOn(town, 2)
          await pause(randomInt(150))
          await Promise.all(boxes.map((box) => town.kill(box, what)))
          counts['kills'] += boxes.length
          counts[`of ${what}`] = (counts[`of ${what}`] ?? 0) + boxes.length
          if (what !== 'engine') await Promise.all(boxes.map((box) => town.start(box)))
        }
        await goesOn(town)
      }),
  }
}

/** The power goes at all stewards at one moment, under load; each goes on from its disk as it was. */
export function powerCutTrial(cuts: number): Trial {
  return {
    name: `power cut of all ${STEWARDS} stewards at once, ${cuts} times`,
    plan: { stewards: STEWARDS, diskMegabytes: 64 },
    play: (town, counts) => powerCuts(town, { cuts, boxes: () => [0, 1, 2, 3] }, counts),
  }
}

/** The power goes at the one steward of a town that has no more. */
export function solePowerCutTrial(cuts: number): Trial {
  return {
    name: `power cut of the only steward, ${cuts} times`,
    plan: { stewards: 1, engine: 'single', diskMegabytes: 64 },
    play: (town, counts) => powerCuts(town, { cuts, boxes: () => [0] }, counts),
  }
}

/** The power goes at one steward of four. */
export function lonePowerCutTrial(cuts: number): Trial {
  return {
    name: `power cut of one steward of ${STEWARDS}, ${cuts} times`,
    plan: { stewards: STEWARDS, diskMegabytes: 64 },
    play: (town, counts) => powerCuts(town, { cuts, boxes: () => [randomInt(STEWARDS)] }, counts),
  }
}

async function powerCuts(
  town: Town,
  { cuts, boxes }: { readonly cuts: number; readonly boxes: () => readonly number[] },
  counts: Counts,
): Promise<void> {
  counts['powerCuts'] = 0
  await underLoad(town, async () => {
    await allBegun(town)
    while ((counts['powerCuts'] ?? 0) < cuts) {
      await goesOn(town, 20)
      await pause(randomInt(300))
      await town.powerCut(boxes())
      counts['powerCuts'] = (counts['powerCuts'] ?? 0) + 1
    }
    await goesOn(town)
  })
}

/** A partition: which groups, and whether one of them is still a quorum. */
interface Parting {
  readonly groups: readonly (readonly number[])[]
  readonly seconds: number
}

/** Silent cuts: packets between the groups are dropped, then no longer. */
export function partitionTrial(stewards: number, partings: readonly Parting[]): Trial {
  const told = partings.map(({ groups }) => groups.map((group) => group.length).join('/')).join(' and ')
  return {
    name: `partition ${told} of ${stewards} stewards, under load`,
    plan: { stewards },
    play: (town, counts) =>
      underLoad(town, async () => {
        counts['partitions'] = 0
        for (const parting of partings) {
          await goesOn(town)
          await parted(town, parting, counts)
          counts['partitions']++
        }
      }),
  }
}

async function parted(town: Town, { groups, seconds }: Parting, counts: Counts): Promise<void> {
  await town.network.part(groups)
  // What was on its way when the cut came may still become final.
  await pause(1_000)
  const before = await heightsOf(town)
  await pause(seconds * 1_000)
  const after = await heightsOf(town)
  for (const group of groups)
    for (const box of group) {
      const rose = (after.get(box) ?? 0) > (before.get(box) ?? 0)
      const isQuorum = group.length * 3 > town.boxes.size * 2
      const who = `box ${box}, ${group.length} of ${town.boxes.size}`
      if (rose && !isQuorum) town.broken.push(`${who}: went on`)
      if (isQuorum && !rose) town.late.push(`${who}: stood still for ${seconds} s`)
    }
  const healed = performance.now()
  await town.network.heal()
  const atCut = Math.max(...after.values())
  while ([...(await heightsOf(town)).values()].some((height) => height <= atCut)) {
    if (performance.now() - healed > 6 * HEALED_MS_MAX) break
    await pause(20)
  }
  const ms = performance.now() - healed
  counts['healedMsMost'] = Math.max(counts['healedMsMost'] ?? 0, Math.round(ms))
  if (ms > HEALED_MS_MAX)
    town.late.push(`after ${seconds} s apart it took ${Math.round(ms)} ms until all went on`)
}

/** CometBFT cannot go on when it dies within its very first block, which is block 3 here: nothing happens before. */
async function allBegun(town: Town): Promise<void> {
  await goesOn(town, 10)
  while ([...(await heightsOf(town)).values()].some((height) => height < BEGUN)) await pause(20)
}

async function heightsOf(town: Town): Promise<Map<number, number>> {
  const asked = [...town.boxes].map(async ([box, { link }]) => {
    const { height } = await link.ask('status', {})
    return [box, height] as const
  })
  return new Map(await Promise.all(asked))
}

/** Single payments with silence between them: nothing else makes a block that would carry them along. */
export function loneTrial(count: number): Trial {
  return {
    name: `${count} lone operations with pauses`,
    plan: { stewards: STEWARDS },
    play: async (town, counts) => {
      const never = new AbortController()
      const taken: number[] = []
      for (let i = 0; i < count; i++) {
        await pause(randomInt(120))
        const { ms } = await town.payments.pay(i % PAYERS, never.signal)
        taken.push(ms)
        if (ms > LONE_MS_MAX) town.late.push(`lone operation ${i} became final after ${Math.round(ms)} ms`)
      }
      counts['lone'] = count
      counts['p50Ms'] = Math.round(percentile(taken, 0.5))
      counts['p99Ms'] = Math.round(percentile(taken, 0.99))
      counts['mostMs'] = Math.round(Math.max(...taken))
    },
  }
}
