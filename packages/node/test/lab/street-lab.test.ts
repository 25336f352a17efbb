import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { epochMs, type EpochMs } from '@tri/units'
import { afterAll, describe, expect, test } from 'vitest'

import { openStreetLab, playStreetFault, type StreetOptions } from '../../src/lab/street-lab.ts'
import { borgoSole } from '../demo/borgo-sole-book.ts'

const scratch = await mkdtemp(join(tmpdir(), 'tri-street-test-'))
afterAll(() => rm(scratch, { recursive: true }))

const AT = epochMs(1_780_315_200_000)

/** A street that stands still until its clock is moved. */
function quiet(name: string, more: Partial<StreetOptions> = {}) {
  let now: EpochMs = AT
  const open = async () =>
    await openStreetLab({
      pack: await borgoSole(),
      folder: join(scratch, name),
      homes: 3,
      seed: 7,
      speed: 1,
      hasSerial: false,
      now: () => now,
      wait: (_ms, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
      ...more,
    })
  const goOn = (ms: number) => {
    now = epochMs(now + ms)
  }
  return { open, goOn, folder: join(scratch, name) }
}

async function facesOf(name: string, seed: number) {
  await using street = await quiet(name, { seed, homes: 9 }).open()
  return street.devices.map(({ device, template }) => [device, template, street.faceOf(device)])
}

describe('a street that cannot be', () => {
  test.each([0, 43, 1.5])('%s homes are not in Borgo Sole', async (homes) => {
    await expect(quiet('size', { homes }).open()).rejects.toMatchObject({ code: 'street-size-unusable' })
  })

  test('at a speed that the clock does not know', async () => {
    await expect(quiet('speed', { speed: 2 }).open()).rejects.toMatchObject({ code: 'speed-unusable' })
  })

  test('in a folder with something else in it, which is left alone', async () => {
    const { open, folder } = quiet('own')
    await mkdir(folder)
    await writeFile(join(folder, 'street.json'), 'mine')
    await expect(open()).rejects.toMatchObject({ code: 'lab-folder-in-use' })
    expect(await readdir(folder)).toEqual(['street.json'])
  })

  test('and a fault needs one that runs', async () => {
    await expect(playStreetFault(join(scratch, 'nowhere'), 'home-1', 'silence')).rejects.toMatchObject({
      code: 'street-not-running',
    })
  })
})

describe('a street of virtual meters', () => {
  test('has the same homes with the same meters for the same seed, and others for another', async () => {
    const first = await facesOf('first', 7)
    expect(await facesOf('again', 7)).toEqual(first)
    expect(await facesOf('other', 8)).not.toEqual(first)
  })

  test('has every way of reaching a meter in nine homes', async () => {
    await using street = await quiet('mix', { homes: 9 }).open()
    const meters = street.devices.filter(({ home, device }) => home === device)
    expect(new Set(meters.map(({ template }) => template))).toEqual(
      new Set(['p1', 'sml', 'han', 'sunspec-meter', 'tasmota-meter', 'homewizard-p1', 'shelly-3em']),
    )
    expect(street.hasSerial).toBe(false)
    expect(street.places.serial).toEqual([])
  })

  test('counts as the year does, as fast as it is asked to', async () => {
    const { open, goOn } = quiet('speed-60', { speed: 60 })
    await using street = await open()
    const [before] = street.devices.map(({ device }) => street.faceOf(device))
    goOn(15_000)
    const [after] = street.devices.map(({ device }) => street.faceOf(device))
    expect(after!.at - before!.at).toBe(15_000)
    // A quarter hour of the year at one power.
    const countedWh = after!.importWh - before!.importWh - (after!.exportWh - before!.exportWh)
    expect(Math.abs(countedWh - before!.powerW / 4)).toBeLessThanOrEqual(1)
  })

  test('suffers a fault in one home until it is mended, and leaves nothing behind', async () => {
    const { open, folder } = quiet('faults')
    await using street = await open()
    const powers = () => street.devices.map(({ device }) => street.faceOf(device).powerW)
    const before = powers()
    await playStreetFault(folder, 'home-2', 'reversed')
    const turned = street.devices.map(({ device }, i) => (device === 'home-2' ? 0 - before[i]! : before[i]))
    expect(powers()).toEqual(turned)
    await playStreetFault(folder, 'home-2', 'mended')
    expect(powers()).toEqual(before)
    await expect(playStreetFault(folder, 'home-9', 'silence')).rejects.toMatchObject({
      code: 'street-home-unknown',
    })
    await street[Symbol.asyncDispose]()
    expect(await readdir(scratch)).not.toContain('faults')
  })
})
