import { expect, test } from 'vitest'

import { corpora } from '../chaos/corpus.ts'
import { fuzzCodecs, mutation } from '../chaos/mutations.ts'
import { decodeAll } from '../src/codec.ts'
import { CODECS } from '../src/codecs.ts'
import { hasCaptures } from '../src/testing/index.ts'
import { wmbusCodec } from '../src/wmbus/wmbus-codec.ts'

const MUTATIONS = 20_000
const all = corpora()
const thrown = () => {
  throw new Error('a codec that throws')
}

if (!hasCaptures) console.info('no captures at hand: only what virtual meters say is damaged')

test('every codec has something to be damaged', () => {
  expect(all.map(({ codec }) => codec)).toEqual(CODECS)
  for (const { codec, seeds } of all) expect(seeds.length, codec.protocol).toBeGreaterThanOrEqual(3)
})

test('the same seed makes the same damage, another seed another', () => {
  const [corpus] = all
  if (corpus === undefined) throw new Error('no corpus')
  const made = (seed: number) => [0, 1, 2, 3].map((n) => mutation(corpus, seed, n).bytes.toHex())
  expect(made(7)).toEqual(made(7))
  expect(made(7)).not.toEqual(made(8))
  expect(new Set(made(7)).size).toBe(4)
})

test('no damaged capture makes a codec throw, or a frame carry values it must not', () => {
  const { crashes, broken, frames, mutations } = fuzzCodecs(all, {
    seed: 20_261_123,
    mutations: MUTATIONS,
    clock: () => 0,
  })
  expect(crashes).toEqual([])
  expect(broken).toEqual([])
  expect(mutations).toBe(MUTATIONS)
  expect(frames).toBeGreaterThan(MUTATIONS / 10)
})

test('a radio telegram that ends inside a real number is refused, as a mutation once showed', () => {
  const telegram = '1844ae4c4455223368077a550000000465fc04820165610901fb1b2c41fb1b238101fb1b290223bb00'
  expect(decodeAll(wmbusCodec, Uint8Array.fromHex(telegram))).toMatchObject([
    { problem: 'record-truncated', values: [] },
  ])
})

test('a codec that throws, and one that gives values with a problem, are found', () => {
  const [corpus] = all
  if (corpus === undefined) throw new Error('no corpus')
  const frame = {
    protocol: 'dsmr',
    check: 'invalid',
    problem: 'x',
    values: [{ name: 'y', value: 1 }],
  } as const
  const failing = { ...corpus.codec, open: () => ({ push: thrown, end: () => [] }) }
  const leaking = {
    ...corpus.codec,
    open: () => ({ push: (bytes: Uint8Array) => [{ ...frame, bytes }], end: () => [] }),
  }
  const outcome = (codec: typeof corpus.codec) =>
    fuzzCodecs([{ ...corpus, codec }], { seed: 1, mutations: 3, clock: () => 0 })
  expect(outcome(failing).crashes).toHaveLength(3)
  expect(outcome(leaking).broken.length).toBeGreaterThanOrEqual(3)
})
