import { epochMs } from '@tri/units'

import type { Conflict } from './append.ts'
import type { Core } from './core.ts'
import { numberIn } from './store/vault-store.ts'

/** Conflicts of one answer. */
const CONFLICTS_MAX = 1_000

/** The instants of a meter at which two different things were said, the newest first. */
export function conflictsIn({ channels, store }: Core, meter: string): Conflict[] {
  return channels
    .all()
    .filter((channel) => channel.meter === meter)
    .flatMap(({ id, resolution }) =>
      store
        .all('SELECT at FROM conflicts WHERE channel = ? ORDER BY at DESC LIMIT ?', id, CONFLICTS_MAX)
        .map((row) => ({ meter, resolution, at: epochMs(numberIn(row, 'at')) })),
    )
}
