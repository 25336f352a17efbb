import type { Primitives } from './light-block.ts'

const LEAF = 0
const NODE = 1
const NODE_BYTES = 65
const DIGEST_BYTES = 32

/** What hashing a tree needs. */
export type Sha256 = Pick<Primitives, 'sha256'>

/** One step from a leaf towards the root. */
export interface PathStep {
  /** The sibling stands on the left. */
  readonly left: boolean
  readonly sibling: Uint8Array
}

/** The digest of a leaf over its parts, one after another; its prefix differs from a node's. */
export function leafOf({ sha256 }: Sha256, ...parts: readonly Uint8Array[]): Uint8Array {
  return sha256(joined(Uint8Array.of(LEAF), ...parts))
}

/** The digest of the node above two. */
export function nodeOf({ sha256 }: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(NODE_BYTES)
  bytes[0] = NODE
  bytes.set(left, 1)
  bytes.set(right, 1 + DIGEST_BYTES)
  return sha256(bytes)
}

/**
 * The root over leaf digests as in RFC 9162 section 2.1.1, the tree of the state and of CometBFT's headers alike. No
 * leaves give the digest of nothing.
 */
export function rootOf(primitives: Sha256, leaves: readonly Uint8Array[]): Uint8Array {
  let level = [...leaves]
  while (level.length > 1) level = levelAbove(primitives, level)
  return level[0] ?? primitives.sha256(new Uint8Array())
}

/** The root over the leaves of these items. */
export function rootOfItems(primitives: Sha256, items: readonly Uint8Array[]): Uint8Array {
  return rootOf(
    primitives,
    items.map((item) => leafOf(primitives, item)),
  )
}

/** The steps from leaf `index` up to the root. */
export function stepsFrom(primitives: Sha256, leaves: readonly Uint8Array[], index: number): PathStep[] {
  const steps: PathStep[] = []
  let level = [...leaves]
  for (let at = index; level.length > 1; at >>= 1) {
    const sibling = level[at ^ 1]
    if (sibling !== undefined) steps.push({ left: at % 2 === 1, sibling })
    level = levelAbove(primitives, level)
  }
  return steps
}

/** The digest one step above another. */
export function stepAbove(primitives: Sha256, digest: Uint8Array, { left, sibling }: PathStep): Uint8Array {
  return left ? nodeOf(primitives, sibling, digest) : nodeOf(primitives, digest, sibling)
}

/** The digest that a leaf and its steps lead to. */
export function rootAlong(primitives: Sha256, leaf: Uint8Array, steps: readonly PathStep[]): Uint8Array {
  return steps.reduce((digest, step) => stepAbove(primitives, digest, step), leaf)
}

/** Bytes one after another. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Whether two runs of bytes are the same; nothing here is secret, so it stops at the first difference. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

function levelAbove(primitives: Sha256, level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = []
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = level.slice(i, i + 2)
    if (left !== undefined) above.push(right === undefined ? left : nodeOf(primitives, left, right))
  }
  return above
}
