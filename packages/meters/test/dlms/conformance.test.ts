import { describe, expect, test } from 'vitest'

import { decodeAll, type DecoderOptions } from '../../src/codec.ts'
import { dlmsCodec } from '../../src/dlms/dlms-codec.ts'
import { generalCipheredFrom, openGeneralCiphered } from '../../src/dlms/general-ciphering.ts'
import { isUsable, type MeterValue } from '../../src/frame.ts'
import { capturedFiles, hasCaptures, type CapturedFile } from '../../src/testing/captures.ts'
import { codecSuite } from '../../src/testing/codec-suite.ts'
import { conforms } from '../conformance-table.ts'
import { apdusOf, asExpected } from './expected-apdu.ts'

interface Expected {
  readonly key?: string
  readonly authenticationKey?: string | null
  readonly apdus?: readonly { readonly error?: string }[]
  readonly decryptedApdu?: unknown
  readonly rejectedBlockSequences?: number
  readonly hdlcFrames?: readonly { readonly fcsValid: boolean }[]
  readonly upstreamDecode?: Readonly<Record<string, unknown>> & {
    readonly cosem?: { readonly unknownObjects: readonly string[]; readonly knownObjects: readonly string[] }
  }
}

/** Names that an upstream decoder gives to objects, and the last groups of their OBIS codes. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ['active_power_import', '1.7.0'],
  ['active_power_export', '2.7.0'],
  ['reactive_power_import', '3.7.0'],
  ['reactive_power_export', '4.7.0'],
  ['current_l1', '31.7.0'],
  ['current_l2', '51.7.0'],
  ['current_l3', '71.7.0'],
  ['voltage_l1', '32.7.0'],
  ['voltage_l2', '52.7.0'],
  ['voltage_l3', '72.7.0'],
  ['active_power_import_total', '1.8.0'],
  ['active_power_export_total', '2.8.0'],
  ['reactive_power_import_total', '3.8.0'],
  ['reactive_power_export_total', '4.8.0'],
  ['list_ver_id', '0.2.129'],
])

const files = capturedFiles('dlms')
const expectedOf = ({ expected }: CapturedFile) => expected as Expected

function optionsOf(file: CapturedFile): DecoderOptions {
  const { key, authenticationKey } = expectedOf(file)
  if (key === undefined) return {}
  const encryption = Uint8Array.fromHex(key)
  if (typeof authenticationKey !== 'string') return { keys: { encryption } }
  return { keys: { encryption, authentication: Uint8Array.fromHex(authenticationKey) } }
}

function valuesOf(name: string): readonly MeterValue[] {
  const file = files.find((one) => one.name === `${name}.hex`)
  if (file === undefined) throw new Error(`${name} is not among the captures`)
  return decodeAll(dlmsCodec, file.bytes, optionsOf(file)).flatMap(({ values }) => values)
}

/** An expected APDU without the mark that its date-time had a tag: that is no part of what it says. */
function untagged(apdu: object): object {
  return Object.fromEntries(Object.entries(apdu).filter(([name]) => name !== 'dateTimeTagged'))
}

/** The number that an upstream decoder wrote as `1-0:1.7.0(1362*W)`, and its unit. */
function upstream(text: string): { obis: string; value: number; unit: string } | undefined {
  const [, obis, digits, unit] = /^([\d:.-]+)\((-?[\d.]+)\*(\w+)\)$/.exec(text) ?? []
  return obis === undefined || unit === undefined ? undefined : { obis, value: Number(digits), unit }
}

