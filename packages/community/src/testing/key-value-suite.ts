import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ALL_KEYS, type KeyRange, type KeyValue } from '../key-value.ts'
import { overlayOn } from '../overlay.ts'

/** What a store gives a suite: the store, and what to do when the test is over. */
export interface OpenStore {
  readonly store: KeyValue
  readonly close: () => void
}

const aKey = fc.string({ unit: fc.constantFrom('a', 'b', '/', '0', '~'), minLength: 1, maxLength: 4 })
const acts = fc.array(
  fc.record({
    key: aKey,
    value: fc.option(fc.uint8Array({ maxLength: 40 }), { nil: undefined }),
  }),
  { maxLength: 60 },
)

/** The laws every store behind the community keeps: hand in how to open a fresh, empty one. */
export function keyValueSuite(name: string, open: () => OpenStore): void {
  describe(`the store ${name}`, () => {
    test('gives back what was set, and nothing for a key that was never set', () =>
      withStore(open, givesBack))
    test('walks a range in key order, from its first key up to but without its last', () =>
      withStore(open, walksInOrder))
    test('is a sorted map under any sequence of writes, also through an overlay', () => {
      fc.assert(
        fc.property(acts, acts, aKey, aKey, (first, second, from, until) =>
          withStore(open, (store) => isSortedMap(store, { first, second, range: { from, until } })),
        ),
        { numRuns: 50 },
      )
    })
    test('keeps thousands of keys in order, whichever way they came', () => withStore(open, keepsThousands))
  })
}

function withStore(open: () => OpenStore, work: (store: KeyValue) => void): void {
  const { store, close } = open()
  try {
    work(store)
  } finally {
    close()
  }
}

function givesBack(store: KeyValue): void {
  store.set('account/anna', Uint8Array.of(1, 2, 3))
  expect(store.get('account/anna')).toEqual(Uint8Array.of(1, 2, 3))
  expect(store.get('account/ann')).toBeUndefined()
  store.set('account/anna', Uint8Array.of())
  expect(store.get('account/anna')).toEqual(Uint8Array.of())
  store.delete('account/anna')
  store.delete('account/never')
  expect(store.get('account/anna')).toBeUndefined()
}

function walksInOrder(store: KeyValue): void {
  const keys = (from: string, until: string): string[] =>
    [...store.entries({ from, until })].map(([key]) => key)
  for (const key of ['b/2', 'a/1', 'b0', 'b/10', 'c', 'b/1']) store.set(key, new Uint8Array(1))
  expect(keys('b/', 'b0')).toEqual(['b/1', 'b/10', 'b/2'])
  expect(keys('a/1', 'b/1')).toEqual(['a/1'])
  expect(keys('d', 'e')).toEqual([])
}

interface Walk {
  readonly first: readonly Act[]
  readonly second: readonly Act[]
  readonly range: KeyRange
}

function isSortedMap(store: KeyValue, { first, second, range }: Walk): void {
  const model = new Map<string, Uint8Array>()
  write(store, model, first)
  const overlay = overlayOn(store)
  const before = [...store.entries(ALL_KEYS)]
  write(overlay, model, second)
  const expected = [...model].sort(([a], [b]) => (a < b ? -1 : 1))
  expect([...overlay.entries(ALL_KEYS)]).toEqual(expected)
  expect([...store.entries(ALL_KEYS)]).toEqual(before)
  overlay.commit()
  expect([...store.entries(ALL_KEYS)]).toEqual(expected)
  const inside = expected.filter(([key]) => key >= range.from && key < range.until)
  expect([...store.entries(range)]).toEqual(inside)
}

function keepsThousands(store: KeyValue): void {
  const keys = Array.from({ length: 2500 }, (_, i) => `k/${String((i * 7919) % 2500).padStart(6, '0')}`)
  for (const key of keys) store.set(key, Uint8Array.of(1))
  for (const key of keys.slice(0, 1200)) store.delete(key)
  const kept = keys.slice(1200).sort()
  expect([...store.entries(ALL_KEYS)].map(([key]) => key)).toEqual(kept)
}

type Act = { readonly key: string; readonly value: Uint8Array | undefined }

function write(store: KeyValue, model: Map<string, Uint8Array>, acts: readonly Act[]): void {
  for (const { key, value } of acts) {
    if (value === undefined) {
      store.delete(key)
      model.delete(key)
    } else {
      store.set(key, value)
      model.set(key, value)
    }
  }
}
