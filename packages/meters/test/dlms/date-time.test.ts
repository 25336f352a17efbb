import { describe, expect, test } from 'vitest'

import { instantFrom } from '../../src/dlms/date-time.ts'
import { bytesOf } from './wire.ts'

const at = (digits: string) => {
  const instant = instantFrom(bytesOf(digits))
  return instant === undefined ? undefined : new Date(instant).toISOString()
}

describe('a date-time of DLMS', () => {
  test('is local time, and its deviation leads to UTC', () => {
    expect(at('07e5 03 07 07 0e3721 00 ffc4 00')).toBe('2021-03-07T13:55:33.000Z')
    expect(at('07ea 05 04 01 13131e 00 ff88 80')).toBe('2026-05-04T17:19:30.000Z')
    expect(at('07e4 01 15 02 100000 ff 0000 00')).toBe('2020-01-21T16:00:00.000Z')
    expect(at('07e4 01 01 02 000000 ff 003c 00')).toBe('2020-01-01T01:00:00.000Z')
  })

  test('whose second is open is taken at the full minute', () => {
    expect(at('07e4 01 15 ff 1000ff ff 0000 00')).toBe('2020-01-21T16:00:00.000Z')
  })

  test.each([
    ['of another length', '07e4011502100000ff0000'],
    ['without a deviation', '07e4 01 15 02 100000 ff 8000 00'],
    ['with a deviation that no zone has', '07e4 01 15 02 100000 ff 0385 00'],
    ['without a year', 'ffff 01 15 02 100000 ff 0000 00'],
    ['without a month', '07e4 ff 15 02 100000 ff 0000 00'],
    ['on the last day of a month', '07e4 01 fe 02 100000 ff 0000 00'],
    ['at an hour that is not', '07e4 01 15 02 180000 ff 0000 00'],
    ['at a minute that is not', '07e4 01 15 02 103c00 ff 0000 00'],
    ['at a second that is not', '07e4 01 15 02 10003c ff 0000 00'],
    ['before 1970', '07b2 01 01 02 000000 ff ffc4 00'],
  ])('%s is no instant', (_, digits) => {
    expect(at(digits)).toBeUndefined()
  })
})