describe.skipIf(!hasCaptures)('the captures of DLMS meters', () => {
  let frames = 0
  let right = 0
  let refused = 0

  test.each(files)('$name has the APDUs that others found in it', (file) => {
    const { apdus = [] } = expectedOf(file)
    const found = apdusOf(file.bytes).flatMap((one) => (one.is === 'apdu' ? [asExpected(one.apdu)] : []))
    const sound = (expectedOf(file).hdlcFrames ?? []).every(({ fcsValid }) => fcsValid)
    if (!sound) expect(found).toEqual([])
    else if (apdus.some(({ error }) => error !== undefined)) expect(found).toEqual([{ error: 'short' }])
    else if (file.name.startsWith('austria')) expect(found).toMatchObject([{ apdu: 'general-glo-ciphering' }])
    else expect(found).toEqual(apdus.map(untagged))
  })

  test('the encrypted APDU of Austria is what others decrypted', () => {
    const file = files.find(({ name }) => name.startsWith('austria'))
    if (file === undefined) throw new Error('the capture of Austria is missing')
    const [apdu] = apdusOf(file.bytes)
    const reading = apdu?.is === 'apdu' ? generalCipheredFrom(apdu.apdu) : undefined
    if (reading?.is !== 'whole') throw new Error('nothing to open')
    const opened = openGeneralCiphered(reading.frame, optionsOf(file).keys)
    expect(opened.ok ? asExpected(opened.value) : opened.refusal).toEqual(expectedOf(file).decryptedApdu)
  })

  test.each(files)('$name gives the values that others gave', (file) => {
    const { upstreamDecode = {}, apdus = [], rejectedBlockSequences } = expectedOf(file)
    const decoded = decodeAll(dlmsCodec, file.bytes, optionsOf(file))
    const good = decoded.filter(isUsable)
    const values = good.flatMap((frame) => frame.values)
    frames += good.length
    refused += decoded.length - good.length
    if (rejectedBlockSequences !== undefined) expect(decoded.length).toBe(rejectedBlockSequences)
    else expect(decoded).toHaveLength(Math.max(1, apdus.length))
    if (good.length === 0) return
    const { cosem } = upstreamDecode
    for (const text of [...(cosem?.knownObjects ?? []), ...(cosem?.unknownObjects ?? [])]) {
      const theirs = upstream(text)
      if (theirs === undefined) continue
      const ours = values.find(({ obis }) => obis === theirs.obis)
      expect(ours?.unit).toBe(theirs.unit)
      expect(ours?.value).toBeCloseTo(theirs.value, 6)
      right++
    }
    for (const [name, groups] of NAMED) {
      const theirs = upstreamDecode[name]
      if (theirs === undefined) continue
      expect(values.find(({ obis = '' }) => obis.endsWith(`:${groups}`))?.value).toBe(theirs)
      right++
    }
  })

  test.each([
    {
      file: 'scs-lg-e450-cfg2026',
      values: { '1-1:1.8.0': 482_939, '1-0:1.7.0': 28, '1-0:32.7.0': 236, '1-0:31.7.0': 0.09 },
    },
    {
      file: 'scs-lg-e450-valid1',
      values: { '1-1:1.8.0': 25_149_419, '1-1:2.8.0': 4_422_366, '1-0:1.7.0': 777 },
    },
    { file: 'scs-lg-e450-extended-register', values: { '0-1:24.2.1': 30_545, '0-1:96.1.0': '24521662' } },
    { file: 'scs-lg-e360-cfg2026', values: { '1-1:2.8.0': 4_547, '1-0:32.7.0': 235.7, '1-0:31.7.0': 0.06 } },
    { file: 'scs-lg-e570-cfg2026', values: { '1-1:1.8.0': 0, '1-0:32.7.0': 232 } },
    {
      file: 'scs-iskra-am550-cfg2026',
      values: { '1-1:1.8.0': 15_207, '1-1:1.7.0': 27, '1-0:32.7.0': 234.7, '1-0:31.7.0': 0.12 },
    },
    { file: 'slovenia-list-1', values: { '1-0:72.7.0': 234.6, '0-0:96.1.2': 'ISK83826316' } },
    { file: 'iskra-1', values: { '1-0:1.8.0': 287_454_020, '1-0:2.8.0': 16_909_060 } },
    { file: 'austria-kaifa-mbus', values: { '1-0:1.8.0': 12_937, '1-0:32.7.0': 233.7, '1-0:13.7.0': 1 } },
  ])('$file tells what its meter showed', ({ file, values }) => {
    const told = new Map(valuesOf(file).map(({ obis, value }) => [obis, value]))
    for (const [obis, value] of Object.entries(values)) expect(told.get(obis)).toBe(value)
    right += Object.keys(values).length
  })

  test('a meter behind transformers, whose scale no one sent, gives its numbers without a unit', () => {
    const values = valuesOf('scs-lg-e570-load-cfg2026')
    expect(values).toContainEqual({ obis: '1-1:1.8.0', value: 2_607_383 })
    expect(values.every(({ unit }) => unit === undefined)).toBe(true)
  })

  test('a list that ends early says how many elements are missing', () => {
    const file = files.find(({ name }) => name === 'iskra-1.hex')
    expect(decodeAll(dlmsCodec, file?.bytes ?? new Uint8Array())).toMatchObject([
      { check: 'valid', refusedParts: 4 },
    ])
  })

  test('the table of conformance', () => {
    conforms({ protocol: 'dlms', files: files.length, frames: frames + refused, right, refused })
  })
})

const whole = files
  .filter(({ name }) => /^(aidon-example-1|iskra-1|scs-(lg-e450|iskra)|austria)/.test(name))
  .map((file) => ({ name: file.name, bytes: file.bytes, options: optionsOf(file) }))
const flipped = whole.find(({ name }) => name.startsWith('aidon'))
describe.skipIf(!hasCaptures)('the frames of real meters', () => {
  codecSuite(dlmsCodec, whole, flipped === undefined ? {} : { flipped })
})

describe.skipIf(!hasCaptures).each(whole.filter(({ name }) => /am550|austria|e450-cfg/.test(name)))(
  'pieces of a real meter: $name',
  (capture) => {
    codecSuite(dlmsCodec, [], { flipped: capture })
  },
)
