import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { run } from './shell.ts'
import type { Town } from './town.ts'
import { goesOn, underLoad, type Trial } from './trial.ts'

const FULL = 1
const FULL_SECONDS = 4

/** One steward's disk fills up under load: the others go on, and with room again it catches up, with the same book. */
export function fullDiskTrial(): Trial {
  return {
    name: 'the disk of one steward of 4 is full',
    plan: { stewards: 4, diskMegabytes: 96 },
    play: (town, counts) =>
      underLoad(town, async () => {
        await goesOn(town, 10)
        const ballast = join(town.folderOf(FULL), 'ballast')
        await filled(ballast)
        const before = town.payments.acknowledged.length
        await pause(FULL_SECONDS * 1_000)
        counts['finalWhileFull'] = town.payments.acknowledged.length - before
        if (counts['finalWhileFull'] === 0) town.broken.push('a full disk at one steward stopped the others')
        counts['heightWhileFull'] = await heightOf(town)
        await rm(ballast)
        // An operator makes room and starts the box again.
        await town.kill(FULL)
        await town.start(FULL)
        await goesOn(town, 10)
      }),
  }
}

/** Takes every byte that is left, in ever smaller pieces. */
async function filled(ballast: string): Promise<void> {
  for (const size of ['1M', '64K', '4K'])
    await run('dd', 'if=/dev/zero', `of=${ballast}`, `bs=${size}`, 'oflag=append', 'conv=notrunc').catch(
      ignoreFull,
    )
}

function ignoreFull(error: unknown): void {
  if (!(error instanceof Error && error.message.includes('No space left'))) throw error
}

/** How far the box with the full disk came; it may not answer any more. */
async function heightOf(town: Town): Promise<number> {
  const status = await town.boxes
    .get(FULL)
    ?.link.ask('status', {})
    .catch(() => undefined)
  return status?.height ?? -1
}
