import { must } from '@tri/units'
import { sha256 } from '@tri/units/crypto'

export const DEMO_SEED_MAX = 999_999_999
const DOMAIN = 'tri/demo/key/1'

/**
 * The 32 bytes from which a member's key is made **in the demo only**: anybody who knows the seed has every key, which is
 * what makes the same seed give the same signatures. A real household's key comes from its machine's randomness.
 *
 * @param seed a whole number from 0 to DEMO_SEED_MAX
 */
export function demoKeySeed(seed: number, member: string): Uint8Array {
  must(Number.isInteger(seed) && seed >= 0 && seed <= DEMO_SEED_MAX, 'a seed is a whole number', { seed })
  return sha256(new TextEncoder().encode(`${DOMAIN}\n${seed}\n${member}`))
}
