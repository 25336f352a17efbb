import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  anything,
  array,
  boolean,
  constant,
  dictionary,
  letrec,
  integer,
  maxSafeInteger,
  nat,
  oneof,
  string,
  subarray,
  tuple,
  uint8Array,
  uniqueArray,
} from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  CANONICAL_DEPTH_MAX,
  Fault,
  canonicalBytes,
  canonicalForm,
  fromCanonicalBytes,
  fromOwnBytes,
  type Canonical,
} from '../src/index.ts'
import { fromHex, hex } from '../src/crypto/index.ts'
import { law } from '../src/testing/index.ts'
import { othersBytes, othersValue } from './cborg-oracle.ts'

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

function isWellFormed(name: string): boolean {
  return name.isWellFormed() && name !== '__proto__'
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

/** Lengths and numbers on both sides of every change of the head. */
const edges = [23, 24, 40, 41, 48, 49, 64, 65, 255, 256, 1_024, 1_025, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32]

describe('canonical bytes and another’s encoder', () => {
  law(
    'are the same for any value',
    anyValue,
    (value) => hex(canonicalBytes(value)) === hex(othersBytes(value)),
  )
  test.each(edges)('are the same around the length and the number %i', (edge) => {
    const lengths = [edge - 1, edge, edge + 1].filter((length) => length < 70_000)
    const values: Canonical[] = [edge, edge - 1, -edge, -edge - 1]
    for (const length of lengths)
      values.push('a'.repeat(length), 'è'.repeat(length), new Uint8Array(length).fill(7))
    for (const value of values) {
      expect(hex(canonicalBytes(value))).toBe(hex(othersBytes(value)))
      expect(fromCanonicalBytes(othersBytes(value))).toEqual(value)
    }
  })
  const names = uniqueArray(string({ unit: 'binary', maxLength: 30 }).filter(isWellFormed), { maxLength: 60 })
  law('sort the names of wide maps alike, whatever alphabet they are in', names, (all) => {
    const map = Object.fromEntries(all.map((name, i) => [name, i]))
    expect(fromCanonicalBytes(canonicalBytes(map))).toEqual(map)
    return hex(canonicalBytes(map)) === hex(othersBytes(map))
  })
  const damaged = tuple(anyValue, array(tuple(nat(), integer({ min: 0, max: 255 })), { maxLength: 3 }))
  law(
    'are read by the one exactly when the other reads them, as the same value',
    damaged,
    ([value, changes]) => {
      const bytes = canonicalBytes(value).slice()
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte
      const theirs = othersValue(bytes)
      try {
        expect(theirs).toEqual(fromCanonicalBytes(bytes))
      } catch (error) {
        expect(error).toMatchObject({ code: 'bytes-not-canonical' })
        expect(theirs).toBeUndefined()
      }
    },
    { runs: 3000 },
  )
})

describe('a form', () => {
  const fields = dictionary(
    text.filter((name) => name !== '__proto__'),
    anyValue,
    {
      maxKeys: 12,
      noNullPrototype: true,
    },
  )
  const split = fields.chain((whole) => tuple(constant(whole), subarray(Object.keys(whole))))
  law('filled in gives the bytes of the whole map', split, ([whole, open]) => {
    const entries = Object.entries(whole)
    const fixed = Object.fromEntries(entries.filter(([name]) => !open.includes(name)))
    const filled = canonicalForm(
      { ...fixed, ['never set']: undefined },
      open,
    )(...open.map((name) => whole[name] ?? null))
    return hex(filled) === hex(canonicalBytes(whole))
  })
})

describe('bytes that are not canonical', () => {
  test.each(refused)('$hex is refused: it holds $because', (one) => {
    expect(() => fromCanonicalBytes(fromHex(one.hex))).toThrow('bytes-not-canonical')
  })
  test('as many levels as allowed are written and read, and one more is refused', () => {
    const deep = (levels: number): Canonical => (levels === 0 ? 1 : [deep(levels - 1)])
    const most = canonicalBytes(deep(CANONICAL_DEPTH_MAX))
    expect(fromCanonicalBytes(most)).toEqual(deep(CANONICAL_DEPTH_MAX))
    expect(() => canonicalBytes(deep(CANONICAL_DEPTH_MAX + 1))).toThrow('bytes-not-canonical')
    expect(() => fromCanonicalBytes(Uint8Array.of(0x81, ...most))).toThrow('bytes-not-canonical')
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
  law('stay as they are, whatever is written after them', tuple(anyValue, anyValue), ([first, second]) => {
    const bytes = canonicalBytes(first)
    const before = hex(bytes)
    canonicalBytes([second, first])
    return hex(bytes) === before
  })
  test('are refused when they were damaged on the disk', () => {
    for (const damaged of ['82', '', 'a2616101616102', '1bffffffffffffffff'])
      expect(() => fromOwnBytes(fromHex(damaged))).toThrow('bytes-not-canonical')
  })
})
