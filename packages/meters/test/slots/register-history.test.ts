import { epochMs, wattHour } from '@tri/units'
import { law } from '@tri/units/testing'
import { array, boolean, nat, record, tuple, constantFrom } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { openRegisterHistory } from '../../src/slots/register-history.ts'
import type { MeterFacts, RegisterReading } from '../../src/slots/register-reading.ts'
import { CASA, LATER, NOON, at, historyOf, quarter, said } from './meter-readings.ts'

describe('a register at the boundaries of slots', () => {
  test('is what was read there', () => {
    expect(said(historyOf([at(0, 1000), at(15, 1100), at(30, 1250)]), 3)).toEqual(['m 100', 'm 150', 'open'])
  })

  test('is measured between two readings 20 seconds apart, and estimated between two further apart', () => {
    const narrow = [at(0, 1000), at(15 - 1 / 6, 1100), at(15 + 1 / 6, 1103), at(30, 1200)]
    expect(said(historyOf(narrow), 2)).toEqual(['m 101', 'm 99'])
    const wider = [at(0, 1000), at(15 - 1 / 6, 1100), at(15 + 1 / 6 + 1 / 1000, 1103), at(30, 1200)]
    expect(said(historyOf(wider), 2)).toEqual(['e 101', 'e 99'])
  })

  test('is interpolated within a silence of two slots, and nowhere within a longer one', () => {
    expect(said(historyOf([at(0, 1000), at(30, 1101)]), 2)).toEqual(['e 50', 'e 51'])
    const longer = historyOf([at(0, 1000), at(30 + 1 / 60, 1101), at(45, 1200)])
    expect(said(longer, 3)).toEqual(['silence', 'silence', 'silence'])
    expect(longer.gaps(quarter(0), quarter(3))).toEqual([
      { firstSlot: quarter(0), slots: 3, why: 'silence', importWh: 200, exportWh: 0 },
    ])
  })

  test('a silent week is one gap with what the register counted, and no slot of it has energy', () => {
    const history = historyOf([
      at(0, 1000),
      at(15, 1100),
      at(15 + 7 * 1440, 301_100),
      at(30 + 7 * 1440, 301_200),
    ])
    const [first, ...others] = history.gaps(quarter(0), quarter(700))
    expect(first).toEqual({
      firstSlot: quarter(1),
      slots: 672,
      why: 'silence',
      importWh: 300_000,
      exportWh: 0,
    })
    expect(others).toEqual([])
    expect(said(history, 2)).toEqual(['m 100', 'silence'])
    expect(history.slot(quarter(673))).toMatchObject({ is: 'measured', importWh: 100 })
  })
})

/** A register that begins again at 100 000 Wh, read last at `wh` before it. */
function overTheEnd(wh: number): RegisterReading[] {
  return [at(0, wh - 100), at(15, wh), at(30, wh + 1000 - 100_000)]
}

describe('a register that falls', () => {
  const before = [at(0, 90_000), at(5, 90_050), at(15, 90_100)]

  test('to nothing was reset: the slot is a gap, and counting goes on from there', () => {
    const history = historyOf([...before, at(20, 3), at(30, 60), at(45, 160), at(60, 260)])
    expect(said(history, 4)).toEqual(['m 100', 'register-reset', 'm 100', 'm 100'])
  })

  test('to anything else fell: the slot is a gap by that name', () => {
    const history = historyOf([...before, at(20, 50_000), at(30, 50_060), at(45, 50_160), at(60, 50_260)])
    expect(said(history, 3)).toEqual(['m 100', 'register-fell', 'm 100'])
  })

  test('rolled over where its table says so, within its last hundredth', () => {
    const facts: MeterFacts = { ...CASA, rollsOverAtWh: 100_000 }
    expect(said(historyOf(overTheEnd(99_001), facts), 2)).toEqual(['m 100', 'm 1000'])
    expect(said(historyOf([at(0, 98_899), at(15, 98_999), at(30, 0)], facts), 2)).toEqual([
      'm 100',
      'register-reset',
    ])
    expect(said(historyOf(overTheEnd(99_001)), 2)).toEqual(['m 100', 'register-reset'])
  })
})

