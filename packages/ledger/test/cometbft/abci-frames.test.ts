import { integer, uint8Array, array } from 'fast-check'
import { expect, test } from 'vitest'

import { Fault } from '@tri/units'
import { law } from '@tri/units/testing'

import { FRAME_BYTES_MAX, frameCutter, framed } from '../../src/cometbft/abci-frames.ts'
import { abciRequest } from '../../src/cometbft/abci-messages.ts'
import { decoded } from '../../src/cometbft/protobuf-message.ts'
import { recorded, vectors } from './abci-cases.ts'

law(
  'frames come out as they went in, however the stream is cut',
  array(uint8Array({ maxLength: 300 }), { maxLength: 12 }).chain((bodies) =>
    array(integer({ min: 1, max: 400 }), { maxLength: 40 }).map((cuts) => ({ bodies, cuts })),
  ),
  ({ bodies, cuts }) => {
    const stream = Buffer.concat(bodies.map(framed))
    const cutter = frameCutter()
    const found: Uint8Array[] = []
    let at = 0
    for (const length of [...cuts, stream.length]) {
      if (at < stream.length) found.push(...cutter.take(stream.subarray(at, at + length)))
      at += length
    }
    expect(found.map((frame) => [...frame])).toEqual(bodies.map((body) => [...body]))
    expect(cutter.waiting).toBe(0)
  },
)

/** What stands before a frame of this length. */
function lengthOf(length: number): Uint8Array {
  const bytes: number[] = []
  for (let left = length; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128)
  return Uint8Array.from([...bytes, Math.floor(length / 128 ** bytes.length)])
}

test('the longest frame is waited for, and one byte more is refused before any of it has come', () => {
  const cutter = frameCutter()
  expect(cutter.take(lengthOf(FRAME_BYTES_MAX))).toEqual([])
  expect(cutter.waiting).toBeLessThan(6)
  expect(() => frameCutter().take(lengthOf(FRAME_BYTES_MAX + 1))).toThrow('abci-frame-malformed')
  expect(() => frameCutter().take(new Uint8Array(10).fill(0xff))).toThrow('abci-frame-malformed')
})

/** Numbers of a seed, so that a frame that broke the parser can be made again. */
function dice(seed: number): (below: number) => number {
  let state = seed | 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

function mutated(source: Uint8Array, roll: (below: number) => number): Uint8Array {
  const bytes = Buffer.from(source)
  for (let changes = 1 + roll(4); changes > 0; changes--) {
    const at = roll(bytes.length)
    switch (roll(4)) {
      case 0:
        bytes[at] = roll(256)
        break
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << roll(8))
        break
      case 2:
        bytes.copyWithin(at, roll(bytes.length))
        break
      default:
        return bytes.subarray(0, at)
    }
  }
  return bytes
}

test('100 000 mutated frames are read or refused, and nothing else', () => {
  const roll = dice(0x7b1)
  const sources = [...vectors.filter(({ kind }) => kind === 'request').map(({ frame }) => frame), ...recorded]
  const came = { read: 0, refused: 0, waited: 0 }
  for (let i = 0; i < 100_000; i++) {
    const source = sources[i % sources.length]!
    const cutter = frameCutter()
    try {
      const frames = cutter.take(mutated(source, roll))
      for (const frame of frames) decoded(abciRequest, frame)
      if (cutter.waiting > 0) came.waited++
      else came.read++
      expect(cutter.waiting).toBeLessThanOrEqual(source.length)
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'abci-frame-malformed') throw error
      came.refused++
    }
  }
  expect(came.read + came.refused + came.waited).toBe(100_000)
  expect(Math.min(came.read, came.refused, came.waited)).toBeGreaterThan(1_000)
})
