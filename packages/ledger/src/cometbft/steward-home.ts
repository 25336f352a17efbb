import { stewardIdentity, type StewardSeeds } from './engine-home.ts'
import { bindHome } from './sign-guard.ts'
import type { StewardIdentity } from './steward-keys.ts'

/**
 * Makes the home of a steward's engine: its keys, readable by their owner only, bound to this box. A home that is there
 * already stays as it is.
 *
 * @param home  the folder; neither it nor a copy belongs into a backup
 * @param seeds keys handed in; made from the system's randomness when left out
 * @returns     what the other stewards are told
 * @throws Fault `steward-home-unreadable`
 */
export async function makeStewardHome(home: string, seeds?: StewardSeeds): Promise<StewardIdentity> {
  const identity = await stewardIdentity(home, seeds)
  await bindHome(home)
  return identity
}
