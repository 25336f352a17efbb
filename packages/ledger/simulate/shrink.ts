import type { RunOptions } from './empty-world.ts'
import { simulate, type RunReport } from './simulation.ts'
import { TROUBLES, type Trouble } from './trouble.ts'

/** A broken run, cut down. */
export interface Shrunk {
  readonly report: RunReport
  /** Kinds of trouble without which the same rule still breaks. */
  readonly without: readonly Trouble[]
}

/**
 * Leaves out one kind of trouble after another while the same rule still breaks. A run stops at the step that broke the
 * rule, so what is left is also the shortest beginning that shows it.
 */
export function shrink(options: RunOptions): Shrunk {
  const without = new Set(options.without)
  let report = simulate({ ...options, without })
  for (const trouble of TROUBLES) {
    if (without.has(trouble)) continue
    const fewer = new Set([...without, trouble])
    const next = simulate({ ...options, without: fewer })
    if (next.broken?.invariant !== report.broken?.invariant) continue
    without.add(trouble)
    report = next
  }
  return { report, without: [...without] }
}
