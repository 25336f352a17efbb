import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { hdlcFrameFrom } from '../../src/dlms/hdlc.ts'
import { hasCaptures, METER_CAPTURES } from '../../src/testing/captures.ts'
import { bytesOf, hdlc, wire } from './wire.ts'

interface Frames {
  readonly frames: readonly {
    readonly name: string
    readonly frameWithoutFlags: string
    readonly fcsValid: boolean
  }[]
}

function captured(): Frames['frames'] {
  if (!hasCaptures) return []
  const text = readFileSync(join(METER_CAPTURES, 'dlms/hdlc-frames.json'), 'utf8')
  return (JSON.parse(text) as Frames).frames
}

describe('a frame of HDLC', () => {
  test.each(captured())(
    'of the captures, $name, is read as others read it',
    ({ frameWithoutFlags, fcsValid }) => {
      const reading = hdlcFrameFrom(bytesOf(`7e ${frameWithoutFlags} 7e`))
      expect(reading).toMatchObject({
        is: fcsValid ? 'frame' : 'broken',
        bytes: frameWithoutFlags.length / 2 + 2,
      })
    },
  )

  test('tells its addresses, its control and its information', () => {
    const frame = hdlc('0102', { isSegmented: true, addresses: '000200ff 03', control: 0x32 })
    expect(hdlcFrameFrom(wire(frame, frame))).toEqual({
      is: 'frame',
      frame: {
        isSegmented: true,
        addresses: bytesOf('000200ff03'),
        control: 0x32,
        information: bytesOf('0102'),
      },
      bytes: frame.length,
    })
  })

  test('may be empty', () => {
    expect(hdlcFrameFrom(hdlc(''))).toMatchObject({ is: 'frame', frame: { information: new Uint8Array() } })
  })

  test('may hold flags, as its length says where it ends', () => {
    expect(hdlcFrameFrom(hdlc('7e7e7d7e'))).toMatchObject({ frame: { information: bytesOf('7e7e7d7e') } })
  })

  test('is incomplete until its last byte', () => {
    const frame = hdlc('010203')
    for (let length = 1; length < frame.length; length++)
      expect(hdlcFrameFrom(frame.subarray(0, length)).is).toBe('incomplete')
  })

  test('is broken when any bit of it is changed, or it is none', () => {
    const frame = hdlc('0102030405060708')
    for (let bit = 8; bit < frame.length * 8; bit++) {
      const flipped = frame.slice()
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(hdlcFrameFrom(wire(flipped, frame, new Uint8Array(2048))).is).not.toBe('frame')
    }
  })

  test('whose header is broken ends at the next flag', () => {
    const frame = hdlc('0102030405060708')
    const bad = frame.slice()
    bad[6] = (bad[6] ?? 0) ^ 1
    expect(hdlcFrameFrom(bad)).toEqual({ is: 'broken', problem: 'hcs-mismatch', bytes: frame.length })
  })

  test.each(['7e7e', '7e41', '7ea006', '7e0102'])('does not begin with %s', (digits) => {
    expect(hdlcFrameFrom(wire(bytesOf(digits), new Uint8Array(32))).is).toBe('none')
  })

  test('whose addresses do not end is broken', () => {
    expect(hdlcFrameFrom(bytesOf('7ea00c00000000000000000000000000'))).toMatchObject({ is: 'broken' })
  })
})
