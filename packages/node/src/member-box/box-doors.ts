import {
  chainIdOf,
  doorsOf,
  genesisTextFrom,
  openDiscovery,
  type Discovery,
  type FollowerView,
  type KnownSteward,
  type PinnedDoor,
} from '@tri/ledger'
import { Fault } from '@tri/units'

import type { BoxFile } from './box-file.ts'

/** The doors at which a box knocks. */
export interface BoxDoors extends AsyncDisposable {
  /** Of stewards: proved to be, or named by the invitation. Only there anything of hers is handed in. */
  known(): PinnedDoor[]
  /** Where proofs may be asked for: where nobody is known yet, at whoever calls out to be a steward. */
  any(): PinnedDoor[]
}

/**
 * The doors of the stewards: from the book once it is proved, before that from the invitation, and on the local network from
 * what calls out.
 *
 * @param ways how they are looked for nearby; both when left out
 */
export async function boxDoors(
  file: Pick<BoxFile, 'genesis' | 'doors'>,
  view: () => FollowerView | undefined,
  ways?: readonly ('beacon' | 'name')[],
): Promise<BoxDoors> {
  const listed = file.doors.map(({ address, tls }): KnownSteward => ({ tls, addresses: [address] }))
  const stewards = (): readonly KnownSteward[] => {
    const proved = (view()?.stewards ?? []).filter(({ tls }) => tls.length > 0)
    return proved.length > 0 ? proved : listed
  }
  const discovery = await nearby(file.genesis, stewards, ways)
  const known = (): PinnedDoor[] => discovery?.doors() ?? doorsOf(stewards(), [])
  return {
    known,
    any: () => (stewards().length > 0 ? known() : (discovery?.claimed() ?? [])),
    [Symbol.asyncDispose]: async () => await discovery?.[Symbol.asyncDispose](),
  }
}

/** Undefined on a machine that gives no socket for beacons: then only addresses on record are left. */
async function nearby(
  genesis: string,
  stewards: () => readonly KnownSteward[],
  ways: readonly ('beacon' | 'name')[] | undefined,
): Promise<Discovery | undefined> {
  const text = genesisTextFrom(genesis)
  if (!text.ok) throw new Fault('genesis-text-malformed', text.refusal.details)
  const chain = chainIdOf(text.value.digest)
  try {
    return await openDiscovery({
      chain,
      now: () => Date.now(),
      stewards,
      ...(ways === undefined ? {} : { ways }),
    })
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'beacons-unusable') return undefined
    throw cause
  }
}
