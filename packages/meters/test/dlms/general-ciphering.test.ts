import { createCipheriv } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { accept, refuse } from '@tri/units'
import { law } from '@tri/units/testing'
import { uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  generalCipheredFrom,
  openGeneralCiphered,
  type GeneralCiphered,
} from '../../src/dlms/general-ciphering.ts'
import { capturedFiles, hasCaptures, METER_CAPTURES } from '../../src/testing/captures.ts'

interface Expected {
  readonly key: string
  readonly authenticationKey: string | null
  readonly plaintext: string
}

const KEY = Uint8Array.fromHex('0123456789abcdef0123456789abcdef')
const AUTHENTICATION = Uint8Array.fromHex('ffeeddccbbaa99887766554433221100')
const TITLE = new TextEncoder().encode('TRI00001')

/** An APDU as a meter would make it: `0x30`, `0x20` or `0x10` as its security control. */
function sealed(plain: Uint8Array, securityControl: number, authentication?: Uint8Array): Uint8Array {
  const counter = Uint8Array.of(0, 0, 1, 2)
  const cipher = createCipheriv('aes-128-gcm', KEY, Buffer.concat([TITLE, counter]), { authTagLength: 12 })
  const header = authentication === undefined ? [] : [Uint8Array.of(securityControl), authentication]
  const isEncrypted = (securityControl & 0x20) !== 0
  cipher.setAAD(Buffer.concat(isEncrypted ? header : [...header, plain]))
  const text = isEncrypted ? cipher.update(plain) : plain
  cipher.final()
  const tag = (securityControl & 0x10) === 0 ? new Uint8Array() : cipher.getAuthTag()
  const body = Buffer.concat([Uint8Array.of(securityControl), counter, text, tag])
  return new Uint8Array(
    Buffer.concat([
      Uint8Array.of(0xdb, 8),
      TITLE,
      Uint8Array.of(0x82, body.length >> 8, body.length & 255),
      body,
    ]),
  )
}

function whole(bytes: Uint8Array): GeneralCiphered {
  const reading = generalCipheredFrom(bytes)
  if (reading.is !== 'whole') throw new Error(`expected a whole frame, not ${reading.is}`)
  return reading.frame
}

const PLAIN = new TextEncoder().encode('what the meter counted')

describe('what is encrypted', () => {
  test.each([0x30, 0x10, 0x20])(
    'opens with the keys it was sealed with under security control %i',
    (control) => {
      const frame = whole(sealed(PLAIN, control, AUTHENTICATION))
      const keys = { encryption: KEY, authentication: AUTHENTICATION }
      expect(openGeneralCiphered(frame, keys)).toEqual(accept(PLAIN))
    },
  )

  test.each([0x30, 0x10])(
    'stays closed under security control %i when any bit of it was changed',
    (control) => {
      const frame = whole(sealed(PLAIN, control, AUTHENTICATION))
      for (let bit = 0; bit < frame.cipherText.length * 8; bit++) {
        const cipherText = frame.cipherText.slice()
        cipherText[bit >> 3] = (cipherText[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const opened = openGeneralCiphered(
          { ...frame, cipherText },
          { encryption: KEY, authentication: AUTHENTICATION },
        )
        expect(opened).toEqual(refuse('key-wrong'))
      }
    },
  )

  test('stays closed without a key, and with one of another length', () => {
    const frame = whole(sealed(PLAIN, 0x30, AUTHENTICATION))
    expect(openGeneralCiphered(frame, undefined)).toEqual(refuse('key-missing'))
    expect(openGeneralCiphered(frame, { encryption: KEY.subarray(1) })).toEqual(refuse('key-wrong'))
    expect(openGeneralCiphered(frame, { encryption: KEY })).toEqual(refuse('key-wrong'))
    const tagless = { ...frame, cipherText: frame.cipherText.subarray(0, 11) }
    expect(openGeneralCiphered(tagless, { encryption: KEY })).toEqual(refuse('key-wrong'))
  })

  test('is known to be incomplete until its last byte, and says how many it needs', () => {
    const bytes = sealed(PLAIN, 0x30)
    for (let length = 0; length < bytes.length; length++) {
      const reading = generalCipheredFrom(bytes.subarray(0, length))
      expect(reading.is).toBe('incomplete')
      if (reading.is === 'incomplete') expect(reading.needs).toBeGreaterThan(length)
    }
    expect(generalCipheredFrom(bytes)).toMatchObject({ is: 'whole', bytes: bytes.length })
  })

  test('is not begun by another tag, another title, a length of three bytes or a length too short', () => {
    const begin = [0xdb, 8, ...TITLE]
    expect(generalCipheredFrom(Uint8Array.of(0xdd, 8)).is).toBe('garbage')
    expect(generalCipheredFrom(Uint8Array.of(0xdb, 7)).is).toBe('garbage')
    expect(generalCipheredFrom(Uint8Array.of(...begin, 0x83, 0, 1, 0)).is).toBe('garbage')
    expect(generalCipheredFrom(Uint8Array.of(...begin, 0x80, 0, 1, 0)).is).toBe('garbage')
    expect(generalCipheredFrom(Uint8Array.of(...begin, 4, 0x30, 0, 0, 0, 0)).is).toBe('garbage')
    expect(generalCipheredFrom(Uint8Array.of(...begin, 5, 0x30, 0, 0, 0, 0)).is).toBe('whole')
  })

  law('any bytes are read without a throw', uint8Array({ maxLength: 64 }), (bytes) => {
    generalCipheredFrom(Uint8Array.of(0xdb, 8, ...bytes))
  })
})

describe.skipIf(!hasCaptures)('the captures of Luxembourg', () => {
  test.each(capturedFiles('dsmr-encrypted'))(
    '$name opens to the telegram it was made of',
    ({ bytes, expected }) => {
      const { key, authenticationKey, plaintext } = expected as Expected
      const keys = {
        encryption: Uint8Array.fromHex(key),
        ...(authenticationKey === null ? {} : { authentication: Uint8Array.fromHex(authenticationKey) }),
      }
      const plain = new Uint8Array(readFileSync(join(METER_CAPTURES, plaintext)))
      expect(openGeneralCiphered(whole(bytes), keys)).toEqual(accept(plain))
      const wrong = { ...keys, encryption: keys.encryption.toReversed() }
      expect(openGeneralCiphered(whole(bytes), wrong)).toEqual(refuse('key-wrong'))
    },
  )
})
