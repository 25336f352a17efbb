import { existsSync, readFileSync } from 'node:fs'

import type { TrailLine } from './box-words.ts'
import type { Acknowledged } from './payments.ts'

/** What all boxes together wrote down, and what of it may not be. */
export interface Audit {
  readonly heights: number
  /** Lines compared: a height once for each box, and again whenever a box made it again after a crash. */
  readonly lines: number
  readonly operations: number
  /** Blocks with evidence of double signing. */
  readonly evidence: number
  readonly broken: readonly string[]
}

/** Goes through the trails of the boxes of one town, and through what its members were told is final. */
export function audit(trails: readonly string[], acknowledged: readonly Acknowledged[]): Audit {
  const broken: string[] = []
  const blocks = new Map<number, TrailLine>()
  let lines = 0
  let evidence = 0
  for (const [box, trail] of trails.entries())
    for (const line of trailLines(trail)) {
      lines++
      if (line.sum !== 0) broken.push(`box ${box}: the balances sum to ${line.sum} at height ${line.height}`)
      const known = blocks.get(line.height)
      if (known === undefined) blocks.set(line.height, line)
      else if (!isSame(known, line))
        broken.push(`box ${box}: another block is final at height ${line.height}`)
    }
  const heightOf = new Map<string, number>()
  for (const { height, operations, evidence: found } of blocks.values()) {
    evidence += found
    for (const digest of operations) {
      const before = heightOf.get(digest)
      if (before !== undefined) broken.push(`${digest} is final at ${before} and again at ${height}`)
      heightOf.set(digest, height)
    }
  }
  for (const { digest, height, box } of acknowledged)
    if (heightOf.get(digest) !== height)
      broken.push(
        `box ${box} said ${digest} is final at ${height}; the chain has it at ${heightOf.get(digest)}`,
      )
  return { heights: blocks.size, lines, operations: heightOf.size, evidence, broken }
}

/** The blocks a box wrote down. The last line may be half: the box was killed while it wrote. */
export function trailLines(path: string): TrailLine[] {
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  return text.split('\n').flatMap((line) => (line.endsWith('}') ? [JSON.parse(line)] : []))
}

function isSame(a: TrailLine, b: TrailLine): boolean {
  return a.root === b.root && a.time === b.time && a.operations.join() === b.operations.join()
}
