import { accept, type Canonical, type Outcome } from '@tri/units'

import { bytesOf, listOf, row, truth, type Part } from '../chain/canonical-shape.ts'
import { sameBytes, stepAbove, type PathStep, type Sha256 } from '../chain/merkle.ts'
import { flaw, type Flaw } from '../chain/trust.ts'

/**
 * A way up a tree as a proof carries it. Leaf and steps are marked with the first bytes of the digest that they should
 * come to: nothing is proved by a mark, but a damaged proof can name the step that is wrong.
 */
export interface MarkedPath {
  readonly mark: Uint8Array
  readonly steps: readonly MarkedStep[]
}

/** A step with the mark of the digest above it. */
export interface MarkedStep extends PathStep {
  readonly mark: Uint8Array
}

/** A taller tree no community has. */
const STEPS_MAX = 40
const MARK_BYTES = 2
const markPart = bytesOf(MARK_BYTES)
const stepPart = row(['left', 'sibling', 'mark'], truth, bytesOf(32), markPart)
const pathRow = row(['mark', 'step'], markPart, listOf(stepPart, STEPS_MAX))

/** Reads a path out of a proof. */
export const pathPart: Part<MarkedPath> = (value, place) => {
  const [mark, steps] = pathRow(value, place)
  return { mark, steps: steps.map(([left, sibling, above]) => ({ left, sibling, mark: above })) }
}

/** A path as a value of canonical bytes. */
export function pathValue({ mark, steps }: MarkedPath): Canonical {
  return [mark, steps.map((step) => [step.left, step.sibling, step.mark])]
}

/** A path with its marks, and the root it leads to. */
export function marked(
  primitives: Sha256,
  leaf: Uint8Array,
  along: readonly PathStep[],
): { readonly path: MarkedPath; readonly root: Uint8Array } {
  const steps: MarkedStep[] = []
  let root = leaf
  for (const step of along) {
    root = stepAbove(primitives, root, step)
    steps.push({ ...step, mark: markOf(root) })
  }
  return { path: { mark: markOf(leaf), steps }, root }
}

/** What is climbed: from where, and how its places are called. */
export interface Climb {
  readonly steps: readonly MarkedStep[]
  /** Of the leaf, with the place to name when it does not fit; absent where another climb came to it. */
  readonly leaf?: { readonly mark: Uint8Array; readonly at: string }
  /** The place of the path. */
  readonly at: string
  /** The number of the first step. */
  readonly first?: number
}

/** The root that a leaf's steps lead to, or the first part whose mark does not fit. */
export function climbed(
  primitives: Sha256,
  from: Uint8Array,
  { steps, leaf, at, first = 0 }: Climb,
): Outcome<Uint8Array, Flaw> {
  if (leaf !== undefined && !sameBytes(markOf(from), leaf.mark)) return flaw('root-differs', leaf.at)
  let digest = from
  for (const [i, step] of steps.entries()) {
    digest = stepAbove(primitives, digest, step)
    if (!sameBytes(markOf(digest), step.mark)) return flaw('root-differs', `${at}.step[${first + i}]`)
  }
  return accept(digest)
}

function markOf(digest: Uint8Array): Uint8Array {
  return Uint8Array.from(digest.subarray(0, MARK_BYTES))
}
