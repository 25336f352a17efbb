import { APPEND_ENTRIES_MAX, type Appended } from './append.ts'
import type { VaultEntry } from './entry.ts'

interface Waiting {
  readonly entries: readonly VaultEntry[]
  readonly resolve: (appended: Appended) => void
  readonly reject: (fault: unknown) => void
}

/**
 * Lets many devices share one wait for the disk: what is put within one pause is given to the vault in one call. Each promise
 * is kept when its entries are on the disk, and tells what became of all that went with them.
 *
 * @param vault where they are kept
 * @param soon  runs something after a pause, such as 200 ms: the longest that an acknowledgement may wait
 * @returns     puts entries; rejects with the fault of `append`, and what others put does not suffer from it
 */
export function gatherAppends(
  vault: { append(entries: readonly VaultEntry[]): Appended },
  soon: (run: () => void) => void,
): (entries: readonly VaultEntry[]) => Promise<Appended> {
  let waiting: Waiting[] = []
  let count = 0
  const flush = (): void => {
    const together = waiting
    waiting = []
    count = 0
    if (together.length > 0) appendTogether(vault, together)
  }
  return (entries) =>
    new Promise((resolve, reject) => {
      if (count + entries.length > APPEND_ENTRIES_MAX) flush()
      if (waiting.length === 0) soon(flush)
      waiting.push({ entries, resolve, reject })
      count += entries.length
    })
}

function appendTogether(
  vault: { append(entries: readonly VaultEntry[]): Appended },
  together: readonly Waiting[],
): void {
  try {
    const appended = vault.append(together.flatMap(({ entries }) => entries))
    for (const { resolve } of together) resolve(appended)
  } catch (fault) {
    const [first, ...others] = together
    if (first === undefined) return
    if (others.length === 0) first.reject(fault)
    // One device’s nonsense must not cost the others their readings: then each is given alone.
    else for (const one of together) appendTogether(vault, [one])
  }
}
