import type { KeyValue } from '@tri/community'

import type { Change } from './layer.ts'
import { goingOn, prefixOf, trailOn, tryOn, type Applied, type Marked, type Trail } from './trail.ts'

/** A list of operations tried in order. */
export interface Tried {
  readonly operations: readonly Marked[]
  readonly trail: Trail
  readonly results: readonly Applied[]
}

/** What is being tried on the newest final state: at the door, in proposals and in blocks. */
export interface Trails {
  /** Tries one after those that were tried here since the last block. */
  check(operation: Marked): Applied
  /** Tries a list from the final state on. */
  run(operations: readonly Marked[]): Tried
  /** What a block writes before its first operation. */
  readonly preamble: readonly Change[]
}

/** Begins trails on a state. They are of no use once it has changed. */
export function trailsOn(
  state: KeyValue,
  preamble: readonly Change[],
  applyTo: (store: KeyValue, operation: Marked) => Applied,
): Trails {
  let door = trailOn(state, preamble)
  let tried = trailOn(state, preamble)
  /** The trail that has gone furthest along a list, and how far. */
  const nearest = (operations: readonly Marked[]): readonly [Trail, number] => {
    const [atDoor, before] = [shared(door, operations), shared(tried, operations)]
    return atDoor > before ? [door, atDoor] : [tried, before]
  }
  return {
    preamble,
    check(operation) {
      door = goingOn(door)
      return tryOn(door, operation.mark, (store) => applyTo(store, operation))
    },
    run(operations) {
      const [known, length] = nearest(operations)
      // A block goes on from here in a layer of its own: what is only proposed must not be seen at the door.
      known.isSealed = true
      let trail = known
      if (length < known.steps.length) trail = prefixOf(known, length, preamble)
      const results = trail.steps.map(({ applied }) => applied)
      for (const operation of operations.slice(length)) {
        trail = goingOn(trail)
        results.push(tryOn(trail, operation.mark, (store) => applyTo(store, operation)))
      }
      trail.isSealed = true
      tried = trail
      return { operations, trail, results }
    },
  }
}

/** Operations at the beginning of a list that are a trail's first steps. */
function shared({ steps }: Trail, operations: readonly Marked[]): number {
  let count = 0
  while (count < operations.length && steps[count]?.mark === operations[count]?.mark) count++
  return count
}
