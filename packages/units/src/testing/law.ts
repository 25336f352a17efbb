import { assert, asyncProperty, type Arbitrary } from 'fast-check'
import { test } from 'vitest'

/** How often a law is tried, unless it says otherwise. */
const RUNS = 200

/** What a law may set for itself. */
export interface LawOptions {
  readonly runs?: number
}

/**
 * A test that something holds for every value of a kind.
 *
 * The seed comes from the title, so that a run can be repeated; `TRI_SEED=<number>` tries other values. A law that is
 * broken names its seed, the path to the smallest value found, and the value.
 *
 * @param title the law as a sentence
 * @param any   makes the values
 * @param holds false, or anything thrown, breaks the law
 */
export function law<T>(
  title: string,
  any: Arbitrary<T>,
  holds: (value: T) => boolean | void | Promise<boolean | void>,
  { runs = RUNS }: LawOptions = {},
): void {
  test(title, async () => {
    await assert(
      asyncProperty(any, async (value) => (await holds(value)) !== false),
      {
        numRuns: runs,
        seed: lawSeed(title, process.env['TRI_SEED']),
      },
    )
  })
}

/** The seed of a law: the number that was asked for, or one made from its title. */
export function lawSeed(title: string, asked?: string): number {
  if (asked !== undefined && /^-?\d+$/.test(asked)) return Number(asked) | 0
  let seed = 0
  for (const letter of title) seed = (Math.imul(seed, 31) + (letter.codePointAt(0) ?? 0)) | 0
  return seed
}
