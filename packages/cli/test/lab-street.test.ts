import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openStreetLab, type StreetLab } from '@tri/node'
import { realPause } from '@tri/meters/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { documentOf, tri } from './listening-terminal.ts'

const scratch = await mkdtemp(join(tmpdir(), 'tri-street-'))
afterAll(() => rm(scratch, { recursive: true }))
const at = (name: string): string => join(scratch, name)

/** Telegrams come ten times as often, so that a short search hears each device. */
const tenth = (ms: number, signal: AbortSignal) => realPause(ms / 10, signal).catch(() => undefined)

const named = (devices: unknown) =>
  (devices as StreetLab['devices']).map(({ home, device, template }) => [home, device, template])

interface Found {
  readonly on: string
  readonly template: string
  readonly seen: { readonly importWh?: number; readonly exportWh?: number; readonly powerW?: number }
}

describe('tri lab street', { timeout: 60_000 }, () => {
  test('starts the homes, tells where each is found, and leaves nothing behind', async () => {
    const { exit, out, err } = await tri(['lab', 'street', '--homes', '5', '--data', at('told')], {
      stopsAtAnswer: true,
    })
    // Whoever presses Ctrl-C ends it: 130.
    expect(exit).toBe(130)
    expect(out).toMatch(/^home {2}.*device .*speaks .*where$/m)
    for (let home = 1; home <= 5; home++) expect(out).toContain(`home-${home} `)
    expect(out).toMatch(/tri device scan .*--host 127\.0\.0\.1:\d+ .*--broker mqtt:\/\/127\.0\.0\.1:\d+/)
    expect(err).toMatch(/^starting the meters of 5 homes/)
    expect(await readdir(scratch)).not.toContain('told')
  })

  test('takes no fault that it does not know, and none while no street runs', async () => {
    for (const fault of ['home-1', 'home-1:fire', ':reset'])
      expect((await tri(['lab', 'street', '--fault', fault, '--data', at('none')])).exit).toBe(2)
    const { exit, err } = await tri(['lab', 'street', '--fault', 'home-1:reset', '--data', at('none')])
    expect(exit).not.toBe(0)
    expect(err).toContain('tri lab street --homes 20')
  })
})

describe('tri device scan in a street of five homes', { timeout: 60_000 }, () => {
  let street: StreetLab
  beforeAll(async () => {
    street = await openStreetLab({ folder: at('street'), homes: 5, seed: 8, speed: 1, wait: tenth })
  })
  afterAll(() => street[Symbol.asyncDispose]())

  const scan = async (seconds: number): Promise<Found[]> => {
    const { serial, hosts, broker } = street.places
    const ports = serial.length === 0 ? [] : ['--serial', ...serial]
    const places = [...ports, '--host', ...hosts, '--broker', broker]
    const words = ['device', 'scan', ...places, '--seconds', String(seconds), '--json', '--data', at('own')]
    return documentOf(await tri(words))['found'] as Found[]
  }

  test('finds each device, with what its home shows', async () => {
    const before = new Map(street.devices.map(({ device }) => [device, street.faceOf(device)]))
    let found = await scan(1)
    // A machine that is busy gets another, longer look.
    if (found.length < street.devices.length) found = await scan(5)
    for (const { device, template, on } of street.devices) {
      const one = found.find((seen) => seen.on.startsWith(on))
      expect(one, device).toMatchObject({ template, seen: { powerW: before.get(device)!.powerW } })
      const after = street.faceOf(device)
      for (const register of ['importWh', 'exportWh'] as const) {
        const seen = one!.seen[register]
        // An inverter counts what it gives, and nothing else.
        if (seen === undefined) expect([template, register]).toEqual(['sunspec-inverter', 'importWh'])
        else {
          expect(seen, device).toBeGreaterThanOrEqual(before.get(device)![register])
          expect(seen, device).toBeLessThanOrEqual(after[register])
        }
      }
    }
    expect(found).toHaveLength(street.devices.length)
  })

  test('has the homes and meters that the command starts for the same seed', async () => {
    const words = ['lab', 'street', '--homes', '5', '--seed', '8', '--json', '--data', at('json')]
    const { devices, places } = documentOf(await tri(words, { stopsAtAnswer: true }))
    expect(named(devices)).toEqual(named(street.devices))
    expect(places).toMatchObject({ hosts: expect.any(Array), broker: expect.any(String) })
  })

  test('and its file names the same places', async () => {
    const mark = JSON.parse(await readFile(at('street/street.json'), 'utf8')) as object
    expect(mark).toMatchObject({ format: 'tri/street/1', devices: street.devices, places: street.places })
  })
})
