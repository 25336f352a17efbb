import type { Outcome } from '@tri/units'

import { leafOf, type PathStep, type Sha256 } from '../chain/merkle.ts'
import { flaw, type Flaw } from '../chain/trust.ts'
import { climbed, marked, type MarkedPath } from './marked-path.ts'

/** The families whose records a proof can show, with the sides of the siblings between each and the state root. */
const SIDES = {
  accounts: [false, false, false],
  members: [true, false, false],
  records: [false, true, false],
} as const satisfies Readonly<Record<string, readonly boolean[]>>

/** A family of records under the state root. */
export type ProvedFamily = keyof typeof SIDES

/** Steps between a family's leaf and the state root. */
const FAMILY_STEPS = 3
const ZERO = Uint8Array.of(0)
const ONE = Uint8Array.of(1)
/** Bytes of what blinds a leaf: nobody tries so many. */
export const SALT_BYTES = 16

/** A record as its leaf is over it. */
export interface LeafRecord {
  readonly key: string
  readonly value: Uint8Array
  /** What blinds the leaf, 16 bytes; absent in books from before leaves were blinded. */
  readonly salt?: Uint8Array
}

/** A record, and the family it is filed under. */
export interface Located extends LeafRecord {
  readonly family: ProvedFamily
}

/** The leaf of a record: its key, the byte 1, its salt and its value; without a salt its key, a zero byte and its value. */
export function recordLeafOf(primitives: Sha256, { key, value, salt }: LeafRecord): Uint8Array {
  return salt === undefined
    ? leafOf(primitives, utf8(key), ZERO, value)
    : leafOf(primitives, utf8(key), ONE, salt, value)
}

/** The leaf of a family: its name, a zero byte, the root over its records. */
export function familyLeafOf(primitives: Sha256, family: ProvedFamily, root: Uint8Array): Uint8Array {
  return leafOf(primitives, utf8(family), ZERO, root)
}

/** A record's way to the state root, with its marks: the steps to its family's root, then those above its family. */
export function statePath(
  primitives: Sha256,
  located: Located,
  { steps, familySteps }: { readonly steps: readonly PathStep[]; readonly familySteps: readonly PathStep[] },
): MarkedPath {
  const within = marked(primitives, recordLeafOf(primitives, located), steps)
  const above = marked(primitives, familyLeafOf(primitives, located.family, within.root), familySteps)
  return { mark: within.path.mark, steps: [...within.path.steps, ...above.path.steps] }
}

/**
 * The state root that a record's path leads to.
 *
 * @returns the root, or the first part that does not fit: `leaf`, `path.step[i]`
 */
export function stateRootAlong(
  primitives: Sha256,
  located: Located,
  { mark, steps }: MarkedPath,
): Outcome<Uint8Array, Flaw> {
  const { family } = located
  const within = steps.length - FAMILY_STEPS
  if (within < 0) return flaw('root-differs', 'path')
  const wrong = SIDES[family].findIndex((left, i) => steps[within + i]?.left !== left)
  if (wrong >= 0) return flaw('root-differs', `path.step[${within + wrong}]`)
  const leaf = recordLeafOf(primitives, located)
  const below = { steps: steps.slice(0, within), leaf: { mark, at: 'leaf' }, at: 'path' }
  const root = climbed(primitives, leaf, below)
  if (!root.ok) return root
  const above = { steps: steps.slice(within), at: 'path', first: within }
  return climbed(primitives, familyLeafOf(primitives, family, root.value), above)
}

/** The state root above a whole family, of which the root is known; `siblings` as a path has them above the family. */
export function stateRootOver(
  primitives: Sha256,
  family: ProvedFamily,
  familyRoot: Uint8Array,
  siblings: readonly Uint8Array[],
): Uint8Array {
  const steps = SIDES[family].flatMap((left, i) => {
    const sibling = siblings[i]
    return sibling === undefined ? [] : [{ left, sibling }]
  })
  return marked(primitives, familyLeafOf(primitives, family, familyRoot), steps).root
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
