import { prova, seededKey } from '@tri/community/testing'
import { law } from '@tri/units/testing'
import { integer, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'

import { beaconBytes, beaconFrom, BEACON_MS_MAX, CLOCK_SKEW_MS_MAX } from '../../src/discovery/beacon.ts'
import { doorsOf } from '../../src/discovery/discovery.ts'
import { nearbyDoors, UNKNOWN_DOORS_MAX } from '../../src/discovery/nearby-doors.ts'

const CHAIN = 'tri-0123456789'
const NOW = 1_780_315_200_000
const salt = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)

function beacon(of: { name?: string; at?: number; until?: number; chain?: string; salt?: Uint8Array } = {}) {
  const at = of.at ?? NOW
  return beaconBytes(seededKey(of.name ?? 'door'), {
    chain: of.chain ?? CHAIN,
    salt: of.salt ?? salt,
    role: 'steward',
    port: 4610,
    addresses: ['[fd00::1]:4610'],
    at,
    until: of.until ?? at + 60_000,
  })
}

function tagIn(bytes: Uint8Array): string {
  const all = Buffer.from(bytes)
  return all.subarray(all.indexOf('tag') + 4, all.indexOf('tag') + 12).toString('hex')
}

describe('a beacon', () => {
  it('tells those who know the chain where a door is', () => {
    expect(beaconFrom(beacon(), CHAIN, NOW)).toEqual({
      role: 'steward',
      tls: seededKey('door').publicKey,
      port: 4610,
      addresses: ['[fd00::1]:4610'],
      at: NOW,
      until: NOW + 60_000,
    })
  })

  it('names its community to nobody else, and differently each time', () => {
    const text = Buffer.from(beacon()).toString('latin1')
    expect(text).not.toContain(CHAIN)
    expect(text).not.toContain(prova().community)
    expect(tagIn(beacon())).not.toBe(tagIn(beacon({ salt: new Uint8Array(8) })))
  })

  it('is short enough for any network', () => {
    expect(beacon().length).toBeLessThan(400)
  })

  it('does not count for another community, unsigned, or out of its time', () => {
    expect(beaconFrom(beacon(), 'tri-other', NOW)).toBe('other-community')
    const last = NOW + 60_000 + CLOCK_SKEW_MS_MAX
    expect(beaconFrom(beacon(), CHAIN, last - 1)).toMatchObject({ port: 4610 })
    expect(beaconFrom(beacon(), CHAIN, last)).toBe('out-of-time')
    expect(beaconFrom(beacon(), CHAIN, NOW - CLOCK_SKEW_MS_MAX - 1)).toBe('out-of-time')
    expect(beaconFrom(beacon({ until: NOW + BEACON_MS_MAX + 1 }), CHAIN, NOW)).toBe('out-of-time')
    expect(beaconFrom(new Uint8Array(2_000), CHAIN, NOW)).toBe('malformed')
    const signature = beacon()
    signature[signature.indexOf(0x58) + 5] = 0
    expect(['not-signed', 'malformed', 'other-community']).toContain(beaconFrom(signature, CHAIN, NOW))
  })

  law(
    'with a bit flipped never counts',
    tuple(integer({ min: 0, max: beacon().length - 1 }), integer({ min: 0, max: 7 })),
    ([at, bit]) => {
      const bytes = beacon()
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
      return typeof beaconFrom(bytes, CHAIN, NOW) === 'string'
    },
  )
})

describe('the doors nearby', () => {
  const known = seededKey('known').publicKey
  const nearby = (now = () => NOW) =>
    nearbyDoors({ chain: CHAIN, now, isSteward: (tls) => Buffer.from(tls).equals(known) })

  it('are where they were heard from as well', () => {
    const doors = nearby()
    doors.hear(beacon(), 'fe80::1%eth0')
    expect(doors.doors()).toMatchObject([
      {
        addresses: [
          { host: 'fd00::1', port: 4610 },
          { host: 'fe80::1%eth0', port: 4610 },
        ],
      },
    ])
  })

  it('do not move for a beacon that somebody recorded and sends again', () => {
    const doors = nearby()
    expect(doors.hear(beacon({ at: NOW }), 'fe80::1%eth0')).toBeUndefined()
    expect(doors.hear(beacon({ at: NOW - 1 }), 'fe80::2%eth0')).toBe('replayed')
    expect(doors.hear(beacon({ at: NOW }), 'fe80::2%eth0')).toBe('replayed')
    expect(doors.doors()[0]?.addresses[1]?.host).toBe('fe80::1%eth0')
  })

  it('are few, whatever keys somebody makes up, and a steward stays among them, first', () => {
    const doors = nearby()
    doors.hear(beacon({ name: 'known' }))
    for (let i = 0; i < 100; i++) doors.hear(beacon({ name: `made-up-${i}` }))
    expect(doors.doors()).toHaveLength(UNKNOWN_DOORS_MAX + 1)
    expect(doors.doors()[0]?.tls).toEqual(known)
  })

  it('are forgotten once they are silent', () => {
    let now = NOW
    const doors = nearby(() => now)
    doors.hear(beacon())
    now += 60_000 + CLOCK_SKEW_MS_MAX
    expect(doors.doors()).toEqual([])
  })

  it('are called only where the key is a known steward’s, at each address once', () => {
    const heard = [
      { tls: known, addresses: [{ host: 'fe80::1%eth0', port: 1 }] },
      { tls: seededKey('made-up').publicKey, addresses: [{ host: 'fe80::2%eth0', port: 1 }] },
    ]
    const stewards = [{ tls: known, addresses: ['[fe80::1%eth0]:1', '[fd00::9]:4610', 'no address'] }]
    expect(doorsOf(stewards, heard).map(({ host }) => host)).toEqual(['fe80::1%eth0', 'fd00::9'])
  })
})
