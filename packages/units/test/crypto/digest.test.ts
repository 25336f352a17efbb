import { createHash } from 'node:crypto'

import { array, constantFrom, nat, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { hex, sha256, sha256Over } from '../../src/crypto/index.ts'
import { law } from '../../src/testing/index.ts'

const sizes = constantFrom(0, 1, 31, 32, 33, 64, 65, 4_095, 4_096, 4_097, 20_000)
const anyParts = array(
  tuple(sizes, nat(255)).map(([size, byte]) => new Uint8Array(size).fill(byte)),
  { maxLength: 6 },
)

const of = (text: string): string => hex(sha256(new TextEncoder().encode(text)))

describe('SHA-256', () => {
  test('gives the digests of FIPS 180-4’s examples', () => {
    expect(of('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(of('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    )
  })
  law(
    'of parts is that of the whole, however large they are and however they are handed in',
    anyParts,
    (parts) => {
      const whole = createHash('sha256').update(Buffer.concat(parts)).digest('hex')
      expect(hex(sha256(...parts))).toBe(whole)
      return hex(sha256Over(parts)) === whole
    },
  )
})
