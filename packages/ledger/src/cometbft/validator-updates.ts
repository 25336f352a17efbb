import type { CommunityEvent } from '@tri/community'
import { hex } from '@tri/units/crypto'

import type { Execution } from '../replica/replica.ts'
import type { ValidatorUpdate } from './abci-messages.ts'

/** Every steward's vote weighs the same. */
export const STEWARD_POWER = 1

/**
 * What a block changes about who signs: each new steward with her weight, each one who left with none. Empty when the
 * block changed nothing about it.
 *
 * @param before  the keys that signed before the block
 * @param results what the block's operations did
 */
export function validatorUpdates(
  before: readonly Uint8Array[],
  results: Execution['results'],
): ValidatorUpdate[] {
  const after = stewardsAfter(results)
  if (after === undefined) return []
  const old = new Set(before.map(hex))
  const kept = new Set(after.map(hex))
  return [
    ...after.filter((key) => !old.has(hex(key))).map((key) => update(key, STEWARD_POWER)),
    ...before.filter((key) => !kept.has(hex(key))).map((key) => update(key, 0)),
  ]
}

function stewardsAfter(results: Execution['results']): readonly Uint8Array[] | undefined {
  let after: readonly Uint8Array[] | undefined
  for (const result of results)
    if (result.ok) for (const event of result.value) after = stewardsIn(event) ?? after
  return after
}

function stewardsIn(event: CommunityEvent): readonly Uint8Array[] | undefined {
  return event.is === 'stewards-changed' ? event.stewards.map(({ key }) => key) : undefined
}

function update(ed25519: Uint8Array, power: number): ValidatorUpdate {
  return { publicKey: { ed25519 }, power }
}
