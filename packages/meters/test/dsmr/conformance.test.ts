import { describe, expect, test } from 'vitest'

import { decodeAll, type FrameKeys } from '../../src/codec.ts'
import { dsmrCodec } from '../../src/dsmr/dsmr-codec.ts'
import { dsmrTelegram } from '../../src/dsmr/telegram.ts'
import { isUsable, type MeterValue } from '../../src/frame.ts'
import { capturedFiles, hasCaptures } from '../../src/testing/captures.ts'
import { codecSuite } from '../../src/testing/codec-suite.ts'
import { conforms } from '../conformance-table.ts'

interface ExpectedObject {
  readonly obis: string
  readonly groups: readonly string[]
}

interface Expected {
  readonly identification: string
  readonly crc16: {
    readonly given: string | null
    readonly computed: string
    readonly valid: boolean | null
  } | null
  readonly objects: readonly ExpectedObject[]
}

interface ExpectedCiphered {
  readonly key: string
  readonly authenticationKey: string | null
  readonly plaintext: string
}

const SLASH = 0x2f
/** Announces version 4.2, whose telegrams end with a CRC, and carries none. */
const WITHOUT_ITS_CRC = new Set(['amshan-nl-xmx-no-crc.txt'])
const UNITS = new Map<string, readonly [string, number]>([
  ['kwh', ['Wh', 3]],
  ['wh', ['Wh', 0]],
  ['kw', ['W', 3]],
  ['w', ['W', 0]],
  ['kvarh', ['varh', 3]],
  ['varh', ['varh', 0]],
  ['kvar', ['var', 3]],
  ['var', ['var', 0]],
  ['v', ['V', 0]],
  ['a', ['A', 0]],
  ['s', ['s', 0]],
  ['hz', ['Hz', 0]],
  ['m3', ['m³', 0]],
  ['gj', ['GJ', 0]],
])
const files = capturedFiles('dsmr')

/** The numbers with a unit that the groups of an object hold, scaled by another way than the codec's. */
function numbersOf({ obis, groups }: ExpectedObject): Pick<MeterValue, 'obis' | 'value' | 'unit'>[] {
  const code = obis.replace(/\*255$|(?<=\.\d+)\.255$/, '')
  return groups.flatMap((group) => {
    const [, digits, written] = /^(-?[\d.]+)\*(\w+)$/.exec(group) ?? []
    const [unit, exponent] = UNITS.get(written?.toLowerCase() ?? '') ?? []
    return digits === undefined
      ? []
      : [{ obis: code, value: Number(`${digits}e${exponent}`), unit: unit ?? '?' }]
  })
}

/** Compares every number that has a unit, and tells how many were right. */
function valuesEqual(values: readonly MeterValue[], objects: readonly ExpectedObject[]): number {
  const numbers = values.flatMap(({ obis, value, unit }) =>
    unit === undefined ? [] : [{ obis, value, unit }],
  )
  // The hourly gas value of DSMR 2.2 has its unit in a group of its own, the last but one.
  const hourly = objects.flatMap(({ obis, groups }) =>
    groups.at(-2) === 'm3' ? [{ obis, value: Number(groups.at(-1)), unit: 'm³' }] : [],
  )
  expect(numbers).toEqual([...objects.flatMap(numbersOf), ...hourly])
  return numbers.length
}

describe.skipIf(!hasCaptures)('the captures of P1 ports', () => {
  let frames = 0
  let right = 0
  let refused = 0
  let objectsRight = 0

  test.each(files)('$name is read as others read it', ({ name, bytes, expected }) => {
    const { identification, crc16, objects } = expected as Expected
    const decoded = decodeAll(dsmrCodec, bytes)
    expect(decoded).toHaveLength(1)
    const [frame] = decoded
    if (frame === undefined) throw new Error('no frame')
    frames++
    const telegram = dsmrTelegram(bytes.subarray(bytes.indexOf(SLASH)))
    expect(telegram.identification).toBe(identification)
    expect(telegram.objects.map(({ address, groups }) => ({ obis: address, groups }))).toEqual(objects)
    objectsRight += objects.length
    const valid = crc16?.valid ?? null
    expect(frame.check).toBe(valid === null ? 'absent' : valid ? 'valid' : 'invalid')
    expect(telegram.crcGiven?.toUpperCase()).toBe(crc16?.given?.toUpperCase())
    expect(isUsable(frame)).toBe(valid !== false && !WITHOUT_ITS_CRC.has(name))
    if (isUsable(frame)) right += valuesEqual(frame.values, objects)
    else refused++
  })

  test.each(capturedFiles('dsmr-encrypted'))('$name opens with its key alone', ({ bytes, expected }) => {
    const { key, authenticationKey, plaintext } = expected as ExpectedCiphered
    const keys: FrameKeys = {
      encryption: Uint8Array.fromHex(key),
      ...(authenticationKey === null ? {} : { authentication: Uint8Array.fromHex(authenticationKey) }),
    }
    const plain = files.find(({ name }) => plaintext.endsWith(name))
    if (plain === undefined) throw new Error('the plain telegram is missing')
    const { identification } = plain.expected as Expected
    // What it holds is the example of the standard, whose CRC is wrong as it was published.
    expect(decodeAll(dsmrCodec, bytes, { keys })).toMatchObject([
      { check: 'invalid', problem: 'crc-mismatch', device: identification, values: [] },
    ])
    expect(decodeAll(dsmrCodec, bytes)).toMatchObject([{ problem: 'key-missing', values: [] }])
    const others = { encryption: new Uint8Array(16) }
    expect(decodeAll(dsmrCodec, bytes, { keys: others })).toMatchObject([
      { problem: 'key-wrong', values: [] },
    ])
    frames++
    refused++
  })

  test('the table of conformance', () => {
    const count = files.length + capturedFiles('dsmr-encrypted').length
    console.info(`dsmr: ${objectsRight} objects as they were sent`)
    conforms({ protocol: 'dsmr', files: count, frames, right, refused })
  })
})

describe.skipIf(!hasCaptures)('the telegram of a real meter', () => {
  const [flipped] = files.filter(({ name }) => name === 'ndokter-v5-eon-hu.txt')
  codecSuite(dsmrCodec, files, flipped === undefined ? {} : { flipped })
})
