import { describe, expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import { hasCaptures, codecSuite } from '../../src/testing/index.ts'
import { cipherMac } from '../../src/wmbus/telegram-cipher.ts'
import { radioCrc } from '../../src/wmbus/radio-crc.ts'
import { wmbusCodec } from '../../src/wmbus/wmbus-codec.ts'
import { knownTelegrams } from './telegrams.ts'

const hex = (text: string): Uint8Array => Uint8Array.fromHex(text.replaceAll(' ', ''))

// The gas meter of the OMS specification (volume 2, annex N), security profile B: format A as sent, and its key.
const profileB = hex(
  `434493157856341233037AC98C2075900F002C25B30A000021924D4FBA372FB66E017A75002007109058475F4BC9
D1281DF878B80A1B0F98B629024AAC7279429398BFC549233C0140829B93BAA1`.replaceAll('\n', ''),
)
const keys = { encryption: hex('000102030405060708090A0B0C0D0E0F') }
const gasValues = [
  { name: 'volume', value: 28_504.27, unit: 'm³' },
  { name: 'date-time', value: '2008-05-31T23:50:00' },
  { name: 'error-flags', value: 0 },
]

/** A water meter KAM 12345678 with the records of `content` behind a header without encryption. */
function telegram(content: string, ci = '7a 01 00 0000'): Uint8Array {
  const body = hex(`44 2d2c 78563412 01 07 ${ci} ${content}`)
  return Uint8Array.of(body.length, ...body)
}

function withCheck(bytes: Uint8Array): Uint8Array {
  const crc = radioCrc(bytes)
  return Uint8Array.of(...bytes, crc >> 8, crc & 0xff)
}

/** Format A of a telegram: a check behind ten bytes and behind every further sixteen. */
function formatA(bytes: Uint8Array): Uint8Array {
  const blocks = [withCheck(bytes.subarray(0, 10))]
  for (let at = 10; at < bytes.length; at += 16) blocks.push(withCheck(bytes.subarray(at, at + 16)))
  return Uint8Array.from(blocks.flatMap((block) => [...block]))
}

/** Format B: the length counts the checks, one behind 126 bytes and one at the end. */
function formatB(bytes: Uint8Array): Uint8Array {
  const checks = bytes.length <= 126 ? 2 : 4
  const counted = bytes.with(0, bytes.length - 1 + checks)
  const blocks = [counted.subarray(0, 126), ...(checks === 4 ? [counted.subarray(126)] : [])].map(withCheck)
  return Uint8Array.from(blocks.flatMap((block) => [...block]))
}

const water = telegram('0413d2040000 0f6465666768696a6b6c6d6e6f')
const waterValues = [
  { name: 'volume', value: 1.234, unit: 'm³' },
  { name: 'manufacturer-data', value: '6465666768696a6b6c6d6e6f' },
]

describe('what every codec must hold to', () => {
  const stripped = hasCaptures ? knownTelegrams().filter(({ bytes }) => bytes[0] !== 0x68) : []
  codecSuite(
    wmbusCodec,
    [
      { name: 'a gas meter', bytes: profileB, options: { keys } },
      ...stripped.map(({ driver, bytes, key }, index) => ({
        name: `${driver} ${index}`,
        bytes,
        ...(key === undefined ? {} : { options: { keys: { encryption: key } } }),
      })),
    ],
    { flipped: { name: 'a gas meter', bytes: profileB, options: { keys } } },
  )

  test.each([
    ['format A', formatA(water)],
    ['format B behind its sync word', Uint8Array.of(0x54, 0x3d, ...formatB(water))],
  ])('no flipped bit of %s without encryption changes a value that is accepted', (_, bytes) => {
    const whole = decodeAll(wmbusCodec, bytes).flatMap(({ values }) => values)
    expect(whole).toEqual(waterValues)
    for (let at = 0; at < bytes.length; at++)
      for (let bit = 0; bit < 8; bit++) {
        const flipped = bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit))
        for (const { values } of decodeAll(wmbusCodec, flipped))
          for (const value of values) expect(waterValues).toContainEqual(value)
      }
  })
})

