import { describe, expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import { dsmrCodec, dsmrCodecFor } from '../../src/dsmr/dsmr-codec.ts'
import { TELEGRAM_BYTES_MAX } from '../../src/dsmr/telegram-cutter.ts'
import { codecSuite } from '../../src/testing/codec-suite.ts'
import { DUTCH, IMPORT, latin1, telegramOf, TIME } from './p1-telegram.ts'

const read = (text: string) => decodeAll(dsmrCodec, latin1(text))
const verdicts = (text: string) => read(text).map(({ check, problem }) => problem ?? check)
const values = (...lines: string[]) => read(telegramOf(lines))[0]?.values
/** DSMR 3.0 knows neither the telegram's time nor a CRC. */
const OLD = '/TRI5\\2OLD\r\n\r\n1-0:1.8.1(12345.678*kWh)\r\n1-0:1.7.0(001.19*kW)\r\n!\r\n'

describe('the P1 port', () => {
  codecSuite(
    dsmrCodec,
    [
      { name: 'a telegram of today', bytes: latin1(DUTCH) },
      { name: 'two telegrams and a cut one', bytes: latin1(DUTCH + DUTCH + DUTCH.slice(0, 300) + DUTCH) },
      { name: 'an old telegram without a CRC', bytes: latin1(OLD + OLD) },
    ],
    { flipped: { name: 'a telegram of today', bytes: latin1(DUTCH) } },
  )

  test('gives energy in Wh and power in W, with the meter, its time and the bytes as they came', () => {
    const text = telegramOf([TIME, IMPORT, '1-0:1.7.0(00.244*kW)'])
    expect(read(text)).toEqual([
      {
        protocol: 'dsmr',
        check: 'valid',
        device: 'TRI5\\2METER',
        measuredAt: Date.UTC(2023, 6, 24, 13, 7, 30),
        values: [
          { obis: '0-0:1.0.0', value: '230724150730S' },
          { obis: '1-0:1.8.0', value: 173_640, unit: 'Wh' },
          { obis: '1-0:1.7.0', value: 244, unit: 'W' },
        ],
        bytes: latin1(text.trimEnd()),
      },
    ])
  })

  describe('a CRC', () => {
    const [body = '', crc = ''] = DUTCH.trimEnd().split('!')

    test.each([
      { form: 'in small letters', text: `${body}!${crc.toLowerCase()}\r\n` },
      { form: 'without its line end', text: `${body}!${crc}` },
      { form: 'behind an empty line before the slash', text: `\r\n\r\n${DUTCH}` },
      { form: 'with the end of another telegram before it', text: `.7.0(00.1*kW)\r\n!ABCD\r\n${DUTCH}` },
      { form: 'of a telegram whose carriage returns were lost', text: DUTCH.replaceAll('\r', '') },
    ])('$form is valid', ({ text }) => {
      expect(verdicts(text)).toEqual(['valid'])
    })

    test('without its leading zeros is valid', () => {
      const short = Array.from({ length: 64 }, (_, i) => telegramOf([TIME, `1-0:1.8.0(${i}*kWh)`])).find(
        (text) => text.includes('!0'),
      )
      expect(verdicts((short ?? '').replace(/!0+/, '!'))).toEqual(['valid'])
    })

    test.each(['!', '!\n', '! \r\n', '!12', '!zzzz\r\n', '!00000\r\n'])(
      'replaced by %j leaves no value to use',
      (end) => {
        const [frame, ...others] = read(body + end)
        expect(others).toEqual([])
        expect(frame?.problem).toMatch(/^crc-m/)
        expect(frame?.values).toEqual([])
      },
    )
  })

  describe('a telegram without a CRC', () => {
    test('is used where the standard has none', () => {
      expect(read(OLD).map(({ check, problem }) => [check, problem])).toEqual([['absent', undefined]])
      expect(read(OLD)[0]?.values).toHaveLength(2)
    })

    test.each(['1-3:0.2.8(42)', '0-0:96.1.4(50217)', TIME, '1-0:1.6.0(200509134558S)(02.589*kW)'])(
      'is not used when it says %s',
      (line) => {
        const text = OLD.replace('\r\n\r\n', `\r\n\r\n${line}\r\n`)
        expect(read(text)).toMatchObject([{ check: 'absent', problem: 'crc-missing', values: [] }])
      },
    )

    test('is used when it ends behind a whole line, and not in the middle of one', () => {
      expect(verdicts(OLD.replace('!\r\n', ''))).toEqual(['absent'])
      expect(verdicts(OLD.slice(0, OLD.indexOf('*kW)')))).toEqual(['truncated'])
    })

    test('is not used when a line of it is damaged', () => {
      for (const [whole, damaged] of [
        ['1-0:1.7.0', '1-0:17.0'],
        ['1-0:1.7.0', '1-0\u00fa1.7.0'],
        ['001.19', '00\u00b1.19'],
        ['*kW)', '*kW'],
      ] as const)
        expect(read(OLD.replace(whole, damaged))).toMatchObject([
          { check: 'absent', problem: 'damaged', values: [] },
        ])
    })

    test('with a block check of IEC 62056-21 is not one of this port', () => {
      expect(verdicts(OLD.replace('\r\n\r\n', '\r\n\u0002'))).toEqual(['not-a-telegram'])
    })
  })

  describe('what is cut', () => {
    test('in the middle of a line gives way to the whole telegram behind it', () => {
      for (let cut = 8; cut < DUTCH.length - 2; cut++) {
        const found = read(DUTCH.slice(0, cut) + DUTCH).filter(({ problem }) => problem === undefined)
        expect(found).toHaveLength(1)
      }
    })

    test('at its end is shown as cut', () => {
      expect(verdicts(DUTCH.slice(0, 120))).toEqual(['truncated'])
    })

    test('a slash in a message begins no telegram', () => {
      expect(verdicts(telegramOf([TIME, '0-0:96.13.0(call /TRI5 or /ABC5x)', IMPORT]))).toEqual(['valid'])
    })

    test('telegrams that begin and do not end cost no more than their bytes', () => {
      expect(read('\n/TRI5'.repeat(200_000))).toHaveLength(200_000)
    })

    test('a telegram that never ends hides none behind it', () => {
      const endless = `/TRI5\\2METER\r\n${'1-0:1.8.0(1*kWh)\r\n'.repeat(TELEGRAM_BYTES_MAX / 16)}`
      expect(verdicts(`${endless}${DUTCH}`)).toEqual(['valid'])
    })
  })

  describe('an object', () => {
    test.each([
      { line: '1-0:1.8.0(000201282*Wh)', value: 201_282, unit: 'Wh' },
      { line: '0-1:24.2.1(0012.345*MWh)', obis: '0-1:24.2.1', value: 12_345_000, unit: 'Wh' },
      { line: '1-0:3.8.0(00000012.696*kVArh)', obis: '1-0:3.8.0', value: 12_696, unit: 'varh' },
      { line: '1-0:4.7.0(0000.505*kVAr)', obis: '1-0:4.7.0', value: 505, unit: 'var' },
      { line: '1-0:9.7.0(00.021*kVA)', obis: '1-0:9.7.0', value: 21, unit: 'VA' },
      { line: '1-0:32.7.0(220.1*v)', obis: '1-0:32.7.0', value: 220.1, unit: 'V' },
      { line: '1-0:31.7.0(0.48*A)', obis: '1-0:31.7.0', value: 0.48, unit: 'A' },
      { line: '1-0:14.7.0(50.00*Hz)', obis: '1-0:14.7.0', value: 50, unit: 'Hz' },
      { line: '1-0:13.7.0(4.556)', obis: '1-0:13.7.0', value: 4.556 },
      { line: '1-0:1.8.0*255(00052185.7825309*kWh)', value: 52_185_782.5309, unit: 'Wh' },
      { line: '1-0:1.8.0*01(7.1*kWh)', obis: '1-0:1.8.0*01', value: 7100, unit: 'Wh' },
      { line: '1-0:31.7.0.255(001*A)', obis: '1-0:31.7.0', value: 1, unit: 'A' },
      { line: '1-0:72:32.0(00002)', obis: '1-0:72.32.0', value: 2 },
      { line: '0-0:96.14.0(0002)', obis: '0-0:96.14.0', value: 2 },
      { line: '1-0:0.0.0(0272031312565)', obis: '1-0:0.0.0', value: '0272031312565' },
      { line: '0-0:96.1.1(3960221976967)', obis: '0-0:96.1.1', value: '3960221976967' },
      { line: '0-0:96.13.0(3031)', obis: '0-0:96.13.0', value: '3031' },
    ])('$line is $value', ({ line, obis = '1-0:1.8.0', value, unit }) => {
      expect(values(line)).toEqual([{ obis, value, ...(unit === undefined ? {} : { unit }) }])
    })

    test('of a meter behind this one has the time at which that one was read', () => {
      expect(values('0-2:24.2.1(170102161005W)(00000.107*m3)')).toEqual([
        { obis: '0-2:24.2.1', value: 0.107, unit: 'm³', measuredAt: Date.UTC(2017, 0, 2, 15, 10, 5) },
      ])
    })

    test('with a time that lacks its season has no time', () => {
      expect(values('0-1:24.2.1(170102161005)(00000.107*m3)')).toEqual([
        { obis: '0-1:24.2.1', value: 0.107, unit: 'm³' },
      ])
    })

    test('of a meter that was never heard is no reading of zero', () => {
      expect(values('0-2:24.2.1(632525252525S)(00000.000)')).toEqual([
        { obis: '0-2:24.2.1', value: '(632525252525S)(00000.000)' },
      ])
    })

    test('of DSMR 2.2 goes on in the next line', () => {
      expect(values('0-1:24.3.0(120517020000)(08)(60)(1)(0-1:24.2.1)(m3)\r\n(00124.477)')).toEqual([
        { obis: '0-1:24.3.0', value: 124.477, unit: 'm³' },
      ])
    })

    test('that is a log is given whole, then entry by entry', () => {
      const log = '(2)(0-0:96.7.19)(101208152415W)(0000000240*s)(101208151004W)(0000000301*s)'
      const obis = '1-0:99.97.0'
      expect(values(`1-0:99:97.0${log}`)).toEqual([
        { obis, value: log },
        { obis, value: 240, unit: 's', measuredAt: Date.UTC(2010, 11, 8, 14, 24, 15) },
        { obis, value: 301, unit: 's', measuredAt: Date.UTC(2010, 11, 8, 14, 10, 4) },
      ])
    })

    test('that holds two limits is given whole, then each', () => {
      expect(values('1-1:31.4.0(100*A)(-063*A)')).toEqual([
        { obis: '1-1:31.4.0', value: '(100*A)(-063*A)' },
        { obis: '1-1:31.4.0', value: 100, unit: 'A' },
        { obis: '1-1:31.4.0', value: -63, unit: 'A' },
      ])
    })

    test('with a damaged line leaves the others alone', () => {
      expect(values('1-0:1.8.1(000', IMPORT)).toEqual([{ obis: '1-0:1.8.0', value: 173_640, unit: 'Wh' }])
    })
  })

  test('times are read in the zone that the codec was made for', () => {
    const [frame] = decodeAll(dsmrCodecFor({ winterHours: 2 }), latin1(telegramOf([TIME])))
    expect(frame?.measuredAt).toBe(Date.UTC(2023, 6, 24, 12, 7, 30))
  })

  test.each([
    '231324150730S',
    '230230150730S',
    '230724240730S',
    '230724156030W',
    '23072415073xS',
    '230724150730',
  ])('the time %s is none', (stamp) => {
    expect(read(telegramOf([`0-0:1.0.0(${stamp})`]))[0]?.measuredAt).toBeUndefined()
  })

  test('is told from other protocols', () => {
    expect(dsmrCodec.likeness(latin1(DUTCH))).toBe(1)
    expect(dsmrCodec.likeness(latin1(OLD))).toBeGreaterThan(0.6)
    expect(dsmrCodec.likeness(latin1('/TRI5METER\r\n\u00021-0:1.8.0(1*kWh)\r\n!\r\n\u0003x'))).toBeLessThan(
      0.5,
    )
    expect(dsmrCodec.likeness(latin1('{"power": 12}'))).toBe(0)
  })
})