describe('a replaced meter', () => {
  const old = [at(0, 5000, { serial: 'a' }), at(15, 5100, { serial: 'a' })]
  const next = [at(30, 70, { serial: 'b' }), at(45, 170, { serial: 'b' }), at(60, 270, { serial: 'b' })]

  test('leaves a gap, even when the new register stands higher', () => {
    expect(said(historyOf([...old, ...next]), 3)).toEqual(['m 100', 'meter-replaced', 'm 100'])
    const higher = next.map((reading) => ({ ...reading, importWh: wattHour((reading.importWh ?? 0) + 5100) }))
    expect(said(historyOf([...old, ...higher]), 3)).toEqual(['m 100', 'meter-replaced', 'm 100'])
  })

  test('loses nothing when the installer’s paper bridges the two', () => {
    const change = {
      at: epochMs(NOON + 20 * 60_000),
      from: { serial: 'a', importWh: wattHour(5140), exportWh: wattHour(0) },
      to: { serial: 'b', importWh: wattHour(10), exportWh: wattHour(0) },
    }
    const history = historyOf([...old, ...next], { ...CASA, changes: [change] })
    expect(said(history, 3)).toEqual(['m 100', 'm 100', 'm 100'])
  })
})

describe('a value that cannot be', () => {
  test('is not used when the readings beside it belong together', () => {
    const history = openRegisterHistory(CASA)
    for (const reading of [at(0, 1000), at(15, 1100), at(16, 9_001_107), at(30, 1200), at(45, 1300)])
      history.take(reading, LATER)
    expect(said(history, 3)).toEqual(['m 100', 'm 100', 'm 100'])
  })

  test('is above what the connection lets through, to the Wh', () => {
    // 6 kW for 15 minutes and 10 seconds of jitter are 1516 Wh, and two steps of the register.
    expect(said(historyOf([at(0, 1000), at(15, 1000 + 1518)]), 1)).toEqual(['m 1518'])
    expect(said(historyOf([at(0, 1000), at(15, 1000 + 1519)]), 1)).toEqual(['implausible-power'])
  })

  test('from a link without a check is used only between two others that it fits', () => {
    const unchecked = [0, 15, 30, 45].map((minutes) => at(minutes, 1000 + minutes, { check: 'absent' }))
    expect(said(historyOf(unchecked), 3)).toEqual(['unconfirmed', 'm 15', 'unconfirmed'])
  })
})

function bridge(minutes: number, wh: number): RegisterReading {
  return at(minutes, wh, { source: 'bridge' })
}

describe('two sources of one meter', () => {
  const primary = [at(0, 1000), at(15, 1100), at(60, 1600), at(75, 1700)]

  test('are never added: the second fills the first one’s gap, and agrees with it', () => {
    const second = [0, 15, 30, 45, 60].map((minutes, i) =>
      bridge(minutes, [1000, 1100, 1250, 1450, 1600][i] ?? 0),
    )
    expect(said(historyOf([...primary, ...second]), 5)).toEqual(['m 100', 'm 150', 'm 200', 'm 150', 'm 100'])
  })

  test('disagree: the gap stays, and somebody is told', () => {
    const history = openRegisterHistory(CASA)
    const second = [15, 30, 45, 60].map((minutes) => bridge(minutes, 1000 + 20 * minutes))
    const incidents = [...second, ...primary].flatMap((reading) => {
      const taken = history.take(reading, LATER)
      return taken.ok ? taken.value.incidents : []
    })
    expect(said(history, 5)).toEqual(['m 100', 'silence', 'silence', 'silence', 'm 100'])
    expect(incidents.map(({ is, source }) => `${is} ${source}`)).toEqual(['sources-disagree bridge'])
  })

  test('with the device’s own clock fill a gap as an estimate', () => {
    const second = [15, 30, 45, 60].map((minutes, i) => ({
      ...bridge(minutes, [1100, 1250, 1450, 1600][i] ?? 0),
      time: 'device' as const,
    }))
    expect(said(historyOf([...primary, ...second]), 5)).toEqual(['m 100', 'e 150', 'e 200', 'e 150', 'm 100'])
  })
})

