import { law } from '@tri/units/testing'
import { uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { axdrFrom } from '../../src/dlms/axdr.ts'
import { bytesOf } from './wire.ts'

function read(digits: string) {
  const reading = axdrFrom(bytesOf(digits), 0)
  if (reading.is !== 'whole') throw new Error(`expected a whole value, not ${reading.is}`)
  expect(reading.until).toBe(bytesOf(digits).length)
  return reading.value
}

const number = (type: string, value: number | bigint) => ({ is: 'number', type, value })

const deep = (lists: number) => axdrFrom(bytesOf(`${'0201'.repeat(lists)}1105`), 0).is

describe('a value of DLMS', () => {
  test.each([
    ['05 fffffffe', number('double-long', -2)],
    ['06 fffffffe', number('double-long-unsigned', 4_294_967_294)],
    ['07 3fc00000', number('float32', 1.5)],
    ['0d 42', number('bcd', 0x42)],
    ['0f fe', number('integer', -2)],
    ['10 fffe', number('long', -2)],
    ['11 fe', number('unsigned', 254)],
    ['12 fffe', number('long-unsigned', 65_534)],
    ['14 fffffffffffffffe', number('long64', -2)],
    ['15 00000000000000ff', number('long64-unsigned', 255)],
    ['15 ffffffffffffffff', number('long64-unsigned', 18_446_744_073_709_551_615n)],
    ['16 1e', number('enum', 30)],
    ['17 3fc00000', number('float32', 1.5)],
    ['18 3ff8000000000000', number('float64', 1.5)],
    ['1c fe', number('integer', -2)],
    ['1d fffe', number('long', -2)],
    ['1e fffffffe', number('double-long', -2)],
    ['1f fe', number('unsigned', 254)],
    ['20 fffe', number('long-unsigned', 65_534)],
    ['21 fffffffe', number('double-long-unsigned', 4_294_967_294)],
  ])('%s is a number', (digits, value) => {
    expect(read(digits)).toEqual(value)
  })

  test('is nothing, a truth, a text, bytes or a date', () => {
    expect(read('00')).toEqual({ is: 'null' })
    expect(read('ff')).toEqual({ is: 'null' })
    expect(read('03 01')).toEqual({ is: 'boolean', value: true })
    expect(read('0a 03 414243')).toEqual({ is: 'text', type: 'visible-string', value: 'ABC' })
    expect(read('0c 02 c3a8')).toEqual({ is: 'text', type: 'utf8-string', value: 'è' })
    expect(read('04 0b ffe0')).toEqual({ is: 'bytes', type: 'bit-string', value: bytesOf('ffe0'), bits: 11 })
    expect(read('09 8102 abcd')).toEqual({ is: 'bytes', type: 'octet-string', value: bytesOf('abcd') })
    expect(read('1a 07e5031401')).toMatchObject({ type: 'date' })
    expect(read('1b 0c0d0e00')).toMatchObject({ type: 'time' })
    expect(read('19 07e503140602110000ffc400')).toMatchObject({ type: 'date-time' })
  })

  test('is a list of values, and a compact array reads as an array of them', () => {
    const pair = { is: 'list', type: 'structure', elements: [number('integer', 1), number('enum', 30)] }
    expect(read('02 02 0f01 161e')).toEqual(pair)
    expect(read('01 02 0202 0f01 161e 0202 0f01 161e')).toEqual({
      is: 'list',
      type: 'array',
      elements: [pair, pair],
    })
    expect(read('13 02 02 0f 16 04 01 1e 01 1e')).toEqual({
      is: 'list',
      type: 'array',
      elements: [pair, pair],
    })
    const three = { is: 'list', type: 'array', elements: [1, 2, 3].map((value) => number('unsigned', value)) }
    expect(read('13 01 0003 11 03 01 02 03')).toEqual({ is: 'list', type: 'array', elements: [three] })
  })

  test('that ends early tells what of its outermost list is whole, and how many were announced beyond', () => {
    expect(axdrFrom(bytesOf('02 03 1105 12 00'), 0)).toEqual({
      is: 'short',
      begun: { is: 'list', type: 'structure', elements: [number('unsigned', 5)] },
      missing: 2,
    })
    expect(axdrFrom(bytesOf('06 0000'), 0)).toEqual({ is: 'short', missing: 0 })
  })

  test.each([
    '08',
    '02 8000',
    '09 85ffffffffff00',
    '02 84ffffffff',
    '13 01 0000 11 00',

    '13 12 03 000000',
    '13 00 01 00',
  ])('is refused when it is made otherwise: %s', (digits) => {
    expect(axdrFrom(bytesOf(digits), 0).is).not.toBe('whole')
  })

  test('may be sixteen lists deep, and no deeper', () => {
    expect(deep(16)).toBe('whole')
    expect(deep(17)).toBe('malformed')
  })

  test('costs no more than its bounds, however large a compact array says that it is', () => {
    const nested = `13 ${'01 0fff '.repeat(10)} 11 8201ff ${'00'.repeat(511)}`
    expect(axdrFrom(bytesOf(nested), 0).is).toBe('malformed')
  })

  law('any bytes are read to an answer', uint8Array({ maxLength: 64 }), (bytes) => {
    axdrFrom(bytes, 0)
  })
})
