import { law } from '@tri/units/testing'
import { array, nat, tuple, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'

import { decodeAll, type Codec, type DecoderOptions } from '../codec.ts'
import type { Frame } from '../frame.ts'

/** A capture that a codec is held to: bytes of the wire, and what opens them. */
export interface Capture {
  readonly name: string
  readonly bytes: Uint8Array
  readonly options?: DecoderOptions
}

/** What of a codec the suite cannot know. */
export interface CodecSuiteOptions {
  /** One frame with a valid check, whose every bit is flipped; absent for a protocol that has no check. */
  readonly flipped?: Capture
}

const PIECES = [1, 7, 64] as const
const MUTATED_RUNS = 300
const HELD_FACTOR = 4

/**
 * What every codec must hold to, whatever it reads: pieces change nothing, no bytes make it throw or hold more than its
 * bound, garbage before a frame does not hide it, and no flipped bit changes an accepted value.
 */
export function codecSuite(codec: Codec, captures: readonly Capture[], { flipped }: CodecSuiteOptions): void {
  test.each(captures)('$name gives the same frames however it is cut', ({ bytes, options }) => {
    const whole = decodeAll(codec, bytes, options)
    for (const length of PIECES) expect(inPieces(codec, bytes, length, options)).toEqual(whole)
  })

  law(
    'bytes of any kind make no frame with a problem carry a value',
    uint8Array({ maxLength: 4096 }),
    (bytes) => {
      const frames = decodeAll(codec, bytes)
      return frames.every((frame) => frame.problem === undefined || frame.values.length === 0)
    },
  )

  const [first] = captures
  if (first !== undefined)
    law(
      'a capture with damaged bytes is read to its end, and nothing of an invalid frame is used',
      array(tuple(nat({ max: first.bytes.length - 1 }), nat({ max: 255 })), {
        minLength: 1,
        maxLength: 20,
      }),
      (damages) => {
        const bytes = first.bytes.slice()
        for (const [at, value] of damages) bytes[at] = value
        const frames = decodeAll(codec, bytes, first.options)
        return frames.every(({ problem, values }) => problem === undefined || values.length === 0)
      },
      { runs: MUTATED_RUNS },
    )

  if (flipped !== undefined)
    test(`no flipped bit of ${flipped.name} changes a value that is accepted`, () => {
      const whole = readable(decodeAll(codec, flipped.bytes, flipped.options))
      expect(whole.length).toBeGreaterThan(0)
      for (const bytes of everyFlip(flipped.bytes))
        for (const value of readable(decodeAll(codec, bytes, flipped.options))) expect(whole).toContain(value)
    })

  test('frames of the largest size it accepts, without an end, are let go', () => {
    const decoder = codec.open()
    const begun = first?.bytes.subarray(0, Math.ceil(first.bytes.length / 2)) ?? new Uint8Array()
    decoder.push(begun)
    const filler = new Uint8Array(4096).fill(0x30)
    let frames = 0
    for (let sent = 0; sent < HELD_FACTOR * codec.frameBytesMax; sent += filler.length)
      for (const { bytes } of decoder.push(filler)) {
        frames++
        expect(bytes.length).toBeLessThanOrEqual(codec.frameBytesMax)
      }
    expect(frames).toBeLessThan(HELD_FACTOR * codec.frameBytesMax)
  })
}

function inPieces(codec: Codec, bytes: Uint8Array, length: number, options?: DecoderOptions): Frame[] {
  const decoder = codec.open(options)
  const frames: Frame[] = []
  for (let at = 0; at < bytes.length; at += length)
    frames.push(...decoder.push(bytes.subarray(at, at + length)))
  return [...frames, ...decoder.end()]
}

/** Values as text, so that a set of them can be compared: what was accepted, without its frame. */
function readable(frames: readonly Frame[]): string[] {
  return frames.flatMap(({ values }) => values.map((value) => JSON.stringify(value)))
}

function* everyFlip(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++)
    for (let bit = 0; bit < 8; bit++) {
      const flipped = bytes.slice()
      flipped[at] = (flipped[at] ?? 0) ^ (1 << bit)
      yield flipped
    }
}
