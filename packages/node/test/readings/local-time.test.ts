import { describe, expect, test } from 'vitest'

import { columnsOf, refusalOf, rowOf } from './desk.ts'

const HEADER = 'meter,from,import_wh,export_wh'
const two = (value: number): string => String(value).padStart(2, '0')

/** The quarter hours of a day as a wall clock in Rome shows them, in the order they happen. */
function wallClock(day: string): string[] {
  let time = Temporal.ZonedDateTime.from(`${day}T00:00[Europe/Rome]`)
  const end = time.add({ days: 1 })
  const shown: string[] = []
  for (; Temporal.ZonedDateTime.compare(time, end) < 0; time = time.add({ minutes: 15 }))
    shown.push(`${day} ${two(time.hour)}:${two(time.minute)}`)
  return shown
}
const dayFile = (day: string): string =>
  [HEADER, ...wallClock(day).map((time, i) => `m1,${time},${i},0`)].join('\n')

const oneRow = (from: string): string => `meter,${from},import_wh,export_wh\nm1,2026-05-01 12:00,1,0`
const startOf = async (text: string, timeZone?: string): Promise<string> => {
  const { firstSlot } = await columnsOf(text, timeZone === undefined ? {} : { timeZone })
  return new Date(firstSlot * 900_000).toISOString().slice(11, 16)
}

describe('local time', () => {
  test('is not guessed: a time without an offset asks for its zone, once', async () => {
    expect(await refusalOf(dayFile('2026-05-01'))).toEqual([
      'letture.csv, line 2, meter m1: The time "2026-05-01 00:00" does not say whether it is UTC or local. ' +
        'Pass --time-zone UTC, --time-zone local (Europe/Rome) or a zone.',
    ])
  })

  test('is read by the header’s word or by the option, as UTC or in a zone', async () => {
    expect(await startOf(oneRow('from_local'))).toBe('10:00')
    expect(await startOf(oneRow('from_utc'))).toBe('12:00')
    expect(await startOf(oneRow('from'), 'local')).toBe('10:00')
    expect(await startOf(oneRow('from'), 'UTC')).toBe('12:00')
    expect(await startOf(oneRow('from'), 'Europe/Lisbon')).toBe('11:00')
    expect(await refusalOf(oneRow('from'), { timeZone: 'Mars/Olympus' })).toEqual([
      '--time-zone "Mars/Olympus" is not known. Use UTC, local (the community’s zone) or a name such as Europe/Rome.',
    ])
  })

  test('has 96 quarter hours on most days, 92 where clocks go forward and 100 where they go back', async () => {
    for (const [day, slots] of [
      ['2026-05-01', 96],
      ['2026-03-29', 92],
      ['2026-10-25', 100],
    ] as const) {
      const columns = await columnsOf(dayFile(day), { timeZone: 'local' })
      expect(columns.slots, day).toBe(slots)
      expect(rowOf(columns, 'm1')).toEqual(Array.from({ length: slots }, (_, i) => `${i}/0`))
    }
  })

  test('of an hour that happens twice is told apart by the offset', async () => {
    const columns = await columnsOf(
      `${HEADER}\nm1,2026-10-25T02:00+01:00,2,0\nm1,2026-10-25T02:00+02:00,1,0\nm1,2026-10-25T02:15+02:00,5,0`,
    )
    expect(rowOf(columns, 'm1')).toEqual(['1/0', '5/0', '-', '-', '2/0'])
  })

  test('of an hour that happens twice is refused with line and meter when the order does not tell', async () => {
    const rows = ['m1,2026-10-25 02:00,1,0', 'm1,2026-10-25 03:00,2,0']
    expect(await refusalOf([HEADER, ...rows].join('\n'), { timeZone: 'local' })).toEqual([
      'letture.csv, line 2, meter m1: The local time "2026-10-25 02:00" happened twice in Europe/Rome, and the rows before do not tell which is meant. ' +
        'Give the offset (+02:00 or +01:00), or all quarter hours in order.',
    ])
    const [header, ...inOrder] = dayFile('2026-10-25').split('\n')
    const shuffled = [header, ...inOrder.toReversed()].join('\n')
    expect((await refusalOf(shuffled, { timeZone: 'local' })).length).toBeGreaterThan(0)
  })

  test('of an hour that never happens is refused with line and meter', async () => {
    expect(
      await refusalOf(`${HEADER}\nm1,2026-03-29 01:45,1,0\nm1,2026-03-29 02:15,2,0`, { timeZone: 'local' }),
    ).toEqual([
      'letture.csv, line 3, meter m1: The local time "2026-03-29 02:15" never happened in Europe/Rome: the clocks went forward over it. ' +
        'Are the times UTC? Then pass --time-zone UTC.',
    ])
  })

  test('may be written with dots, and with slashes once the order of day and month is told', async () => {
    const dotted = await columnsOf(`meter;from_local;import_wh;export_wh\nm1;02.05.2026 09:15;1;0`)
    expect(new Date(dotted.firstSlot * 900_000).toISOString()).toBe('2026-05-02T07:15:00.000Z')
    const slashed = 'meter,from_utc,import_wh,export_wh\nm1,02/05/2026 09:15,1,0'
    const [question] = await refusalOf(slashed)
    expect(question).toContain(
      'In "02/05/2026 09:15", which is the day and which the month? Pass --date-order dmy',
    )
    const dayFirst = await columnsOf(slashed, { dateOrder: 'dmy' })
    const monthFirst = await columnsOf(slashed, { dateOrder: 'mdy' })
    expect(new Date(dayFirst.firstSlot * 900_000).toISOString()).toBe('2026-05-02T09:15:00.000Z')
    expect(new Date(monthFirst.firstSlot * 900_000).toISOString()).toBe('2026-02-05T09:15:00.000Z')
  })

  test('in seconds or milliseconds since 1970 needs no zone', async () => {
    const at = Date.UTC(2026, 4, 1, 10)
    const columns = await columnsOf(`${HEADER}\nm1,${at / 1000},1,0\nm1,${at + 900_000},2,0`)
    expect(rowOf(columns, 'm1')).toEqual(['1/0', '2/0'])
  })
})
