import type { DeviceSettings } from '@tri/meters'
import { accept, refuse } from '@tri/units'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { DeviceDesk } from '../../src/devices/device-desk.ts'
import { openHouseholdDesk, type HouseholdDesk } from '../../src/devices/open-household.ts'
import { pageDesk } from '../../src/devices/page-desk.ts'
import { openStreet, type Street } from '../services/small-street.ts'

let street: Street
let household: HouseholdDesk
let desk: DeviceDesk
const closing = new AbortController()
const failures: unknown[] = []

const meter: DeviceSettings = {
  id: 'meter',
  template: 'p1',
  meter: 'm1',
  line: { over: 'serial', path: '/dev/tri-no-such-port' },
}

beforeAll(async () => {
  street = await openStreet('2026-04-02T08:00:00Z')
  household = await openHouseholdDesk(street.node, (cause) => void failures.push(cause))
  desk = pageDesk(street.node, household, closing.signal)
})
afterAll(async () => {
  closing.abort()
  await household[Symbol.asyncDispose]()
  await street[Symbol.asyncDispose]()
})

describe('the desk of a household’s devices', () => {
  it('is nobody’s while a node holds several members’ keys, and whose device was first afterwards', async () => {
    expect([desk.owner, desk.meters()]).toEqual([undefined, []])
    await household.add(meter, 'home-1')
    expect(desk.owner).toBe('home-1')
    expect(desk.meters()).toEqual([
      { id: 'm1', role: 'connection' },
      { id: 'm1-roof', role: 'production' },
    ])
  })

  it('refuses a second device of a name, another’s meter, and a line that the kind does not speak over', async () => {
    const line = { over: 'tcp', host: '127.0.0.1', port: 9 } as const
    expect(await desk.add(meter)).toEqual(refuse('device-exists'))
    expect(await desk.add({ ...meter, id: 'other', meter: 'm2' })).toEqual(refuse('meter-not-yours'))
    const inverter = { id: 'roof', template: 'sunspec-inverter', line } as const
    expect(await desk.add(inverter)).toEqual(refuse('line-not-for-template'))
    expect(await desk.test(inverter, closing.signal)).toEqual(refuse('line-not-for-template'))
    expect(await desk.remove('roof')).toEqual(refuse('device-unknown'))
  })

  it('does not look at a port that a device is read over, and not at nothing', async () => {
    const serial = ['/dev/tri-no-such-port']
    expect(await desk.startScan({ serial, hosts: [] })).toEqual(refuse('scan-nowhere'))
    expect(await desk.scanState()).toMatchObject({ is: 'idle', finds: [] })
  })

  it('adds, tells and forgets', async () => {
    const line = { over: 'tcp', host: '127.0.0.1', port: 9 } as const
    const added = await desk.add({ id: 'second', template: 'p1', line })
    expect(added).toMatchObject({ ok: true, value: { settings: { id: 'second' }, lastFrame: undefined } })
    expect(desk.reports().map(({ settings }) => settings.id)).toEqual(['meter', 'second'])
    expect(await desk.remove('second')).toEqual(accept(undefined))
    expect(desk.reports().map(({ settings }) => settings.id)).toEqual(['meter'])
    expect(failures).toEqual([])
  })
})
