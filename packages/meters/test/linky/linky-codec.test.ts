import { describe, expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import { withEvenParity } from '../../src/lines/even-parity.ts'
import { linkyCodec } from '../../src/linky/linky-codec.ts'
import { codecSuite } from '../../src/testing/codec-suite.ts'
import { frameOf, HISTORIC, historic, latin1, STANDARD, standard } from './tic-frame.ts'

const read = (text: string) => decodeAll(linkyCodec, latin1(text))
const valuesOf = (...groups: string[]) => read(frameOf(...groups))[0]?.values
const damaged = (group: string) => group.replace(/ (.\r)$/, 'P$1')
const GOOD = historic('PTEC', 'TH..')

describe('the customer output of a French meter', () => {
  const captures = [
    { name: 'a historic frame', bytes: latin1(HISTORIC) },
    { name: 'a standard frame', bytes: latin1(STANDARD) },
    { name: 'a frame with its parity bits', bytes: withEvenParity(latin1(HISTORIC)) },
    { name: 'frames without an end', bytes: latin1(HISTORIC.slice(0, -1) + STANDARD.slice(0, -1)) },
  ]
  describe.each(captures.slice(0, 3))('$name', (flipped) => {
    codecSuite(linkyCodec, captures, { flipped })
  })

  test('in the standard mode gives energy in Wh, apparent power in VA, and the times it tells', () => {
    expect(read(STANDARD)).toEqual([
      {
        protocol: 'linky',
        check: 'valid',
        device: '064468368739',
        measuredAt: Date.UTC(2024, 1, 10, 11, 14, 13),
        values: [
          { name: 'ADSC', value: '064468368739' },
          { name: 'VTIC', value: '02' },
          { name: 'DATE', value: 'H240210121413' },
          { name: 'NGTF', value: '      BASE      ' },
          { name: 'EAST', value: 3_519_703, unit: 'Wh' },
          { name: 'ERQ1', value: 12, unit: 'varh' },
          { name: 'URMS1', value: 241, unit: 'V' },
          { name: 'PREF', value: 6000, unit: 'VA' },
          { name: 'SINSTS', value: 260, unit: 'VA' },
          { name: 'SMAXSN', value: 986, unit: 'VA', measuredAt: Date.UTC(2024, 6, 10, 9, 3, 31) },
          { name: 'CCASN', value: 108, unit: 'W' },
          { name: 'STGE', value: '003A0000' },
          { name: 'MSG1', value: 'PAS DE          MESSAGE         ' },
          { name: 'NJOURF+1', value: '00' },
        ],
        bytes: latin1(STANDARD),
      },
    ])
  })

  test('in the historic mode gives registers in Wh', () => {
    expect(read(HISTORIC)[0]?.values).toEqual([
      { name: 'ADCO', value: '056234673197' },
      { name: 'OPTARIF', value: 'HC..' },
      { name: 'ISOUSC', value: 30, unit: 'A' },
      { name: 'HCHC', value: 52_890_470, unit: 'Wh' },
      { name: 'HCHP', value: 49_126_843, unit: 'Wh' },
      { name: 'PTEC', value: 'HP..' },
      { name: 'IINST', value: 8, unit: 'A' },
      { name: 'PAPP', value: 1890, unit: 'VA' },
      { name: 'HHPHC', value: 'D' },
      { name: 'MOTDETAT', value: '000000' },
    ])
  })

  test('is the same with its parity bits on', () => {
    const [plain] = read(HISTORIC)
    const [parity] = decodeAll(linkyCodec, withEvenParity(latin1(HISTORIC)))
    expect(parity?.values).toEqual(plain?.values)
  })

  test('a parity error refuses the group in which it is', () => {
    const bytes = withEvenParity(latin1(HISTORIC))
    // One bit of the value and the two that keep its sum: the checksum is deceived, the parity is not.
    const at = HISTORIC.indexOf('052890470')
    bytes[at] = (bytes[at] ?? 0) ^ 0x40
    expect(decodeAll(linkyCodec, bytes)).toMatchObject([{ check: 'valid', refusedParts: 1 }])
  })

  test('a broken group is counted and left out, and the others are used', () => {
    const [frame] = read(frameOf(historic('BASE', '010151175').replace('175', '176'), GOOD, '\nX\r'))
    expect(frame).toMatchObject({
      check: 'valid',
      refusedParts: 2,
      values: [{ name: 'PTEC', value: 'TH..' }],
    })
  })

  test('a frame of broken groups alone is invalid', () => {
    expect(read(frameOf('\nBASE 010151175 x\r'))).toMatchObject([
      { check: 'invalid', problem: 'checksum-mismatch', refusedParts: 1, values: [] },
    ])
    expect(read(frameOf())).toMatchObject([{ check: 'invalid', problem: 'no-group', values: [] }])
  })

  test.each([
    { what: 'a frame whose end was lost', text: HISTORIC.slice(0, -1) + HISTORIC, frames: 2 },
    { what: 'a frame that the meter broke off', text: HISTORIC.replace('\u0003', '\u0004'), frames: 1 },
    { what: 'lines that a terminal translated', text: HISTORIC.replaceAll('\r', '\n'), frames: 1 },
    { what: 'the end of a frame before the first', text: `0795 !\r\u0003${HISTORIC}`, frames: 1 },
  ])('$what does not hide what is in it', ({ text, frames }) => {
    const found = read(text)
    expect(found).toHaveLength(frames)
    expect(found.every(({ values }) => values.length === 10)).toBe(true)
  })

  test('a frame is given with its end, and a group without its end is left out', () => {
    expect(linkyCodec.open().push(latin1(STANDARD))).toHaveLength(1)
    expect(read(HISTORIC.slice(0, HISTORIC.indexOf('PTEC') + 9))[0]?.values).toHaveLength(5)
  })

  describe('a damage that the checksum of six bits does not see', () => {
    test.each([
      historic('BASE', '0101p1175'),
      historic('ADCO', '0562346731y7'),
      historic('IINSTq', '008'),
      historic('OPTARIF', 'n...'),
      historic('BASE`010151175', '0'),
      standard('SMAXSNIH240210110331', '00986'),
      standard('SMAXSN', 'H2402101103q1', '00986'),
      standard('NGTF', '      BA\u0013E      '),
      standard('DATE', 'H240210121413I'),
    ])('is seen in %j', (group) => {
      expect(valuesOf(group, GOOD)).toEqual([{ name: 'PTEC', value: 'TH..' }])
    })

    test('is forgiven in the separator alone, and there only to a whole value', () => {
      expect(valuesOf(damaged(historic('PAPP', '01890')))).toEqual([
        { name: 'PAPP', value: 1890, unit: 'VA' },
      ])
      expect(valuesOf(damaged(historic('PAPP', '018')), GOOD)).toHaveLength(1)
      expect(valuesOf(damaged(historic('UNKNOWN', '018')), GOOD)).toHaveLength(1)
    })
  })

  test('a label that nobody told us of is a text', () => {
    expect(valuesOf(standard('EAXT', '0042'))).toEqual([{ name: 'EAXT', value: '0042' }])
    expect(valuesOf(standard('NGTF', 'base'))).toEqual([{ name: 'NGTF', value: 'base' }])
  })

  test.each(['H241310121413', 'H240232121413', 'H240210251413', ' 240210121413', 'e240210121413'])(
    'the time %j is no instant',
    (stamp) => {
      expect(read(frameOf(standard('DATE', stamp, '')))[0]?.measuredAt).toBeUndefined()
    },
  )

  test('is told from other protocols', () => {
    expect(linkyCodec.likeness(latin1(HISTORIC))).toBe(1)
    expect(linkyCodec.likeness(latin1(STANDARD))).toBe(1)
    expect(linkyCodec.likeness(latin1('/TRI5METER\r\n\u00021.8.0(1*kWh)\r\n!\r\n\u0003x'))).toBe(0)
  })
})
