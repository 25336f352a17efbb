import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { law } from '@tri/units/testing'
import { array, constantFrom, float, option, record } from 'fast-check'
import { expect, test } from 'vitest'

import { adviceSentence } from '../../src/outwards/advice-sentence.ts'
import { privateness } from '../../src/outwards/address-rule.ts'
import { connectionShown } from '../../src/outwards/home-texts.ts'
import { outwardsPath, readOutwards, writeOutwards } from '../../src/outwards/outwards-file.ts'
import { reportOf, settingsOf } from './outwards-rig.ts'

const fresh = () => true

test('a meter that two devices read counts once, by the first', () => {
  const reports = [
    reportOf({ id: 'p1', meter: 'm1' }, { importWh: 1000, exportWh: 10, powerW: 300 }),
    reportOf({ id: 'clamp', template: 'shelly-3em', meter: 'm1' }, { importWh: 7, exportWh: 1, powerW: 310 }),
    reportOf({ id: 'other', template: 'sml', meter: 'm2' }, { importWh: 500, exportWh: 0, powerW: -50 }),
    reportOf({ id: 'unbound', template: 'sml' }, { importWh: 9, exportWh: 9, powerW: 9 }),
    reportOf({ id: 'roof', template: 'sunspec-inverter', meter: 'm3' }, { exportWh: 9, powerW: -9 }),
  ]
  expect(connectionShown(reports, fresh)).toEqual({ powerW: 250, importWh: 1500, exportWh: 10 })
  // The first one silent: the second still knows the power, and has no register that continues the first’s.
  const first = reports[0]
  const isFresh = (report: (typeof reports)[0]) => report !== first
  expect(connectionShown(reports, isFresh)).toEqual({ powerW: 260, importWh: 1500, exportWh: 10 })
})

test('two devices that each count one direction of a meter make it whole', () => {
  const reports = [
    reportOf({ id: 'in', meter: 'm1', counts: 'import' }, { importWh: 100 }),
    reportOf({ id: 'out', meter: 'm1', counts: 'export' }, { exportWh: 20, importWh: 5 }),
  ]
  expect(connectionShown(reports, fresh)).toEqual({ powerW: undefined, importWh: 100, exportWh: 20 })
})

law(
  'a register of the home is never the sum of a part of its meters',
  array(
    record({
      meter: constantFrom('m1', 'm2', 'm3'),
      importWh: option(float({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  (devices) => {
    const reports = devices.map(({ meter, importWh }, n) =>
      reportOf({ id: `d${n}`, meter }, importWh === undefined ? undefined : { importWh }),
    )
    const firsts = ['m1', 'm2', 'm3'].flatMap((meter) => devices.find((one) => one.meter === meter) ?? [])
    const { importWh } = connectionShown(reports, fresh)
    if (firsts.some((one) => one.importWh === undefined)) expect(importWh).toBeUndefined()
    else
      expect(importWh).toBeCloseTo(
        firsts.reduce((sum, one) => sum + (one.importWh ?? 0), 0),
        3,
      )
  },
  { runs: 100 },
)

test('an advice has a sentence in both languages, with its end where that is in sight', () => {
  const advice = { code: 'wait', because: 'spare-later', until: undefined } as const
  expect(adviceSentence(advice, 'it')).toBe(
    'Nel vicinato ora non c’è eccedenza, più tardi sì: aspetta se puoi.',
  )
  const at = reportOf({ id: 'a' }, {}).lastObservation?.takenAt
  if (at === undefined) throw new TypeError('no time')
  expect(adviceSentence({ ...advice, until: { at, wallTime: '11:15' } }, 'en')).toContain('wait until 11:15')
})

test('an address lies in the house, outside, or nowhere', () => {
  expect(
    [
      '127.9.9.9',
      '172.31.0.1',
      '172.32.0.1',
      '192.168.0.1',
      '100.64.0.1',
      '169.254.1.1',
      '239.0.0.1',
      '::1',
    ].map((one) => privateness(one)),
  ).toEqual(['private', 'private', 'public', 'private', 'public', 'never', 'never', 'private'])
  expect(
    ['[fd12::1]', 'fe80::1%eth0', '::', '2002:7f00:1::', '::ffff:7f00:1', '2a00::1', 'box.local'].map((one) =>
      privateness(one),
    ),
  ).toEqual(['private', 'never', 'never', 'never', 'private', 'public', 'name'])
})

test('the settings are kept for their owner alone, and a file that others may read is not used', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tri-outwards-'))
  try {
    expect(await readOutwards(folder)).toBeUndefined()
    const settings = settingsOf({ mqtt: { broker: 'mqtts://broker.example' } })
    await writeOutwards(folder, settings)
    expect(await readOutwards(folder)).toEqual(settings)
    chmodSync(outwardsPath(folder), 0o640)
    await expect(readOutwards(folder)).rejects.toMatchObject({ code: 'outwards-file-unusable' })
    chmodSync(outwardsPath(folder), 0o600)
    for (const text of ['{"version":1,"secret":"hush"', '{"version":2}', '{"version":1,"more":true}']) {
      writeFileSync(outwardsPath(folder), text)
      const failure = await readOutwards(folder).catch((cause: unknown) => cause)
      expect(failure).toMatchObject({ code: 'outwards-file-unusable' })
      expect(String(failure)).not.toContain('hush')
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
