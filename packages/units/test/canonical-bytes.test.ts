import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  anything,
  array,
  boolean,
  constant,
  dictionary,
  letrec,
  maxSafeInteger,
  oneof,
  string,
  uint8Array,
} from 'fast-check'
import { describe, expect, test } from 'vitest'

import { canonicalBytes, Fault, fromCanonicalBytes, fromOwnBytes, type Canonical } from '../src/index.ts'
import { fromHex, hex } from '../src/crypto/index.ts'
import { law } from '../src/testing/index.ts'

type CaseValue =
  | null
  | boolean
  | number
  | string
  | readonly CaseValue[]
  | { readonly [name: string]: CaseValue }

const CASES = join(import.meta.dirname, 'cases', 'cbor')
const examples: { value: CaseValue; hex: string }[] = JSON.parse(
  readFileSync(join(CASES, 'examples.json'), 'utf8'),
)
const refused: { hex: string; because: string }[] = JSON.parse(
  readFileSync(join(CASES, 'refused.json'), 'utf8'),
)

/** JSON has no bytes: the cases write them `{ "bytes": "hex" }`. */
function canonicalOf(value: CaseValue): Canonical {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(canonicalOf)
  const entries = Object.entries(value)
  const [first] = entries
  if (first?.[0] === 'bytes' && typeof first[1] === 'string') return fromHex(first[1])
  return Object.fromEntries(entries.map(([name, of]) => [name, canonicalOf(of)]))
}

const text = string({ unit: 'grapheme' })
const { value: anyValue } = letrec<{ value: Canonical }>((tie) => ({
  value: oneof(
    { maxDepth: 3 },
    constant(null),
    boolean(),
    maxSafeInteger(),
    text,
    uint8Array({ maxLength: 300 }),
    array(tie('value'), { maxLength: 5 }),
    dictionary(
      text.filter((name) => name !== '__proto__'),
      tie('value'),
      { maxKeys: 5, noNullPrototype: true },
    ),
  ),
}))

describe('canonical bytes', () => {
  test.each(examples)('the RFC’s example $hex is written and read back', (one) => {
    const value = canonicalOf(one.value)
    expect(hex(canonicalBytes(value))).toBe(one.hex)
    expect(fromCanonicalBytes(fromHex(one.hex))).toEqual(value)
  })
  test('the order in which fields were set does not show, and absent fields leave no trace', () => {
    expect(canonicalBytes({ b: 1, a: { d: 2, c: undefined } })).toEqual(canonicalBytes({ a: { d: 2 }, b: 1 }))
  })
  test('a field named like what every object has is a field like any other', () => {
    const bytes = fromHex('a1695f5f70726f746f5f5f01')
    expect(Object.entries(fromCanonicalBytes(bytes) ?? {})).toEqual([['__proto__', 1]])
    expect(canonicalBytes(fromCanonicalBytes(bytes))).toEqual(bytes)
  })
  test('-0 is written as 0, since the two are one amount', () => {
    expect(hex(canonicalBytes(-0))).toBe('00')
  })
  test('the last safe integers are written, and the first beyond are refused', () => {
    const max = Number.MAX_SAFE_INTEGER
    expect(fromCanonicalBytes(canonicalBytes([max, -max]))).toEqual([max, -max])
    for (const wrong of [max + 1, -max - 1, 0.5, Number.NaN])
      expect(() => canonicalBytes([wrong])).toThrow(Fault)
  })
  test('half a surrogate pair is refused in a value and in a name', () => {
    expect(() => canonicalBytes('\ud800')).toThrow('bytes-not-canonical')
    expect(() => canonicalBytes({ '\ud800': 1 })).toThrow('bytes-not-canonical')
  })
  law('what is written is read back as it was', anyValue, (value) => {
    const bytes = canonicalBytes(value)
    expect(fromCanonicalBytes(bytes)).toEqual(value)
    return hex(canonicalBytes(fromCanonicalBytes(bytes))) === hex(bytes)
  })
  law('whatever it is given, it gives bytes or its own fault', anything(), (value) => {
    try {
      canonicalBytes(value as Canonical)
    } catch (error) {
      expect(error).toMatchObject({ code: 'bytes-not-canonical' })
    }
  })
})

describe('bytes that are not canonical', () => {
  test.each(refused)('$hex is refused: it holds $because', (one) => {
    expect(() => fromCanonicalBytes(fromHex(one.hex))).toThrow('bytes-not-canonical')
  })
  test('a nesting deeper than the machine can follow is refused', () => {
    expect(() => fromCanonicalBytes(new Uint8Array(200_000).fill(0x81))).toThrow('bytes-not-canonical')
  })
  law(
    'any bytes are read or refused, and what is read has these bytes only',
    uint8Array({ maxLength: 40 }),
    (bytes) => {
      try {
        return hex(canonicalBytes(fromCanonicalBytes(bytes))) === hex(bytes)
      } catch (error) {
        expect(error).toMatchObject({ code: 'bytes-not-canonical' })
        return true
      }
    },
    { runs: 2000 },
  )
})

describe('bytes that we wrote ourselves', () => {
  law('are read as they are when they come from elsewhere', anyValue, (value) => {
    expect(fromOwnBytes(canonicalBytes(value))).toEqual(fromCanonicalBytes(canonicalBytes(value)))
  })
  test('are refused when they were damaged on the disk', () => {
    for (const damaged of ['82', '', 'a2616101616102', '1bffffffffffffffff'])
      expect(() => fromOwnBytes(fromHex(damaged))).toThrow('bytes-not-canonical')
  })
})
