import { createCipheriv } from 'node:crypto'
import { describe, expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import { dsmrCodec } from '../../src/dsmr/dsmr-codec.ts'
import { codecSuite } from '../../src/testing/codec-suite.ts'
import { DUTCH, IMPORT, latin1, TIME } from './p1-telegram.ts'

const TITLE = latin1('TRI12345')
const COUNTER = 0x11223344
const keys = { encryption: new Uint8Array(16).fill(7), authentication: new Uint8Array(16).fill(9) }
const AUTHENTICATED = 0x30
const ONLY_ENCRYPTED = 0x20

function ciphered(text: string, control = AUTHENTICATED): Uint8Array {
  const counter = new Uint8Array(4)
  new DataView(counter.buffer).setUint32(0, COUNTER)
  const vector = Buffer.concat([TITLE, counter])
  const cipher = createCipheriv('aes-128-gcm', keys.encryption, vector, { authTagLength: 12 })
  if (control === AUTHENTICATED) cipher.setAAD(Buffer.concat([Uint8Array.of(control), keys.authentication]))
  const sealed = Buffer.concat([cipher.update(latin1(text)), cipher.final()])
  const tag = control === AUTHENTICATED ? cipher.getAuthTag() : Buffer.alloc(0)
  const length = 5 + sealed.length + tag.length
  const head = Uint8Array.of(0xdb, 8, ...TITLE, 0x82, length >> 8, length & 0xff, control, ...counter)
  return new Uint8Array(Buffer.concat([head, sealed, tag]))
}

const read = (bytes: Uint8Array) => decodeAll(dsmrCodec, bytes, { keys })

describe('an encrypted telegram', () => {
  const frame = ciphered(DUTCH)
  const capture = { name: 'an encrypted telegram', bytes: frame, options: { keys } }
  codecSuite(dsmrCodec, [capture], { flipped: capture })

  test('gives with its key what a plain one gives', () => {
    const [plain] = decodeAll(dsmrCodec, latin1(DUTCH))
    expect(read(frame)).toEqual([{ ...plain, bytes: frame }])
  })

  test('is found again and again between noise', () => {
    const noise = Uint8Array.of(0xdb, 8, 0, 0xdb, 0x2f, 0x41)
    const stream = new Uint8Array(Buffer.concat([noise, frame, noise, frame, latin1(DUTCH)]))
    expect(read(stream).map(({ check }) => check)).toEqual(['valid', 'valid', 'valid'])
  })

  test('without its key, or with another, tells which meter sent it and nothing else', () => {
    const device = '5452493132333435'
    expect(decodeAll(dsmrCodec, frame)).toEqual([
      { protocol: 'dsmr', check: 'invalid', problem: 'key-missing', device, values: [], bytes: frame },
    ])
    const others = { encryption: new Uint8Array(16) }
    expect(decodeAll(dsmrCodec, frame, { keys: others })).toMatchObject([{ problem: 'key-wrong', device }])
  })

  test('that was cut is shown as cut', () => {
    expect(read(frame.subarray(0, 100))).toMatchObject([
      { check: 'invalid', problem: 'truncated', values: [] },
    ])
  })

  test('is refused when the telegram in it has a wrong CRC, whatever the tag says', () => {
    const wrong = ciphered(DUTCH.replace('004.426', '004.427'))
    expect(read(wrong)).toMatchObject([{ check: 'invalid', problem: 'crc-mismatch', values: [] }])
  })

  test('is held to its tag where the telegram has no CRC', () => {
    const bare = `/TRI5\\2METER\r\n\r\n${TIME}\r\n${IMPORT}\r\n!\r\n`
    expect(read(ciphered(bare))).toMatchObject([{ check: 'valid', values: [{}, { value: 173_640 }] }])
    expect(read(ciphered(bare, ONLY_ENCRYPTED))).toMatchObject([{ problem: 'crc-missing', values: [] }])
  })

  test('without a tag is known by what comes out', () => {
    expect(read(ciphered(DUTCH, ONLY_ENCRYPTED))).toMatchObject([{ check: 'valid' }])
    expect(read(ciphered('no telegram', ONLY_ENCRYPTED))).toMatchObject([{ problem: 'key-wrong' }])
    expect(read(ciphered('no telegram'))).toMatchObject([{ problem: 'not-a-telegram' }])
  })
})