describe('a reading', () => {
  test('that comes late restates its slots, and only those that changed', () => {
    const history = historyOf([at(0, 1000), at(30, 1200), at(45, 1300)])
    expect(said(history, 3)).toEqual(['e 100', 'e 100', 'm 100'])
    const taken = history.take(at(15, 1150), LATER)
    expect(
      taken.ok && taken.value.changed.map(({ slot, version, is }) => [slot - quarter(0), version, is]),
    ).toEqual([
      [0, 2, 'measured'],
      [1, 2, 'measured'],
    ])
    expect(said(history, 3)).toEqual(['m 150', 'm 50', 'm 100'])
  })

  test('that is repeated changes nothing', () => {
    const history = historyOf([at(0, 1000), at(15, 1100)])
    expect(history.take(at(15, 1100), LATER)).toEqual({ ok: true, value: { changed: [], incidents: [] } })
  })

  test('is refused by name when it cannot be placed', () => {
    const history = historyOf([at(0, 1000)])
    const refusal = (reading: RegisterReading, now = LATER): string => {
      const taken = history.take(reading, now)
      return taken.ok ? 'taken' : taken.refusal
    }
    const day = 1440
    expect(refusal(at(0, 1, { meter: 'other' }))).toBe('meter-unknown')
    expect(refusal(at(0, 1, { source: 'other' }))).toBe('source-unknown')
    const { importWh: _, ...bare } = at(0, 1)
    expect(refusal(bare)).toBe('register-missing')
    expect(refusal(at(0, -1))).toBe('register-unusable')
    expect(refusal(at(1, 1000), epochMs(NOON))).toBe('taken')
    expect(refusal(at(1 + 1 / 60_000, 1000), epochMs(NOON))).toBe('reading-from-the-future')
    expect(refusal(at(1 - 40 * day, 10))).toBe('taken')
    expect(refusal(at(1 - 40 * day - 1 / 60_000, 10))).toBe('reading-too-late')
  })
})

test('a slot that nobody read is named when it is closed', () => {
  const history = historyOf([at(0, 1000), at(15, 1100)])
  expect(history.closeUntil(quarter(3)).changed.map(({ slot, is }) => [slot - quarter(0), is])).toEqual([
    [1, 'gap'],
    [2, 'gap'],
  ])
  history.take(at(30, 1200), LATER)
  expect(said(history, 3)).toEqual(['m 100', 'm 100', 'silence'])
})

const anyReading = record({
  minutes: nat({ max: 600 }),
  wh: nat({ max: 3000 }),
  source: constantFrom('p1', 'bridge'),
  isChecked: boolean(),
  time: constantFrom('ours', 'device'),
  serial: constantFrom('', 'a', 'b'),
})

function readingOf({
  minutes,
  wh,
  source,
  isChecked,
  time,
  serial,
}: (typeof anyReading)['generate'] extends (...args: never[]) => { value: infer T }
  ? T
  : never): RegisterReading {
  return at(minutes, 1000 + 3 * minutes + wh, { source, check: isChecked ? 'valid' : 'absent', time, serial })
}

law(
  'the order of arrival, repetitions and restarts decide nothing',
  tuple(array(anyReading, { maxLength: 40 }), nat()),
  ([drawn, turn]) => {
    const readings = drawn.map(readingOf)
    const sorted = historyOf(readings.toSorted((a, b) => a.takenAt - b.takenAt))
    let other = openRegisterHistory(CASA)
    const mixed = readings
      .map((_, i) => readings[(i * 7 + turn) % readings.length])
      .filter((one) => one !== undefined)
    for (const [i, reading] of [...mixed, ...readings].entries()) {
      other.take(reading, LATER)
      if (i % 5 === turn % 5) other = openRegisterHistory(CASA, other.snapshot())
    }
    for (const history of [sorted, other]) history.closeUntil(quarter(40))
    expect(said(other, 42)).toEqual(said(sorted, 42))
  },
)

law(
  'no slot is negative and no sum passes what the register counted',
  array(nat({ max: 400 }), { minLength: 2, maxLength: 40 }),
  (steps) => {
    let minutes = 0
    let wh = 1000
    const readings = [at(0, wh)]
    for (const step of steps) {
      minutes += 1 + (step % 29)
      wh += step
      readings.push(at(minutes, wh))
    }
    const history = historyOf(readings, { ...CASA, powerMaxW: 60_000 })
    const slots = Math.floor(minutes / 15)
    let sum = 0
    for (let n = 0; n < slots; n++) {
      const change = history.slot(quarter(n))
      if (change === undefined || change.is === 'gap') return false
      sum += change.importWh
      if (change.importWh < 0) return false
    }
    const before = readings.findLast((one) => one.takenAt <= NOON + slots * 900_000)
    const after = readings.find((one) => one.takenAt >= NOON + slots * 900_000)
    return sum >= (before?.importWh ?? 0) - 1000 && sum <= (after?.importWh ?? 0) - 1000
  },
)
