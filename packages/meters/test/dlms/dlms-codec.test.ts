import { createCipheriv } from 'node:crypto'

import { law } from '@tri/units/testing'
import { uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import { dlmsCodec } from '../../src/dlms/dlms-codec.ts'
import { codecSuite } from '../../src/testing/codec-suite.ts'
import { block, bytesOf, hdlc, LIST, LISTED, LLC, mbus, notification, wire } from './wire.ts'

const KEY = bytesOf('00112233445566778899aabbccddeeff')
const AUTHENTICATION = bytesOf('d0d1d2d3d4d5d6d7d8d9dadbdcdddedf')
const digits = (apdu: string) => bytesOf(apdu).toHex()
const PLAIN = digits(LIST)
const HALF = PLAIN.length - (PLAIN.length % 4) - 20
const FIRST = PLAIN.slice(0, HALF)
const REST = PLAIN.slice(HALF)

/** A general-glo-ciphering APDU around a plain one. */
function ciphered(plain: string, control: number, authentication?: Uint8Array): string {
  const vector = bytesOf('54524930303030310000002a')
  const cipher = createCipheriv('aes-128-gcm', KEY, vector, { authTagLength: 12 })
  if (authentication !== undefined) cipher.setAAD(wire(Uint8Array.of(control), authentication))
  const text = wire(cipher.update(bytesOf(plain)), cipher.final())
  const tag = (control & 0x10) === 0 ? '' : new Uint8Array(cipher.getAuthTag()).toHex()
  const body = `${control.toString(16)}0000002a${text.toHex()}${tag}`
  return `db085452493030303031 81${(body.length / 2).toString(16).padStart(2, '0')} ${body}`
}

function decode(...pieces: Uint8Array[]) {
  return decodeAll(dlmsCodec, wire(...pieces))
}

const problems = (...pieces: Uint8Array[]) => decode(...pieces).map(({ problem }) => problem)
const plainFrame = hdlc(`${LLC}${LIST}`)
const segmented = wire(hdlc(`${LLC}${FIRST}`, { isSegmented: true }), hdlc(REST))
const blocks = wire(hdlc(`${LLC}${block(FIRST, 1)}`), hdlc(block(REST, 2, { isLast: true })))
const overMbus = wire(mbus(FIRST, 0x00), mbus(REST, 0x11))
const sealed = ciphered(LIST, 0x30, AUTHENTICATION)
const encrypted = hdlc(`${LLC}${sealed}`)
const keys = { encryption: KEY, authentication: AUTHENTICATION }

describe.each([
  { form: 'in one frame', bytes: plainFrame },
  { form: 'in segments', bytes: segmented },
  { form: 'in blocks', bytes: blocks },
  { form: 'over M-Bus', bytes: overMbus },
])('a push list $form', ({ form, bytes }) => {
  codecSuite(dlmsCodec, [{ name: form, bytes }], { flipped: { name: form, bytes } })

  test('is read with its bytes as they came', () => {
    expect(decodeAll(dlmsCodec, bytes)).toEqual([
      { protocol: 'dlms', check: 'valid', values: [LISTED], bytes },
    ])
  })

  test('is read again behind garbage and behind itself', () => {
    const frames = decode(bytesOf('00ff11'), bytes, bytesOf('00'), bytes)
    expect(frames.map(({ values }) => values)).toEqual([[LISTED], [LISTED]])
  })
})

describe('an encrypted push list', () => {
  const options = { keys }
  const form = 'encrypted'
  codecSuite(dlmsCodec, [{ name: form, bytes: encrypted, options }], {
    flipped: { name: form, bytes: encrypted, options },
  })

  test('is read with its keys, and names its sender', () => {
    expect(decodeAll(dlmsCodec, encrypted, options)).toMatchObject([
      { check: 'valid', device: '5452493030303031', values: [LISTED] },
    ])
  })

  test('is refused without a key, and with another', () => {
    expect(decode(encrypted)).toMatchObject([
      { check: 'valid', problem: 'key-missing', device: '5452493030303031' },
    ])
    const wrong = { keys: { ...keys, encryption: AUTHENTICATION } }
    expect(decodeAll(dlmsCodec, encrypted, wrong)).toMatchObject([{ problem: 'key-wrong', values: [] }])
  })

  test('that carries no tag is refused when what opens is noise', () => {
    const untagged = hdlc(`${LLC}${ciphered(LIST, 0x20)}`)
    expect(decodeAll(dlmsCodec, untagged, { keys })).toMatchObject([{ values: [LISTED] }])
    const wrong = { keys: { encryption: AUTHENTICATION } }
    expect(decodeAll(dlmsCodec, untagged, wrong)).toMatchObject([{ problem: 'key-wrong', values: [] }])
  })

  test('comes in blocks and in segments of M-Bus too', () => {
    const apdu = digits(sealed)
    const inBlocks = wire(
      hdlc(`${LLC}${block(apdu.slice(0, 60), 1)}`),
      hdlc(block(apdu.slice(60), 2, { isLast: true })),
    )
    const inSegments = wire(mbus(apdu.slice(0, 60), 0), mbus(apdu.slice(60), 0x11))
    for (const bytes of [inBlocks, inSegments])
      expect(decodeAll(dlmsCodec, bytes, { keys })).toMatchObject([{ values: [LISTED], bytes }])
  })

  test('that is compressed, or cut short inside, is refused', () => {
    expect(decodeAll(dlmsCodec, hdlc(`${LLC}${ciphered(LIST, 0xb0)}`), { keys })).toMatchObject([
      { problem: 'apdu-unknown' },
    ])
    expect(decodeAll(dlmsCodec, hdlc(`${LLC}${digits(sealed).slice(0, 40)}`), { keys })).toMatchObject([
      { problem: 'malformed' },
    ])
  })
})

describe('pieces of a push list', () => {
  test('are refused when a block is missing, doubled or behind its time', () => {
    const [one, two, three] = [1, 2, 3].map((number) => hdlc(block(FIRST, number)))
    if (one === undefined || two === undefined || three === undefined) throw new Error('no blocks')
    const last = hdlc(block(REST, 3, { isLast: true }))
    expect(problems(one, last)).toEqual(['block-out-of-order'])
    expect(problems(one, two, two, last)).toEqual(['block-out-of-order', 'block-out-of-order'])
    expect(problems(two, last)).toEqual(['block-out-of-order', 'block-out-of-order'])
    expect(problems(one, one, two)).toEqual(['incomplete', 'incomplete'])
  })

  test('are refused when a segment is missing or of another sender', () => {
    const first = hdlc(`${LLC}${FIRST}`, { isSegmented: true, control: 0x10 })
    expect(decode(first, hdlc(REST, { control: 0x12 }))).toMatchObject([{ values: [LISTED] }])
    expect(problems(first, hdlc(REST, { control: 0x14 }))[0]).toBe('segment-out-of-order')
    const other = hdlc(REST, { addresses: '4108 85', control: 0x12 })
    expect(problems(first, other)[0]).toBe('segment-out-of-order')
  })

  test('are refused when anything came between them', () => {
    const first = hdlc(`${LLC}${FIRST}`, { isSegmented: true })
    expect(problems(first, bytesOf('55'), hdlc(REST))).toEqual(['incomplete', 'apdu-unknown'])
    const broken = hdlc('0102').with(9, 0xee)
    expect(problems(first, broken, hdlc(REST))).toEqual(['incomplete', 'fcs-mismatch', 'apdu-unknown'])
    expect(problems(first, plainFrame)).toEqual(['malformed'])
  })

  test('of M-Bus are refused when one is missing, and begin anew at number 0', () => {
    expect(problems(mbus(FIRST, 0), mbus(REST, 0x12))).toEqual(['segment-out-of-order'])
    expect(problems(mbus(REST, 0x11))).toEqual(['segment-out-of-order'])
    expect(decode(mbus(FIRST, 0), mbus(FIRST, 0), mbus(REST, 0x11))).toMatchObject([
      { problem: 'incomplete' },
      { values: [LISTED] },
    ])
  })

  test('are given up when they would be larger than an APDU may be', () => {
    const large = Array.from({ length: 20 }, () => hdlc('00'.repeat(1_900), { isSegmented: true }))
    for (const { bytes } of decode(...large))
      expect(bytes.length).toBeLessThanOrEqual(dlmsCodec.frameBytesMax)
    expect(problems(...large)).toEqual(['incomplete', 'incomplete', 'incomplete'])
  })

  test('whose block says more than it brings are refused', () => {
    expect(problems(hdlc('e0c00001000010aa'))).toEqual(['malformed'])
    expect(problems(hdlc('e0c0000100008400000001aa'))).toEqual(['malformed'])
  })
})

describe('a frame', () => {
  test('whose checksum is wrong is invalid, and the next one is read', () => {
    const wrong = overMbus.with(12, (overMbus[12] ?? 0) ^ 1)
    expect(decode(wrong, overMbus)).toMatchObject([
      { check: 'invalid', problem: 'checksum-mismatch' },
      { check: 'valid', problem: 'segment-out-of-order' },
      { values: [LISTED] },
    ])
  })

  test('of M-Bus that carries no DLMS is left to others', () => {
    expect(decode(mbus('0011', 0x72))).toEqual([])
    expect(dlmsCodec.likeness(mbus('0011', 0x72))).toBe(0)
  })

  test('that keeps the line alive is valid and says nothing', () => {
    expect(decode(hdlc(''))).toMatchObject([{ check: 'valid', values: [] }])
  })

  test('that never ends is told at the end, and one behind it is read', () => {
    const cut = plainFrame.subarray(0, 20)
    expect(decode(cut)).toMatchObject([{ check: 'invalid', problem: 'incomplete' }])
    expect(decode(hdlc('00'.repeat(200)).subarray(0, 12), plainFrame)).toMatchObject([
      { problem: 'incomplete' },
      { values: [LISTED] },
    ])
  })

  test('with an APDU that is not pushed, or none at all, is refused', () => {
    expect(problems(hdlc(`${LLC}c001c100`))).toEqual(['apdu-unknown'])
    expect(problems(hdlc(`${LLC}0f00000001 05`))).toEqual(['incomplete'])
    expect(problems(hdlc(`${LLC}0f00000001 0500`))).toEqual(['malformed'])
    expect(problems(hdlc(`${LLC}${notification('08')}`))).toEqual(['malformed'])
  })
})

describe('an APDU without a frame', () => {
  const bare = bytesOf(`${LLC}${LIST}`)
  codecSuite(dlmsCodec, [{ name: 'bare', bytes: wire(bare, bare) }], {})

  test('has no check, and is believed where the stream is made of nothing else', () => {
    expect(decode(bare, bare)).toMatchObject([
      { check: 'absent', values: [LISTED] },
      { check: 'absent', values: [LISTED] },
    ])
    expect(decode(bytesOf('00'), bare)).toEqual([])
    expect(decode(plainFrame, bare).map(({ check }) => check)).toEqual(['valid'])
  })

  test('may be encrypted', () => {
    expect(decodeAll(dlmsCodec, bytesOf(`${LLC}${sealed}`), { keys })).toMatchObject([{ values: [LISTED] }])
  })

  test('that does not end, or is none, is refused', () => {
    expect(decode(bare.subarray(0, -1))).toMatchObject([{ problem: 'incomplete' }])
    expect(decode(bytesOf(`${LLC}c00102030405`))).toMatchObject([{ check: 'absent', problem: 'malformed' }])
    expect(decode(bytesOf('e6e8000f'))).toEqual([])
    const endless = wire(bytesOf(`${LLC}0f0000000100 09 82ffff`), new Uint8Array(20_000))
    expect(decode(endless)).toMatchObject([{ check: 'absent', problem: 'incomplete' }])
  })
})

test('DLMS is known by what it says, guessed from frames, and not seen in text', () => {
  expect(dlmsCodec.likeness(plainFrame)).toBe(1)
  expect(dlmsCodec.likeness(encrypted)).toBe(1)
  expect(dlmsCodec.likeness(bytesOf(`${LLC}${LIST}`))).toBe(0.9)
  expect(dlmsCodec.likeness(hdlc('c001'))).toBe(0.9)
  expect(dlmsCodec.likeness(plainFrame.with(12, 0))).toBe(0.2)
  expect(dlmsCodec.likeness(new TextEncoder().encode('/ISK5\\2M550T-1011\r\n'))).toBe(0)
})

law('any information in a sound frame is read without a throw', uint8Array({ maxLength: 200 }), (bytes) => {
  decodeAll(dlmsCodec, hdlc(`${LLC}${notification(bytes.toHex())}`))
})
