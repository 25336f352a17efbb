import { hex } from '@tri/units/crypto'

import { addressFrom, type DoorAddress } from '../channel/address.ts'
import { beaconFrom, CLOCK_SKEW_MS_MAX, type Beacon, type BeaconFlaw } from './beacon.ts'

/** Doors of unknown keys kept at once: whoever makes up keys pushes out other made-up ones, never a steward. */
export const UNKNOWN_DOORS_MAX = 32

/** A door that somebody says is there. Whether it is a steward's is decided by its key, not by its word. */
export interface NearbyDoor {
  readonly tls: Uint8Array
  readonly role: Beacon['role']
  /** Those that were signed, then the one it was heard from. */
  readonly addresses: readonly DoorAddress[]
}

export interface NearbyPorts {
  readonly chain: string
  readonly now: () => number
  /** Whether a TLS key is known to be a steward's. */
  readonly isSteward: (tls: Uint8Array) => boolean
}

/** The doors heard of lately. */
export interface NearbyDoors {
  /** Takes what came from the network; tells why it does not count, if it does not. */
  hear(bytes: Uint8Array, from?: string): BeaconFlaw | 'replayed' | undefined
  /** Known stewards first, then those heard last. */
  doors(): NearbyDoor[]
}

/** Keeps the last beacon of each key. An older one of the same key, sent again by whoever recorded it, is dropped. */
export function nearbyDoors({ chain, now, isSteward }: NearbyPorts): NearbyDoors {
  const heard = new Map<string, { readonly beacon: Beacon; readonly from: DoorAddress | undefined }>()
  const forgetOld = (): void => {
    for (const [key, { beacon }] of heard) if (beacon.until + CLOCK_SKEW_MS_MAX <= now()) heard.delete(key)
    const unknown = [...heard].filter(([, { beacon }]) => !isSteward(beacon.tls))
    for (const [key] of unknown.slice(0, Math.max(0, unknown.length - UNKNOWN_DOORS_MAX))) heard.delete(key)
  }
  return {
    hear(bytes, from) {
      const beacon = beaconFrom(bytes, chain, now())
      if (typeof beacon === 'string') return beacon
      const key = hex(beacon.tls)
      const before = heard.get(key)
      if (before !== undefined && beacon.at <= before.beacon.at) return 'replayed'
      // Set anew at the end: the map's order is then who was heard last.
      heard.delete(key)
      heard.set(key, { beacon, from: from === undefined ? undefined : { host: from, port: beacon.port } })
      forgetOld()
      return undefined
    },
    doors() {
      forgetOld()
      const all = [...heard.values()].toReversed().map(({ beacon, from }) => ({
        tls: beacon.tls,
        role: beacon.role,
        addresses: [...beacon.addresses.map(addressFrom), from].filter((address) => address !== undefined),
      }))
      return all.toSorted((a, b) => Number(isSteward(b.tls)) - Number(isSteward(a.tls)))
    },
  }
}