describe('the link layer', () => {
  test.each([
    ['format A', formatA(water), 'valid'],
    ['format A behind the sync word of mode C', Uint8Array.of(0x54, 0xcd, ...formatA(water)), 'valid'],
    ['format B', formatB(water), 'valid'],
    ['no checks', water, 'absent'],
  ])('is read in %s', (_, bytes, check) => {
    const [frame, ...others] = decodeAll(wmbusCodec, bytes)
    expect(frame).toMatchObject({ check, device: 'KAM 12345678 water version 1', values: waterValues })
    expect(others).toEqual([])
  })

  test('is read in format B of two blocks', () => {
    const long = telegram(`0413d2040000 0f${'55'.repeat(150)}`)
    expect(decodeAll(wmbusCodec, formatB(long))).toMatchObject([{ check: 'valid', values: { length: 2 } }])
  })

  test('finds telegrams without checks behind one another, and behind garbage', () => {
    const bytes = Uint8Array.of(1, 2, 3, ...water, ...water, ...water)
    expect(decodeAll(wmbusCodec, bytes).map(({ values }) => values)).toEqual([
      waterValues,
      waterValues,
      waterValues,
    ])
  })

  test('takes no telegram without checks where frames have them', () => {
    const bytes = Uint8Array.of(...formatA(water), ...water, ...formatA(water))
    expect(decodeAll(wmbusCodec, bytes).map(({ check }) => check)).toEqual(['valid', 'valid'])
  })

  test('is recognised by its checks', () => {
    expect(wmbusCodec.likeness(formatA(water))).toBe(1)
    expect(wmbusCodec.likeness(water)).toBe(0.9)
    expect(wmbusCodec.likeness(hex('68 03 03 68 08 01 70 79 16'))).toBe(0)
  })
})

describe('an encrypted telegram', () => {
  test('of profile B is opened with the key of the day, and its authentication is checked', () => {
    expect(decodeAll(wmbusCodec, profileB, { keys })).toMatchObject([{ check: 'valid', values: gasValues }])
  })

  test.each([
    ['no key', {}, 'key-missing'],
    ['another key', { keys: { encryption: new Uint8Array(16) } }, 'key-wrong'],
    ['a key that is too short', { keys: { encryption: new Uint8Array(8) } }, 'key-missing'],
  ])('stays closed with %s', (_, options, problem) => {
    expect(decodeAll(wmbusCodec, profileB, options)).toMatchObject([{ problem, values: [] }])
  })

  test('that its receiver opened needs no key', () => {
    const [frame] = decodeAll(wmbusCodec, telegram('2f2f 0413d2040000 2f2f2f2f2f2f2f2f', '7a 01 00 1005'))
    expect(frame?.values).toEqual([waterValues[0]])
  })
})

/** A check as it stands in a payload: its low byte first. */
function low(crc: number): string {
  return Uint8Array.of(crc & 0xff, crc >> 8).toHex()
}

describe('a compact frame', () => {
  const records = hex('0413d2040000 4413d0040000')
  const later = hex('0413d3040000 4413d0040000')
  const compact = telegram(
    `${low(radioCrc(hex('0413 4413')))} ${low(radioCrc(later))} d3040000 d0040000`,
    '79',
  )

  test('is read once its format was seen, and not before', () => {
    const full = telegram(records.toHex(), '78')
    const frames = decodeAll(wmbusCodec, Uint8Array.of(...compact, ...full, ...compact))
    expect(frames.map(({ problem, values }) => problem ?? values.map(({ value }) => value))).toEqual([
      'format-unknown',
      [1.234, 1.232],
      [1.235, 1.232],
    ])
  })
})

test('AES-CMAC gives what RFC 4493 prints', () => {
  const key = hex('2b7e151628aed2a6abf7158809cf4f3c')
  const block = '6bc1bee22e409f96e93d7e117393172a'
  expect(cipherMac(key, new Uint8Array()).toHex()).toBe('bb1d6929e95937287fa37d129b756746')
  expect(cipherMac(key, hex(block)).toHex()).toBe('070a16b46b4d4144f79bdd9dd04a287c')
  expect(cipherMac(key, hex(`${block}ae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411`)).toHex()).toBe(
    'dfa66747de9ae63030ca32611497c827',
  )
})
