import { describe, expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import { isUsable } from '../../src/frame.ts'
import { iecCodec } from '../../src/iec62056/iec-codec.ts'
import { iecReadout } from '../../src/iec62056/readout.ts'
import { capturedFiles, hasCaptures } from '../../src/testing/captures.ts'
import { codecSuite } from '../../src/testing/codec-suite.ts'
import { conforms } from '../conformance-table.ts'

interface Expected {
  readonly identification: string
  readonly bcc?: { readonly given: number; readonly computed: number; readonly valid: boolean }
  readonly datasets: readonly { readonly address: string; readonly values: readonly string[] }[]
}

const EXPONENTS = new Map([
  ['kWh', 3],
  ['kW', 3],
  ['kvarh', 3],
  ['kvar', 3],
])
const files = capturedFiles('iec62056-21')

/** The numbers with a unit that stand first in a data set, scaled by another way than the codec's. */
function numbersOf({ datasets }: Expected) {
  return datasets.flatMap(({ address, values: [first = ''] }) => {
    const [, digits, unit = ''] = /^(-?[\d.]+)\*(\w+)$/.exec(first) ?? []
    if (digits === undefined) return []
    return [{ obis: address.replace(/\*255$/, ''), value: Number(`${digits}e${EXPONENTS.get(unit) ?? 0}`) }]
  })
}

describe.skipIf(!hasCaptures)('the captures of IEC 62056-21', () => {
  let frames = 0
  let right = 0
  let refused = 0
  let setsRight = 0

  test.each(files)('$name is read as others read it', ({ bytes, expected }) => {
    const { identification, bcc, datasets } = expected as Expected
    const [frame, ...others] = decodeAll(iecCodec, bytes)
    if (frame === undefined) throw new Error('no frame')
    expect(others).toEqual([])
    frames++
    const readout = iecReadout(frame.bytes)
    expect(readout.identification).toBe(identification)
    expect(readout.sets.map(({ address, groups }) => ({ address, values: groups }))).toEqual(datasets)
    setsRight += datasets.length
    expect(readout.blockCheck).toEqual(bcc && { given: bcc.given, computed: bcc.computed })
    expect(frame.check).toBe(bcc === undefined ? 'absent' : bcc.valid ? 'valid' : 'invalid')
    expect(isUsable(frame)).toBe(bcc?.valid !== false)
    if (!isUsable(frame)) {
      refused++
      return
    }
    const numbers = frame.values.flatMap(({ obis, value, unit }) =>
      unit === undefined ? [] : [{ obis, value }],
    )
    expect(numbers).toEqual(numbersOf(expected as Expected))
    right += numbers.length
  })

  test('the table of conformance', () => {
    console.info(`iec62056-21: ${setsRight} data sets as they were sent`)
    conforms({ protocol: 'iec62056-21', files: files.length, frames, right, refused })
  })
})

describe.skipIf(!hasCaptures)('the readout of a real meter', () => {
  codecSuite(iecCodec, files, {})
})
