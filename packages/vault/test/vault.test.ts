import { epochMs, type Watt, type WattHour } from '@tri/units'
import { law } from '@tri/units/testing'
import { array, constantFrom, integer, record, shuffledSubarray, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { present } from '@tri/units'

import { APPEND_ENTRIES_MAX, type Vault, type VaultEntry } from '../src/index.ts'
import { seededVault } from '../src/testing/index.ts'
import {
  anyMeterTaken,
  anyTaken,
  DAY,
  HOUSEHOLD,
  MAY,
  metered,
  range,
  reading,
  seconds,
  type Taken,
} from './entries.ts'

function rows(vault: Vault, from = 0, until = DAY) {
  const seen = vault.view({ ...HOUSEHOLD, grain: 'second', ...range(from, until) })
  if (!seen.ok) throw new Error(seen.refusal)
  expect(seen.value.damaged).toEqual([])
  return seen.value.rows
}

function sums(vault: Vault, grain: 'day' | 'month' = 'day', until = DAY) {
  const seen = vault.view({ ...HOUSEHOLD, grain, ...range(0, until) })
  if (!seen.ok) throw new Error(seen.refusal)
  return seen.value.rows
}

/** Each instant once: the first that was said of it. */
function once(taken: readonly Taken[]): Taken[] {
  return [...new Map(taken.toReversed().map((one) => [one.at, one])).values()].toSorted((a, b) => a.at - b.at)
}

function shown({ at, powerW = null, importWh = null, exportWh = null, quality }: Taken) {
  return { at: MAY + at, powerW, importRegisterWh: importWh, exportRegisterWh: exportWh, quality }
}

const manyReadings = array(anyTaken, { maxLength: 60 })
const meterReadings = array(anyMeterTaken, { maxLength: 60 })

describe('what is kept', () => {
  law(
    'any readings come back as they were given, before and after a restart',
    manyReadings,
    (taken) => {
      using kept = seededVault('round trip')
      const expected = once(taken)
      kept.vault.append([reading({ at: DAY }), ...expected.map(reading)])
      expect(rows(kept.vault)).toEqual(expected.map(shown))
      expect(rows(kept.reopened())).toEqual(expected.map(shown))
    },
    { runs: 25 },
  )

  law(
    'order, repetition and the cutting into parts do not matter',
    meterReadings.chain((taken) =>
      tuple(
        constantFrom(once(taken)),
        shuffledSubarray(once(taken), { minLength: once(taken).length }),
        integer({ min: 1, max: 9 }),
      ),
    ),
    ([sorted, shuffled, part]) => {
      using one = seededVault('in order')
      using other = seededVault('in disorder')
      one.vault.append(sorted.map(reading))
      for (let i = 0; i < shuffled.length; i += part) {
        const some = shuffled.slice(i, i + part).map(reading)
        other.vault.append(some)
        expect(other.vault.append(some)).toMatchObject({ stored: 0, known: some.length })
      }
      if (sorted.length > 0) expect(rows(other.vault)).toEqual(rows(one.vault))
    },
    { runs: 25 },
  )

  law(
    'the sums of days and months are those of their quarter hours, by quality, whatever comes late',
    array(
      record({
        slot: integer({ min: 0, max: 96 * 40 }),
        importWh: integer({ min: 0, max: 9000 }),
        exportWh: integer({ min: 0, max: 9000 }),
        quality: constantFrom('measured', 'estimated', 'substituted:last-week'),
      }),
      { minLength: 1, maxLength: 60 },
    ),
    (given) => {
      using kept = seededVault('sums')
      for (const one of given) kept.vault.append([metered(one)])
      const first = [...new Map(given.toReversed().map((one) => [one.slot, one])).values()]
      for (const grain of ['day', 'month'] as const) {
        const found = sums(kept.vault, grain, 41 * DAY)
        const total = (of: 'importWh' | 'exportWh') => found.reduce((sum, row) => sum + row[of], 0)
        expect(total('importWh')).toBe(first.reduce((sum, { importWh }) => sum + importWh, 0))
        expect(total('exportWh')).toBe(first.reduce((sum, { exportWh }) => sum + exportWh, 0))
        const estimated = first.filter(({ quality }) => quality === 'estimated')
        expect(found.reduce((sum, row) => sum + row.byQuality.estimated.importWh, 0)).toBe(
          estimated.reduce((sum, { importWh }) => sum + importWh, 0),
        )
        expect(found.reduce((sum, { slots }) => sum + slots, 0)).toBe(first.length)
      }
    },
    { runs: 25 },
  )

  test('a quarter hour of seconds becomes one block, and another begins', () => {
    using kept = seededVault('one block')
    expect(kept.vault.append(seconds(0, 900))).toMatchObject({ stored: 900 })
    expect(kept.vault.head()?.size).toBe(1)
    kept.vault.append(seconds(900, 1))
    expect(kept.vault.head()?.size).toBe(1)
    expect(rows(kept.vault)).toHaveLength(901)
  })

  test('a quarter hour that was not full becomes a block when the next one begins, and takes what comes late', () => {
    using kept = seededVault('late')
    kept.vault.append(seconds(0, 10))
    expect(kept.vault.head()).toBeUndefined()
    kept.vault.append(seconds(900, 1))
    expect(kept.vault.head()?.size).toBe(1)
    expect(kept.vault.append(seconds(5, 10))).toMatchObject({ stored: 5, known: 5 })
    expect(rows(kept.vault)).toHaveLength(16)
    kept.vault.append(seconds(1800, 1))
    expect(kept.vault.head()?.size).toBe(3)
    expect(rows(kept.reopened())).toHaveLength(17)
  })

  test('forty days that come at once, and back to front, are all there', () => {
    using kept = seededVault('backfill')
    const hourly = Array.from({ length: 960 }, (_, hour) => reading({ at: hour * 3_600_000, importWh: hour }))
    kept.vault.append([reading({ at: 41 * DAY })])
    for (let i = hourly.length; i > 0; i -= 24) kept.vault.append(hourly.slice(Math.max(0, i - 24), i))
    const registers: (number | null)[] = []
    for (let day = 0; day < 40; day++)
      registers.push(...rows(kept.vault, day * DAY, (day + 1) * DAY).map((row) => row.importRegisterWh))
    expect(registers).toEqual(Array.from({ length: 960 }, (_, hour) => hour))
  })

  test('the days of a month are summed by the household’s calendar, which has days of 23 hours', () => {
    const from = epochMs(MAY - 2 * 3_600_000)
    const short = { from, until: epochMs(from + 23 * 3_600_000), name: '2026-05-01' }
    const next = { from: short.until, until: epochMs(short.until + DAY), name: '2026-05-02' }
    const days = { zone: 'Europe/Nowhere', dayOf: (at: number) => (at < short.until ? short : next) }
    using kept = seededVault('calendar', { days })
    for (let slot = -8; slot < 184; slot++) kept.vault.append([metered({ slot, importWh: 1 })])
    const seen = kept.vault.view({ ...HOUSEHOLD, grain: 'day', from, until: epochMs(MAY + DAY) })
    expect(seen.ok && seen.value.rows.map(({ name, slots, importWh }) => [name, slots, importWh])).toEqual([
      ['2026-05-01', 92, 92],
      ['2026-05-02', 96, 96],
    ])
    expect(() => kept.reopened({ days: { ...days, zone: 'UTC' } })).toThrow(
      expect.objectContaining({ code: 'vault-other-zone' }),
    )
    kept.reopened()
  })

  test('what cannot be kept is refused by name, and nothing beside it is kept', () => {
    using kept = seededVault('unusable')
    const good = reading({ at: 0 })
    for (const wrong of [{ meter: 'no spaces' }, { meter: '' }, { meter: 'x'.repeat(65) }])
      expect(() => kept.vault.append([good, reading({ at: 1000, ...wrong })])).toThrow(
        expect.objectContaining({ code: 'entry-unusable' }),
      )
    expect(() => kept.vault.append([good, reading({ at: 1000, quality: 'measured:Loud Words' })])).toThrow(
      expect.objectContaining({ code: 'entry-unusable' }),
    )
    for (const wrong of [{ powerW: Number.NaN as Watt }, { importRegisterWh: 0.5 as WattHour }])
      expect(() => kept.vault.append([good, { ...good, is: 'reading', ...wrong } as VaultEntry])).toThrow(
        expect.objectContaining({ code: 'quantity-not-exact' }),
      )
    expect(() => kept.vault.append([reading({ at: 1e15 })])).toThrow(
      expect.objectContaining({ code: 'entry-unusable' }),
    )
    const many = Array.from({ length: APPEND_ENTRIES_MAX + 1 }, (): VaultEntry => good)
    expect(() => kept.vault.append(many)).toThrow(expect.objectContaining({ code: 'append-too-large' }))
    expect(kept.vault.meters()).toEqual([])
    expect(kept.vault.append(many.slice(1))).toMatchObject({ stored: 1, known: APPEND_ENTRIES_MAX - 1 })
  })
})

function versions(vault: Vault) {
  const found = vault.versions({ ...HOUSEHOLD, grain: 'second', ...range(0, 1000) })
  return found.ok
    ? found.value.map((row) => [present('powerW' in row ? row.powerW : null, 'power'), row.standing])
    : []
}

describe('what is said twice', () => {
  test('is kept once when it is the same', () => {
    using kept = seededVault('twice')
    kept.vault.append([reading({ at: 0 })])
    expect(kept.vault.append([reading({ at: 0 })])).toEqual({
      stored: 0,
      known: 1,
      erased: 0,
      corrected: 0,
      conflicts: [],
    })
  })

  test('and otherwise is a conflict: the first counts, both are kept, and it is reported', () => {
    using kept = seededVault('conflict')
    kept.vault.append([reading({ at: 0, powerW: 100 })])
    const conflict = { meter: 'm1', resolution: 'second', at: MAY }
    expect(kept.vault.append([reading({ at: 0, powerW: 200 })])).toMatchObject({ conflicts: [conflict] })
    expect(kept.vault.append([reading({ at: 0, powerW: 200 })])).toMatchObject({ known: 1, conflicts: [] })
    kept.vault.append(seconds(900, 1))
    const again = kept.reopened()
    expect(again.conflicts('m1')).toEqual([conflict])
    expect(rows(again, 0, 1000).map(({ powerW }) => powerW)).toEqual([100])
    expect(versions(again)).toEqual([
      [100, 'current'],
      [200, 'conflicting'],
    ])
  })

  test('and corrected takes the place of what was there, with its own quality, and what was there stays', () => {
    using kept = seededVault('correction')
    const corrected = reading({ at: 0, powerW: 150, quality: 'substituted:last-week', isCorrection: true })
    kept.vault.append([reading({ at: 0, powerW: 100 })])
    expect(kept.vault.append([corrected])).toMatchObject({ stored: 1, corrected: 1, conflicts: [] })
    expect(kept.vault.append([corrected, reading({ at: 0, powerW: 100 })])).toMatchObject({ known: 2 })
    kept.vault.append(seconds(900, 1))
    const again = kept.reopened()
    expect(rows(again, 0, 1000)).toMatchObject([{ powerW: 150, quality: 'substituted:last-week' }])
    expect(versions(again)).toEqual([
      [150, 'current'],
      [100, 'superseded'],
    ])
    again.append([reading({ at: 0, powerW: 100, isCorrection: true })])
    expect(versions(again)[0]).toEqual([100, 'current'])
  })

  test('and corrected in a quarter hour corrects the sum of its day, as often as it must', () => {
    using kept = seededVault('sum corrected')
    for (let slot = 0; slot < 97; slot++) kept.vault.append([metered({ slot, importWh: 10 })])
    const changed = (slot: number, importWh: number) => {
      kept.vault.append([metered({ slot, importWh, isCorrection: true })])
      kept.vault.append([metered({ slot: 96 * (days += 1), importWh: 0 })])
      return kept.reopened()
    }
    let days = 2
    expect(sums(changed(3, 30))[0]?.importWh).toBe(980)
    expect(sums(changed(4, 0))[0]?.importWh).toBe(970)
    expect(sums(changed(5, 20))[0]?.importWh).toBe(980)
    expect(sums(changed(6, 0))[0]?.importWh).toBe(970)
  })
})
