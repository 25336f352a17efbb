import { setTimeout as waitFor } from 'node:timers/promises'

const LOOK_MS = 2
const LOOKS_MAX = 5000

/** Resolves once something holds that another process or socket brings about; throws with `what` when it never does. */
export async function until(holds: () => boolean, what: () => string): Promise<void> {
  for (let look = 0; !holds(); look++) {
    if (look === LOOKS_MAX) throw new Error(`never came: ${what()}`)
    await waitFor(LOOK_MS)
  }
}
