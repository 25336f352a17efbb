import { Fault, type FaultDetails } from './fault.ts'

/**
 * States what must be true; false is our own mistake, never bad input. It stays on in production.
 *
 * @throws Fault `must` with the promise that was broken; it is never caught on the way
 */
export function must(holds: boolean, promise: string, details: FaultDetails = {}): asserts holds {
  if (!holds) throw new Fault('must', { promise, ...details })
}

/** The value of a place that must be filled; an empty one is our own mistake. */
export function present<T>(value: T | undefined | null, promise: string): T {
  must(value !== undefined && value !== null, promise)
  return value
}
