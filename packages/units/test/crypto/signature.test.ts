import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { ed25519 } from '@noble/curves/ed25519.js'
import { nat, record, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  fromHex,
  hex,
  isBindingKey,
  isSignedBy,
  keyPairFromSeed,
  sha256,
  sign,
} from '../../src/crypto/index.ts'
import { law } from '../../src/testing/index.ts'

interface Vector {
  readonly name: string
  readonly seed: string
  readonly publicKey: string
  readonly message?: string
  readonly signature?: string
}

const CASES = join(import.meta.dirname, '..', 'cases', 'ed25519')
const vectors: Vector[] = JSON.parse(readFileSync(join(CASES, 'vectors.json'), 'utf8'))
const smallOrder: string[] = JSON.parse(readFileSync(join(CASES, 'small-order.json'), 'utf8'))

const DOMAIN = 'tri/operation/1'
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
const seed = uint8Array({ minLength: 32, maxLength: 32 })
const message = uint8Array({ maxLength: 100 })
const key = keyPairFromSeed(new Uint8Array(32).fill(7))
const bytes = new TextEncoder().encode('three hundred watt hours')

/** What is really signed, made here once more and independently. */
function signedDigest(domain: string, of: Uint8Array): Uint8Array {
  return sha256(new TextEncoder().encode(domain), Uint8Array.of(0), of)
}

/** The same signature with the group's order added to its scalar: valid to a careless verifier. */
function withSecondScalar(signature: Uint8Array): Uint8Array {
  const scalar = BigInt(`0x${hex(signature.slice(32).toReversed())}`) + GROUP_ORDER
  const digits = scalar.toString(16).padStart(64, '0')
  return Uint8Array.from([...signature.slice(0, 32), ...fromHex(digits).toReversed()])
}

describe('Ed25519', () => {
  test.each(vectors)('the RFC’s key of $name comes out of its seed', (vector) => {
    expect(hex(keyPairFromSeed(fromHex(vector.seed)).publicKey)).toBe(vector.publicKey)
    expect(isBindingKey(fromHex(vector.publicKey))).toBe(true)
  })
  test.each(vectors.filter(({ signature }) => signature !== undefined))(
    'the independent implementation gives the RFC’s signature of $name',
    (vector) => {
      const given = ed25519.sign(fromHex(vector.message ?? ''), fromHex(vector.seed))
      expect(hex(given)).toBe(vector.signature)
    },
  )
  law(
    'signatures are those of the independent implementation',
    record({ seed, message }),
    (one) => {
      const ours = sign(keyPairFromSeed(one.seed), DOMAIN, one.message)
      return hex(ours) === hex(ed25519.sign(signedDigest(DOMAIN, one.message), one.seed))
    },
    { runs: 30 },
  )
  law(
    'what a key signed is its own, and the independent implementation agrees',
    record({ seed, message }),
    (one) => {
      const pair = keyPairFromSeed(one.seed)
      const signature = sign(pair, DOMAIN, one.message)
      expect(ed25519.verify(signature, signedDigest(DOMAIN, one.message), pair.publicKey)).toBe(true)
      return isSignedBy(pair.publicKey, DOMAIN, one.message, signature)
    },
    { runs: 20 },
  )
  law(
    'one changed bit of the signature, the key or the bytes makes it nobody’s',
    record({ message, at: nat(767) }),
    (one) => {
      const signed = Uint8Array.from([7, ...one.message])
      const parts = [
        sign(key, DOMAIN, signed),
        Uint8Array.from(key.publicKey),
        Uint8Array.from(signed),
      ] as const
      const [signature, publicKey, changed] = parts
      const flipped = parts[one.at < 512 ? 0 : one.at < 760 ? 1 : 2]
      const bit = one.at < 512 ? one.at : one.at < 760 ? one.at - 512 : one.at - 760
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return !isSignedBy(publicKey, DOMAIN, changed, signature)
    },
    { runs: 100 },
  )
  test('a signature for one domain is none for another', () => {
    const signature = sign(key, DOMAIN, bytes)
    expect(isSignedBy(key.publicKey, DOMAIN, bytes, signature)).toBe(true)
    expect(isSignedBy(key.publicKey, 'tri/receipt/1', bytes, signature)).toBe(false)
  })
})

describe('what replicas could disagree about', () => {
  test('a second encoding of a valid signature is refused, as the independent implementation does', () => {
    const second = withSecondScalar(sign(key, DOMAIN, bytes))
    expect(isSignedBy(key.publicKey, DOMAIN, bytes, second)).toBe(false)
    expect(ed25519.verify(second, signedDigest(DOMAIN, bytes), key.publicKey, { zip215: false })).toBe(false)
  })
  test.each(smallOrder)(
    'the point %s of small order is no key: it would sign many things at once',
    (point) => {
      expect(ed25519.Point.fromHex(point).isSmallOrder()).toBe(true)
      expect(isBindingKey(fromHex(point))).toBe(false)
    },
  )
  test('a signature by a key of small order, which the curve’s equation accepts, is refused', () => {
    const identity = fromHex(smallOrder[0] ?? '')
    const empty = Uint8Array.from([...identity, ...new Uint8Array(32)])
    expect(isSignedBy(identity, DOMAIN, bytes, empty)).toBe(false)
  })
  test('the largest y below the prime is looked at, and the prime itself is a second encoding of 0', () => {
    const largest = fromHex(`eb${'ff'.repeat(30)}7f`)
    expect(isBindingKey(largest)).toBe(true)
    expect(isBindingKey(fromHex(`ed${'ff'.repeat(30)}7f`))).toBe(false)
    expect(isBindingKey(fromHex('ff'.repeat(32)))).toBe(false)
  })
  test('32 bytes that are no point of the curve have signed nothing', () => {
    const noPoint = fromHex(`02${'00'.repeat(31)}`)
    expect(isBindingKey(noPoint)).toBe(true)
    expect(() => ed25519.Point.fromHex(hex(noPoint))).toThrow(Error)
    expect(isSignedBy(noPoint, DOMAIN, bytes, sign(key, DOMAIN, bytes))).toBe(false)
  })
  test('a key or a signature of another length has signed nothing', () => {
    const signature = sign(key, DOMAIN, bytes)
    expect(isSignedBy(key.publicKey.slice(1), DOMAIN, bytes, signature)).toBe(false)
    expect(isSignedBy(key.publicKey, DOMAIN, bytes, signature.slice(1))).toBe(false)
    expect(isSignedBy(key.publicKey, DOMAIN, bytes, Uint8Array.from([...signature, 0]))).toBe(false)
  })
  test('a seed of 31 or 33 bytes makes no key', () => {
    for (const length of [31, 33])
      expect(() => keyPairFromSeed(new Uint8Array(length))).toThrow('key-unusable')
  })
})
