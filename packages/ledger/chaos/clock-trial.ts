import { trailLines } from './audit.ts'
import type { Town } from './town.ts'
import { goesOn, underLoad, type Counts, type Trial } from './trial.ts'

/** One clock that is an hour wrong is one faulty steward of four; the others are as wrong as clocks without a network get. */
const CLOCKS = ['1h', '-15s', '0s', '10s']
/** Between them the median of any three honest clocks and the wrong one lies. */
const HONEST_MS = 15_000 + 5_000
const FIRST_OF_THE_ENGINE = 4

/** Clocks that go wrong on the wall: the time of a block stays between those of the honest clocks, and rises. */
export function clockTrial(program: string): Trial {
  return {
    name: `clocks of 4 stewards at ${CLOCKS.join(', ')}`,
    plan: { stewards: CLOCKS.length, program, clocks: CLOCKS },
    play: async (town, counts) => {
      await underLoad(town, () => goesOn(town, 150))
      timesOf(town, counts)
    },
  }
}

function timesOf(town: Town, counts: Counts): void {
  const began = Date.now() - performance.now()
  let last = 0
  for (const { height, time } of trailLines(town.trailOf(2))) {
    if (time < last) town.broken.push(`block ${height} is older than the one before`)
    last = time
    // The first block of the engine bears the time of the founding, the next one the first time that was voted.
    if (height < FIRST_OF_THE_ENGINE) continue
    const isBetween = time > began - HONEST_MS && time < Date.now() + HONEST_MS
    if (!isBetween) town.broken.push(`block ${height} is dated ${new Date(time).toISOString()}`)
    counts['blocksDated'] = (counts['blocksDated'] ?? 0) + 1
  }
}
