import { describe, expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import { isUsable, type Frame } from '../../src/frame.ts'
import { dzgPowerAsMeant } from '../../src/sml/dzg-power.ts'
import { smlCodec } from '../../src/sml/sml-codec.ts'
import { capturedFiles, hasCaptures } from '../../src/testing/captures.ts'
import { codecSuite } from '../../src/testing/codec-suite.ts'
import { conforms } from '../conformance-table.ts'

interface ExpectedValue {
  readonly obis: string
  readonly unit?: number
  readonly value?: number
  readonly hex?: string
}

interface ExpectedFrame {
  readonly frameBytes: number
  readonly values: readonly ExpectedValue[]
  readonly serverId: string | null
}

interface Expected {
  readonly goodFrames: number
  readonly badCrcFrames: number
  readonly frames?: readonly ExpectedFrame[]
  readonly firstFrame?: ExpectedFrame
  readonly lastFrame?: ExpectedFrame
  readonly energyWhAndPowerWPerFrame?: readonly unknown[]
}

/** The symbols of the units that the captures use. */
const SYMBOLS = new Map([
  [27, 'W'],
  [30, 'Wh'],
])
const files = capturedFiles('sml')
const usable = (bytes: Uint8Array) => decodeAll(smlCodec, bytes).filter(isUsable)

/** What was expected, in the words of this package. */
function asMeterValues(values: readonly ExpectedValue[]) {
  return values.map(({ obis, unit, value, hex }) => {
    const symbol = SYMBOLS.get(unit ?? 0)
    const reduced = obis.replace(/\*255$/, '')
    return { obis: reduced, value: value ?? hex, ...(symbol === undefined ? {} : { unit: symbol }) }
  })
}

function expectFrame(frame: Frame | undefined, expected: ExpectedFrame | undefined): number {
  if (frame === undefined || expected === undefined) throw new Error('a frame is missing')
  expect(frame.bytes).toHaveLength(expected.frameBytes)
  // Where the other decoder gave up on a Holley's time, there is nothing to compare.
  if (expected.serverId === null) return 0
  expect(frame.device).toBe(expected.serverId)
  expect(
    frame.values.map(({ obis, value, unit }) => ({ obis, value, ...(unit === undefined ? {} : { unit }) })),
  ).toEqual(asMeterValues(expected.values))
  return expected.values.length
}

describe.skipIf(!hasCaptures)('the captures of SML meters', () => {
  let frames = 0
  let right = 0
  let refused = 0

  test.each(files)('$name is read as others read it', ({ bytes, expected }) => {
    const { goodFrames, frames: all, firstFrame, lastFrame } = expected as Expected
    const decoded = usable(bytes)
    expect(decoded).toHaveLength(goodFrames)
    for (const [i, frame] of (all ?? []).entries()) right += expectFrame(decoded[i], frame)
    if (firstFrame !== undefined) right += expectFrame(decoded[0], firstFrame)
    if (lastFrame !== undefined) right += expectFrame(decoded.at(-1), lastFrame)
    frames += decoded.length
    refused += decodeAll(smlCodec, bytes).length - decoded.length
  })

  test('energy and power of every frame of the long stream are right', () => {
    const stream = files.find(({ name }) => name.startsWith('dnt-continuous'))
    const { energyWhAndPowerWPerFrame = [] } = (stream?.expected ?? {}) as Expected
    const pairs = usable(stream?.bytes ?? new Uint8Array()).map(({ values }) => [
      values.find(({ obis }) => obis === '1-0:2.8.0')?.value,
      values.find(({ obis }) => obis === '1-0:15.7.0')?.value,
    ])
    expect(pairs).toEqual(energyWhAndPowerWPerFrame)
    right += 2 * pairs.length
  })

  test('the power of the DZG DVS74 is what its display showed', () => {
    const capture = files.find(({ name }) => name.startsWith('DZG_DVS-7412'))
    const [frame] = usable(capture?.bytes ?? new Uint8Array())
    if (frame === undefined) throw new Error('no frame')
    expect(dzgPowerAsMeant(frame).values).toContainEqual(
      expect.objectContaining({ obis: '1-0:16.7.0', value: 356.24 }),
    )
  })

  test('the table of conformance', () => {
    conforms({ protocol: 'sml', files: files.length, frames: frames + refused, right, refused })
  })
})

const small = files.filter(
  ({ name }) => name.startsWith('ITRON') || name.startsWith('EMH_eHZ361') || name.includes('mtr1'),
)
describe.skipIf(!hasCaptures)('the frame of a real meter', () => {
  const [flipped] = files.filter(({ name }) => name === 'ITRON_OpenWay-3.HZ.bin')
  codecSuite(smlCodec, small, flipped === undefined ? {} : { flipped })
})
