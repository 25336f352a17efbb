import { present } from '@tri/units'
import { hex } from '@tri/units/crypto'

import { fieldsIn } from './bytes.ts'
import type { Marked } from './trail.ts'

/**
 * The list with each key's operations in the order of their nonces, in the places that the key's operations had: where
 * they came in another order, those that came early would otherwise make the others too late.
 */
export function inNonceOrder(operations: readonly Marked[]): Marked[] {
  if (operations.length < 2) return [...operations]
  const places = new Map<
    string,
    { readonly at: number[]; readonly of: { nonce: number; operation: Marked }[] }
  >()
  for (const [i, operation] of operations.entries()) {
    const { key, nonce } = senderOf(operation)
    const sent = places.get(key) ?? { at: [], of: [] }
    sent.at.push(i)
    sent.of.push({ nonce, operation })
    places.set(key, sent)
  }
  const ordered = [...operations]
  for (const { at, of } of places.values()) {
    const sorted = of.toSorted((a, b) => a.nonce - b.nonce)
    for (const [i, place] of at.entries())
      ordered[place] = present(sorted[i], 'one operation a place').operation
  }
  return ordered
}

/** Whose operation it is, and its nonce; what cannot be read is of nobody, and stays where it is. */
function senderOf({ signed, mark }: Marked): { readonly key: string; readonly nonce: number } {
  const { key, nonce } = fieldsIn(signed.bytes)
  return key instanceof Uint8Array && typeof nonce === 'number'
    ? { key: hex(key), nonce }
    : { key: mark, nonce: 0 }
}
