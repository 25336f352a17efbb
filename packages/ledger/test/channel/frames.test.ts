import { fromCanonicalBytes, type Canonical } from '@tri/units'
import { law } from '@tri/units/testing'
import { array, integer, record, string, tuple, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'

import { connectToDoor } from '../../src/channel/door-link.ts'
import { frameOf, frameReader } from '../../src/channel/frames.ts'
import { inputs, openDoorAtProva, seededKey } from './open-doors.ts'
import { sentRaw } from './raw-door.ts'

const MOST = 10_000
const anyMessage = record({ id: integer(), text: string(), bytes: uint8Array({ maxLength: 300 }) })
const anyMessages = tuple(
  array(anyMessage, { maxLength: 8 }),
  array(integer({ min: 1, max: 50 }), { minLength: 1 }),
)

describe('frames', () => {
  law('are read as they were written, wherever the stream is cut', anyMessages, ([messages, cuts]) => {
    const stream = Buffer.concat(messages.map((message) => frameOf(message, MOST)))
    const reader = frameReader(() => MOST)
    const read: Canonical[] = []
    for (let at = 0, i = 0; at < stream.length; i++) {
      const length = cuts[i % cuts.length] ?? 1
      read.push(...reader.take(Uint8Array.from(stream.subarray(at, at + length))))
      at += length
    }
    expect(read).toEqual(messages.map((message) => fromCanonicalBytes(frameOf(message, MOST).subarray(4))))
  })

  it('are refused at their length, before their bytes have come', () => {
    const reader = frameReader(() => 5)
    expect(reader.take(frameOf('four', 5))).toEqual(['four'])
    expect(() => reader.take(Uint8Array.of(0, 0, 0, 6))).toThrow('frame-too-long')
    expect(() => frameOf('fives', 5)).toThrow('frame-too-long')
  })

  const anyHarm = tuple(integer({ min: 0, max: 1_000 }), integer({ min: 1, max: 255 }), integer({ min: 0 }))
  law(
    'with a byte changed or missing never do a door harm',
    array(anyHarm, { minLength: 1, maxLength: 5 }),
    async (harms) => {
      await using of = await openDoorAtProva()
      const names = Object.keys(inputs) as (keyof typeof inputs)[]
      const stream = harms.map(([at, flip, which], id) => {
        const ask = names[which % names.length] ?? 'tip'
        const frame = frameOf({ id, ask, of: inputs[ask] }, MOST)
        frame[at % frame.length] = (frame[at % frame.length] ?? 0) ^ flip
        return frame
      })
      await sentRaw(of, 'home-1', Buffer.concat(stream))
      using link = await connectToDoor({ key: seededKey('home-2') }, of.pinned)
      expect(link.as).toBe('member')
      expect(of.failures).toEqual([])
    },
    { runs: 60 },
  )
})
