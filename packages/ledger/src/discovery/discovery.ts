import { randomBytes } from 'node:crypto'

import { hex, type KeyPair } from '@tri/units/crypto'

import { addressFrom, type DoorAddress } from '../channel/address.ts'
import type { PinnedDoor } from '../channel/door-link.ts'
import { BEACON_MS_MAX, beaconBytes, type Beacon } from './beacon.ts'
import { openBeaconStation, type Station } from './beacon-station.ts'
import type { LinkInterface } from './link-interfaces.ts'
import { openNameStation } from './name-station.ts'
import { nearbyDoors, type NearbyDoor } from './nearby-doors.ts'

const SALT_BYTES = 8
const NAME_BYTES = 6

/** A steward as her community knows her: by the key of her door and the addresses on record, if any. */
export interface KnownSteward {
  readonly tls: Uint8Array
  readonly addresses: readonly string[]
}

/** What finding stewards is made of. */
export interface DiscoveryPorts {
  readonly chain: string
  readonly now: () => number
  /** The stewards of now, from the verified set and from the owner's own list. Only these are ever called. */
  readonly stewards: () => readonly KnownSteward[]
  /** What this box calls out; absent for a box that only listens, as every member's does. */
  readonly announce?: {
    readonly key: KeyPair
    readonly beacon: () => Pick<Beacon, 'role' | 'port' | 'addresses'>
  }
  /** Ways of finding one another; both when left out. */
  readonly ways?: readonly DiscoveryWay[]
  readonly interfaces?: () => readonly LinkInterface[]
  readonly everyMs?: number
}

export type DiscoveryWay = 'beacon' | 'name'
const WAYS: readonly DiscoveryWay[] = ['beacon', 'name']

/** Finds the stewards' doors on the networks this box is in. */
export interface Discovery extends AsyncDisposable {
  /** The doors of known stewards: one entry an address, those heard nearby first, then those on record. */
  doors(): PinnedDoor[]
  /** Everybody heard who is no known steward: boxes that ask to become one, and stewards not known yet. */
  strangers(): NearbyDoor[]
  /**
   * Doors that say they are a steward's, where no steward is known yet. A new follower may ask there for proofs, which
   * are worth the same from anybody; nothing of hers is handed in before the door's key is proved to be a steward's.
   */
  claimed(): PinnedDoor[]
  /** Calls out and asks now. */
  callNow(): void
}

/**
 * Listens for stewards by beacon and by multicast DNS, and keeps the list on record. A door counts when its key is a
 * known steward's: whoever else calls out is never called, and so never told anything.
 */
export async function openDiscovery(ports: DiscoveryPorts): Promise<Discovery> {
  const { chain, now, stewards, announce, ways = WAYS, interfaces, everyMs } = ports
  const isSteward = (tls: Uint8Array): boolean => stewards().some((one) => hex(one.tls) === hex(tls))
  const nearby = nearbyDoors({ chain, now, isSteward })
  const beacon =
    announce === undefined
      ? undefined
      : (): Uint8Array =>
          beaconBytes(announce.key, {
            ...announce.beacon(),
            chain,
            salt: randomBytes(SALT_BYTES),
            at: now(),
            until: now() + BEACON_MS_MAX,
          })
  const station = {
    hear: (bytes: Uint8Array, from: string) => void nearby.hear(bytes, from),
    ...(beacon === undefined ? {} : { beacon }),
    ...(interfaces === undefined ? {} : { interfaces }),
    ...(everyMs === undefined ? {} : { everyMs }),
  }
  await using opening = new AsyncDisposableStack()
  const stations: Station[] = []
  if (ways.includes('beacon')) stations.push(opening.use(await openBeaconStation(station)))
  if (ways.includes('name')) {
    const name = randomBytes(NAME_BYTES).toString('hex')
    stations.push(opening.use(openNameStation({ ...station, name })))
  }
  const held = opening.move()
  return {
    doors: () => doorsOf(stewards(), nearby.doors()),
    strangers: () => nearby.doors().filter(({ tls }) => !isSteward(tls)),
    claimed: () =>
      stewards().length > 0
        ? []
        : nearby
            .doors()
            .filter(({ role }) => role === 'steward')
            .flatMap(({ tls, addresses }) => addresses.map((address) => ({ ...address, tls }))),
    callNow: () => {
      for (const one of stations) one.callNow()
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

/** Every address at which a known steward may be reached, each once. */
export function doorsOf(
  stewards: readonly KnownSteward[],
  heard: readonly Pick<NearbyDoor, 'tls' | 'addresses'>[],
): PinnedDoor[] {
  const doors = new Map<string, PinnedDoor>()
  const add = (tls: Uint8Array, { host, port }: DoorAddress): void => {
    const key = `${hex(tls)} ${host} ${port}`
    if (!doors.has(key)) doors.set(key, { host, port, tls })
  }
  const known = new Set(stewards.map(({ tls }) => hex(tls)))
  for (const { tls, addresses } of heard)
    if (known.has(hex(tls))) for (const address of addresses) add(tls, address)
  for (const { tls, addresses } of stewards)
    for (const address of addresses.map(addressFrom)) if (address !== undefined) add(tls, address)
  return [...doors.values()]
}
