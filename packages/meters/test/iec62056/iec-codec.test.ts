import { law } from '@tri/units/testing'
import { constantFrom, integer, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import { dsmrCodec } from '../../src/dsmr/dsmr-codec.ts'
import { iecCodec } from '../../src/iec62056/iec-codec.ts'
import { measurementOf } from '../../src/iec62056/measurement.ts'
import { iecReadout } from '../../src/iec62056/readout.ts'
import { withEvenParity } from '../../src/lines/even-parity.ts'
import { codecSuite } from '../../src/testing/codec-suite.ts'
import { BLOCK, latin1, readoutOf, SETS } from './iec-readout.ts'

const read = (bytes: Uint8Array | string) =>
  decodeAll(iecCodec, typeof bytes === 'string' ? latin1(bytes) : bytes)
const verdicts = (bytes: Uint8Array | string) => read(bytes).map(({ check, problem }) => problem ?? check)
const READOUT = readoutOf(SETS)
const SPONTANEOUS = `/TRI2METER\r\n\r\n${SETS.join('\r\n')}\r\n!\r\n`

describe('a readout of IEC 62056-21', () => {
  codecSuite(
    iecCodec,
    [
      { name: 'a checked readout', bytes: READOUT },
      { name: 'two spontaneous readouts', bytes: latin1(SPONTANEOUS + SPONTANEOUS) },
      { name: 'a readout of 7E1 read as 8N1', bytes: withEvenParity(READOUT) },
    ],
    { flipped: { name: 'a checked readout', bytes: READOUT } },
  )

  test('gives energy in Wh and power in W, with the meter and the bytes as they came', () => {
    expect(read(READOUT)).toEqual([
      {
        protocol: 'iec62056-21',
        check: 'valid',
        device: 'TRI5METER',
        values: [
          { obis: 'F.F', value: '00' },
          { obis: 'C.1', value: '1234567890123456' },
          { obis: '1.8.0', value: 285_400, unit: 'Wh' },
          { obis: '1-1:1.8.0*01', value: 29_055_000, unit: 'Wh' },
          { obis: '1.6.0', value: 2468, unit: 'W' },
          { obis: '1.6.0', value: '(02.468*kW)(1703100930)' },
        ],
        bytes: READOUT,
      },
    ])
  })

  test('is the same with its parity bits on, and refused when one of them is wrong', () => {
    const onWire = withEvenParity(READOUT)
    expect(read(onWire)[0]?.values).toEqual(read(READOUT)[0]?.values)
    const damaged = onWire.slice()
    damaged[40] = (damaged[40] ?? 0) ^ 0x80
    expect(verdicts(damaged)).toEqual(['block-check-mismatch'])
    // A second error in the same bit deceives the block check, not the parity.
    damaged[41] = (damaged[41] ?? 0) ^ 0x80
    expect(verdicts(damaged)).toEqual(['parity-wrong'])
    const unchecked = withEvenParity(latin1(SPONTANEOUS))
    expect(verdicts(unchecked)).toEqual(['absent'])
    unchecked[40] = (unchecked[40] ?? 0) ^ 1
    expect(verdicts(unchecked)).toEqual(['parity-wrong'])
  })

  test('tells the check that came and the one that fits', () => {
    const wrong = READOUT.slice()
    wrong[wrong.length - 1] = 0x7f
    const { check, blockCheck } = iecReadout(wrong)
    expect({ check, given: blockCheck?.given, computed: blockCheck?.computed }).toEqual({
      check: 'invalid',
      given: 0x7f,
      computed: READOUT.at(-1),
    })
    expect(read(wrong)).toMatchObject([{ problem: 'block-check-mismatch', values: [] }])
  })

  test('whose block comes alone, after it was asked for again, has no name', () => {
    const [frame] = read(READOUT.subarray(READOUT.indexOf(2)))
    expect(frame).toMatchObject({ check: 'valid' })
    expect(frame).not.toHaveProperty('device')
  })

  test('may be heard with what the reader said to the meter', () => {
    const heard = `/?!\r\n/TRI5METER\r\n\u0006050\r\n${BLOCK}`
    expect(read(heard)).toMatchObject([{ check: 'valid', device: 'TRI5METER' }])
    expect(read(heard)[0]?.values).toEqual(read(READOUT)[0]?.values)
  })

  test('in partial blocks, which end with EOT, is checked the same way', () => {
    const block = '1.8.0(000285.4*kWh)\r\n\u0004'
    const check = [...latin1(block)].reduce((sum, byte) => sum ^ byte, 0)
    expect(verdicts(`/TRI5METER\r\n\u0002${block}${String.fromCharCode(check)}`)).toEqual(['valid'])
  })

  describe('without a block check', () => {
    test('is used, since the standard asks for none', () => {
      expect(read(SPONTANEOUS)).toMatchObject([{ check: 'absent', device: 'TRI2METER' }])
      expect(read(SPONTANEOUS)[0]?.values).toHaveLength(6)
      expect(verdicts(SPONTANEOUS.replace('\r\n\r\n', '\r\n'))).toEqual(['absent'])
    })

    test('is not used when a line of it is damaged', () => {
      expect(verdicts(SPONTANEOUS.replace('(00)', '(00'))).toEqual(['damaged'])
      expect(verdicts(SPONTANEOUS.replace('285.4', '28\u00b5.4'))).toEqual(['damaged'])
    })

    test('is given as soon as its mark came, where an empty line announced it', () => {
      expect(iecCodec.open().push(latin1(SPONTANEOUS))).toHaveLength(1)
    })

    test('is used when the stream ends behind the mark of a block, and at no other place in it', () => {
      const end = READOUT.length - 2
      expect(verdicts(READOUT.subarray(0, end))).toEqual(['absent'])
      for (let cut = READOUT.indexOf(2) + 1; cut < READOUT.length; cut++) {
        const isBehindMark = cut >= end - 2 && cut <= end
        expect(verdicts(READOUT.subarray(0, cut))).toEqual(
          isBehindMark ? ['absent'] : expect.not.arrayContaining(['absent', 'valid']),
        )
      }
    })

    test('but with the end of a checked block is one whose beginning was damaged', () => {
      const damaged = READOUT.slice()
      damaged[damaged.indexOf(2)] = 0x12
      expect(read(damaged)).toMatchObject([{ check: 'invalid', values: [] }])
    })

    test('but with a CRC behind its mark is a P1 telegram', () => {
      expect(read(SPONTANEOUS.replace('!\r\n', '!92F5\r\n'))).toMatchObject([
        { problem: 'not-a-readout', values: [] },
      ])
    })
  })

  test('that was cut gives way to the whole one behind it', () => {
    for (let cut = 20; cut < READOUT.length - 2; cut++) {
      const stream = new Uint8Array([...READOUT.subarray(0, cut), ...READOUT])
      expect(read(stream).filter(({ check }) => check === 'valid')).toHaveLength(1)
    }
  })

  test.each([
    { line: '6.8(0029.055*MWh)', values: [{ obis: '6.8', value: 29_055_000, unit: 'Wh' }] },
    { line: '6.26*01(01563.92*m3)', values: [{ obis: '6.26*01', value: 1563.92, unit: 'm³' }] },
    { line: '9.20(64030874)', values: [{ obis: '9.20', value: '64030874' }] },
    { line: '9.4(088*C&082*C)', values: [{ obis: '9.4', value: '088*C&082*C' }] },
    { line: '81.7.6(  80*Deg)', values: [{ obis: '81.7.6', value: 80, unit: '°' }] },
    { line: '6.33(001.476*m3ph)', values: [{ obis: '6.33', value: 1.476, unit: 'm³/h' }] },
    { line: 'F(0)', values: [{ name: 'F', value: '0' }] },
    { line: '6.8.1()', values: [{ obis: '6.8.1', value: '' }] },
    { line: '0-0:C.1.0*255(63355730)', values: [{ obis: '0-0:C.1.0', value: '63355730' }] },
    { line: '1-0:2.8.0*255(-1.5*kWh)', values: [{ obis: '1-0:2.8.0', value: -1500, unit: 'Wh' }] },
    { line: '1.8.0(12.5)', values: [{ obis: '1.8.0', value: 12.5 }] },
    {
      line: '1.8.1(1*kWh)1.8.2(2*kWh)',
      values: [
        { obis: '1.8.1', value: 1000, unit: 'Wh' },
        { obis: '1.8.2', value: 2000, unit: 'Wh' },
      ],
    },
    { line: '1.8.1(1*kWh', values: [] },
    { line: '1.8.1)1*kWh(', values: [] },
    { line: 'nothing in brackets', values: [] },
  ])('the data set $line is read', ({ line, values }) => {
    expect(read(readoutOf([line]))[0]?.values).toEqual(values)
  })

  test('is told from the P1 port and the port from it', () => {
    expect(iecCodec.likeness(READOUT)).toBeGreaterThan(dsmrCodec.likeness(READOUT))
    const p1 = latin1('/TRI5METER\r\n\r\n1-0:1.8.0*255(1*kWh)\r\n!\r\n')
    expect(dsmrCodec.likeness(p1)).toBeGreaterThan(iecCodec.likeness(p1))
    expect(iecCodec.likeness(latin1(SPONTANEOUS))).toBeGreaterThan(0.5)
    expect(iecCodec.likeness(latin1('\u0002nothing\u0003x'))).toBe(0)
  })
})

law(
  'a group is the very number that its decimal says, in the unit behind it',
  tuple(
    integer({ min: 0, max: 2 ** 53 - 1 }),
    integer({ min: 0, max: 9 }),
    constantFrom('kWh', 'W', 'MWh', 'dm3'),
  ),
  ([digits, fraction, unit]) => {
    const text = String(digits).padStart(fraction + 1, '0')
    const point = text.length - fraction
    const exponent = { kWh: 3, W: 0, MWh: 6, dm3: -3 }[unit] ?? 0
    const group = `${text.slice(0, point)}.${text.slice(point)}*${unit}`
    return measurementOf(group)?.value === Number(`${digits}e${exponent - fraction}`)
  },
)
