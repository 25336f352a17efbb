import { cp, mkdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

import { BoxFailed } from './box.ts'
import { trailLines } from './audit.ts'
import type { Town } from './town.ts'
import { goesOn, underLoad, type Counts, type Trial } from './trial.ts'

const EVIDENCE_MS = 60_000

/**
 * A steward's disk is copied and the copy started elsewhere. An honest copy must refuse to sign; a thief's signs without
 * asking, on the other side of a partition from its original: the double signer the engine must bear.
 */
export function thiefTrial(): Trial {
  return {
    name: 'a copied steward signs on the other side of a partition',
    plan: { stewards: 4 },
    play: async (town, counts) => {
      const copy = await town.network.grow()
      await underLoad(town, async () => {
        await goesOn(town, 10)
        await refusals(town, copy, counts)
        await stolen(town, copy, counts)
      })
      await town.kill(copy)
    },
  }
}

/** The three ways in which a copy finds out that it is one. */
async function refusals(town: Town, copy: number, counts: Counts): Promise<void> {
  // Copied while the original runs: its folder is another than the one its keys were bound to.
  await copied(town, copy)
  await mustRefuse(town, { copy, codes: ['steward-copied'], changes: {} }, counts)
  // The same with the binding forged: the others see the original at work.
  await mustRefuse(
    town,
    { copy, codes: ['steward-behind-itself', 'steward-alive-elsewhere'], changes: { isRemounted: true } },
    counts,
  )
  // A backup put back after the original has died: the others saw its key sign later.
  await town.kill(0)
  await goesOn(town)
  await mustRefuse(town, { copy, codes: ['steward-behind-itself'], changes: { isRemounted: true } }, counts)
  await town.start(0)
  await goesOn(town, 10)
}

interface Refusal {
  readonly copy: number
  readonly codes: readonly string[]
  readonly changes: object
}

async function mustRefuse(town: Town, { copy, codes, changes }: Refusal, counts: Counts): Promise<void> {
  try {
    await town.start(copy, { steward: 0, ...changes })
    town.broken.push(`a copied box started to sign instead of refusing with ${codes.join(' or ')}`)
    await town.kill(copy)
  } catch (error) {
    if (!(error instanceof BoxFailed)) throw error
    if (codes.includes(error.code)) counts['refusedToSign'] = (counts['refusedToSign'] ?? 0) + 1
    else
      town.broken.push(
        `a copied box refused with ${error.code} instead of ${codes.join(' or ')}: ${error.message}`,
      )
  }
}

/** {0, 1} on one side; {2, 3} and the copy of 0 on the other, which is three of four and goes on. */
async function stolen(town: Town, copy: number, counts: Counts): Promise<void> {
  await copied(town, copy)
  await town.network.part([
    [0, 1],
    [2, 3, copy],
  ])
  await town.start(copy, { steward: 0, isRemounted: true, isThief: true })
  await goesOn(town, 10)
  await pause(1_000)
  await town.network.heal()
  const until = performance.now() + EVIDENCE_MS
  while (evidenceIn(town) === 0 && performance.now() < until) await pause(200)
  counts['evidenceBlocks'] = evidenceIn(town)
  if (counts['evidenceBlocks'] === 0) town.broken.push('nobody recorded that a steward signed twice')
}

function evidenceIn(town: Town): number {
  return trailLines(town.trailOf(2)).filter(({ evidence }) => evidence > 0).length
}

/** A copy of steward 0's disk as it is now, taken while it runs. */
async function copied(town: Town, copy: number): Promise<void> {
  await mkdir(town.folderOf(copy), { recursive: true })
  const original = town.boxes.get(0)
  await original?.freeze()
  await cp(town.folderOf(0), town.folderOf(copy), { recursive: true, force: true })
  original?.thaw()
}
