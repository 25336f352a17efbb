import type { CommunityEvent, CommunityRefusal, KeyValue } from '@tri/community'
import type { Outcome } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import type { SignedBytes } from '../ordering.ts'
import { layerOn, type Change, type Layer } from './layer.ts'

/** What came of one operation. */
export type Applied = Outcome<readonly CommunityEvent[], CommunityRefusal>

/** An operation with what it is known by. */
export interface Marked {
  readonly signed: SignedBytes
  /** Hex SHA-256 of its bytes: the operation. */
  readonly digest: string
  /** Digest and signature: the same bytes under another signature are something else. */
  readonly mark: string
}

/** Gives an operation its marks. */
export function marked(signed: SignedBytes): Marked {
  const digest = hex(sha256(signed.bytes))
  return { signed, digest, mark: `${digest}.${hex(signed.signature)}` }
}

/** An operation that was applied on a trail, with what it wrote. */
interface Step {
  readonly mark: string
  readonly applied: Applied
  readonly changes: readonly Change[]
}

/**
 * Operations tried one after another on one state. The door, the proposal and the block try the same operations in the
 * same order most of the time: whoever comes later takes over what a trail already knows instead of applying again.
 */
export interface Trail {
  readonly base: KeyValue
  readonly layer: Layer
  readonly steps: Step[]
  /** Layers between this one and the base. */
  readonly depth: number
  /** Somebody holds on to what the trail is now: it goes on in a layer above. */
  isSealed: boolean
}

/** Layers that may lie on one another before they are copied into one. */
const DEPTH_MAX = 4

/** An empty trail; `preamble` is written before any operation. */
export function trailOn(base: KeyValue, preamble: readonly Change[] = []): Trail {
  const layer = layerOn(base)
  for (const change of preamble) layer.change(change)
  return { base, layer, steps: [], depth: 0, isSealed: false }
}

/** The trail to go on with: itself, or a layer above it when it is sealed. */
export function goingOn(trail: Trail): Trail {
  if (!trail.isSealed) return trail
  const { base, layer, steps, depth } = trail
  if (depth < DEPTH_MAX)
    return { base, layer: layerOn(layer), steps: [...steps], depth: depth + 1, isSealed: false }
  return prefixOf(trail, steps.length, [])
}

/** A new trail that has gone the first `count` steps of another. */
export function prefixOf(trail: Trail, count: number, preamble: readonly Change[]): Trail {
  const fresh = trailOn(trail.base, preamble)
  for (const step of trail.steps.slice(0, count)) take(fresh, step)
  return fresh
}

function take(trail: Trail, step: Step): void {
  for (const change of step.changes) trail.layer.change(change)
  trail.steps.push(step)
}

/** Applies an operation at the end of a trail. What is refused, or was applied before, leaves no step. */
export function tryOn(trail: Trail, mark: string, applyTo: (store: KeyValue) => Applied): Applied {
  const changes: Change[] = []
  const applied = applyTo({
    get: (key) => trail.layer.get(key),
    entries: (range) => trail.layer.entries(range),
    set(key, value) {
      changes.push([key, value])
      trail.layer.set(key, value)
    },
    delete(key) {
      changes.push([key, undefined])
      trail.layer.delete(key)
    },
  })
  if (changes.length > 0) trail.steps.push({ mark, applied, changes })
  return applied
}

/** Everything that a trail wrote, in key order. */
export function changesOf(trail: Trail, preamble: readonly Change[]): Change[] {
  if (trail.depth === 0) return [...trail.layer.changes()]
  const last = new Map<string, Uint8Array | undefined>(preamble)
  for (const { changes } of trail.steps) for (const [key, value] of changes) last.set(key, value)
  return [...last.keys()].sort().map((key) => [key, last.get(key)] as const)
}
