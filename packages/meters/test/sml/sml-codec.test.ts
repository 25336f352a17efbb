import { law } from '@tri/units/testing'
import { array, bigInt, constantFrom, integer, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import { smlCodec } from '../../src/sml/sml-codec.ts'
import { codecSuite } from '../../src/testing/codec-suite.ts'
import { checked, entry, listMessage, smlFrame } from './sml-message.ts'

const IMPORT = '0100010800ff'
const POWER = '0100100700ff'
const imported = entry({ name: IMPORT, unit: '621e', scaler: '52ff', value: '65003b9ace' })

function only(bytes: Uint8Array) {
  const frames = decodeAll(smlCodec, bytes)
  expect(frames).toHaveLength(1)
  const [frame] = frames
  if (frame === undefined) throw new Error('no frame')
  return frame
}

const values = (...entries: string[]) => only(smlFrame(listMessage(entries))).values

describe('SML', () => {
  const frame = smlFrame(listMessage([imported]))
  codecSuite(smlCodec, [{ name: 'a small frame', bytes: frame }], {
    flipped: { name: 'a small frame', bytes: frame },
  })

  test('reads energy in Wh, exactly, with the server id and the bytes as they came', () => {
    expect(only(frame)).toEqual({
      protocol: 'sml',
      check: 'valid',
      device: '0a01545249000000000a',
      values: [{ obis: '1-0:1.8.0', value: 390_625.4, unit: 'Wh' }],
      bytes: frame,
    })
  })

  test.each([
    { sent: '52ff', value: -1 },
    { sent: '53ff6a', value: -150 },
    { sent: '54fffe00', value: -512 },
    { sent: '56ffffffff00', value: -256 },
    { sent: '59ffffffffffffffff', value: -1 },
    { sent: '6902ffffffffffff00', value: 216_172_782_113_783_550 },
    { sent: '640fffff', value: 1_048_575 },
    { sent: '4201', value: true },
    { sent: '4200', value: false },
    { sent: '0448595a', value: '48595a' },
  ])('reads the value $sent as $value', ({ sent, value }) => {
    expect(values(entry({ name: POWER, value: sent }))).toEqual([{ obis: '1-0:16.7.0', value }])
  })

  law('reads whole numbers of any length', bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (number) => {
    const digits = BigInt.asUintN(64, number).toString(16).padStart(16, '0')
    return values(entry({ name: POWER, value: `59${digits}` }))[0]?.value === Number(number)
  })

  test('reads octet strings longer than one length byte tells', () => {
    const [value] = values(entry({ name: '8181c78205ff', value: `8302${'a5'.repeat(48)}` }))
    expect(value).toEqual({ obis: '129-129:199.130.5', value: 'a5'.repeat(48) })
  })

  test('tells the sixth group of an OBIS code where it is not 255', () => {
    expect(values(entry({ name: '010060320101', value: '04445a47' }))[0]?.obis).toBe('1-0:96.50.1*1')
  })

  test.each([
    { form: 'a UTC time', time: '726202655f000000' },
    { form: 'a local time', time: '72620373655f00000053003c53003c' },
  ])('takes $form as the moment of a value and of the frame', ({ time }) => {
    const at = 0x5f00_0000 * 1_000
    const made = only(smlFrame(listMessage([entry({ name: POWER, time, value: '6201' })], { time })))
    expect(made).toMatchObject({ measuredAt: at, values: [{ measuredAt: at }] })
  })

  test.each(['72620165016dc045', '6500148e03', '7262026500000000'])(
    'knows no moment from a counter of seconds, a bare counter or a clock that was never set: %s',
    (time) => {
      const made = only(smlFrame(listMessage([entry({ name: POWER, time, value: '6201' })], { time })))
      expect(made.values).toEqual([{ obis: '1-0:16.7.0', value: 1 }])
      expect(made).not.toHaveProperty('measuredAt')
    },
  )

  test('leaves out entries that have no value or a list for one', () => {
    const list = '72620172016201'
    expect(
      values(entry({ name: POWER, value: '01' }), entry({ name: POWER, value: list }), imported),
    ).toHaveLength(1)
  })

  law(
    'gives a content back however many escape bytes are in it',
    array(constantFrom(0x1b, 0x1b, 0x1b, 0x1a, 0x01, 0x00), { minLength: 1, maxLength: 13 }),
    (content) => {
      const digits = Uint8Array.from(content).toHex()
      const sent = entry({ name: POWER, value: `0${(content.length + 1).toString(16)}${digits}` })
      return values(sent)[0]?.value === digits
    },
  )

  test('accepts a message check whose zero high byte was left out', () => {
    let length = 0
    for (let counter = 0; counter < 2_000 && length === 0; counter++) {
      const sent = entry({ name: IMPORT, value: `63${counter.toString(16).padStart(4, '0')}` })
      const message = listMessage([sent])
      if (!/62..00$/.test(message)) continue
      length = only(smlFrame(message)).values.length
    }
    expect(length).toBe(1)
  })

  test('refuses a message whose check fails, though the frame as a whole is sound', () => {
    const message = listMessage([imported])
    const wrong = `${message.slice(0, -6)}dead00`
    expect(only(smlFrame(wrong))).toMatchObject({
      check: 'valid',
      problem: 'message-crc-mismatch',
      refusedParts: 1,
      values: [],
    })
    const beside = only(smlFrame(wrong, listMessage([imported])))
    expect(beside).toMatchObject({ refusedParts: 1, values: [{ obis: '1-0:1.8.0' }] })
    expect(beside).not.toHaveProperty('problem')
  })

  test('refuses a frame that is made otherwise than the standard says', () => {
    expect(only(smlFrame('7705'))).toMatchObject({ check: 'valid', problem: 'malformed' })
    expect(only(smlFrame(checked('76050000000162006200726307010a')))).toMatchObject({ problem: 'malformed' })
  })

  test('steps over messages it does not read', () => {
    const opening = checked('760500000001620062007263010176010102310954657374000000010101')
    const closing = checked('76050000000362006200726302017101')
    expect(only(smlFrame(opening, listMessage([imported]), closing)).values).toHaveLength(1)
  })

  test('finds the next frame behind one that was cut off, and behind one whose end is wrong', () => {
    const cut = frame.subarray(0, 40)
    const both = decodeAll(smlCodec, Uint8Array.from([...cut, ...frame]))
    expect(both.map(({ problem }) => problem)).toEqual(['incomplete', undefined])
    const eaten = decodeAll(smlCodec, Uint8Array.from([...frame.subarray(0, -3), ...frame]))
    expect(eaten.map(({ problem }) => problem)).toEqual(['crc-mismatch', undefined])
  })

  test('lets go of a frame that does not end', () => {
    const endless = Uint8Array.from([...frame.subarray(0, 8), ...new Uint8Array(9_000), ...frame])
    const frames = decodeAll(smlCodec, endless)
    expect(frames.map(({ problem }) => problem)).toEqual(['incomplete', undefined])
  })

  test('is known by a whole frame, guessed from a beginning, and not seen in text', () => {
    expect(smlCodec.likeness(frame)).toBe(1)
    expect(smlCodec.likeness(frame.subarray(0, 30))).toBe(0.8)
    expect(smlCodec.likeness(new TextEncoder().encode('/ISK5\\2M550T-1011\r\n'))).toBe(0)
  })

  law('reads any content with a right check without a throw', uint8Array({ maxLength: 200 }), (content) => {
    decodeAll(smlCodec, smlFrame(content.toHex()))
  })

  law('reads a list with any length and any type without a throw', integer({ min: 0, max: 255 }), (first) => {
    const sent = entry({ name: POWER, value: `${first.toString(16).padStart(2, '0')}00` })
    decodeAll(smlCodec, smlFrame(listMessage([sent])))
  })
})
