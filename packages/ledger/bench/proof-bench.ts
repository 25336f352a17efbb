import { must, present } from '@tri/units'

import { nodePrimitives, proofOf, verifyProof } from '../src/index.ts'
import { FOUR, lived, OTHER_SEVEN, SEVEN, stewardTown } from '../src/testing/steward-town.ts'

/** Sizes and times of proofs, on one core. */
export interface ProofFigures {
  readonly accounts: number
  /** One change of the stewards, from one to seven. */
  readonly balance: ProofFigure
  /** Three changes: from one to four, to seven, to seven others. */
  readonly throughThree: ProofFigure
}

export interface ProofFigure {
  readonly bytes: number
  /** Median. */
  readonly verifyMs: number
  readonly makeMs: number
}

const WARM_RUNS = 30

/**
 * Measures the proof of one balance among a town's accounts, seven stewards at the end.
 *
 * @param runs verifications that are timed
 */
export async function proofFigures(homes: number, runs: number): Promise<ProofFigures> {
  return {
    accounts: homes + 2,
    balance: await figureOf(homes, runs, [SEVEN]),
    throughThree: await figureOf(homes, runs, [FOUR, SEVEN, OTHER_SEVEN]),
  }
}

async function figureOf(
  homes: number,
  runs: number,
  sets: readonly (readonly string[])[],
): Promise<ProofFigure> {
  const town = lived(stewardTown(homes), ...sets)
  const key = `account/home-${Math.ceil(homes / 2)}`
  const from = performance.now()
  const bytes = present(await proofOf(town.source, key), 'the account is in the book')
  const makeMs = performance.now() - from
  const times = Array.from({ length: WARM_RUNS + runs }, () => {
    const start = performance.now()
    const outcome = verifyProof(bytes, town.text, nodePrimitives)
    must(outcome.ok, 'a proof that was just made is believed')
    return performance.now() - start
  }).slice(WARM_RUNS)
  const verifyMs = times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN
  return { bytes: bytes.length, verifyMs, makeMs }
}
