import { describe, expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import { linkyCodec, ticGroups } from '../../src/linky/linky-codec.ts'
import { capturedFiles, hasCaptures } from '../../src/testing/captures.ts'
import { codecSuite } from '../../src/testing/codec-suite.ts'
import { conforms } from '../conformance-table.ts'

interface ExpectedGroup {
  readonly label?: string
  readonly timestamp?: string
  readonly value?: string
  readonly checksumOk?: boolean
}

interface Expected {
  readonly summary: { readonly groups: number; readonly badChecksums: number }
  readonly frames: readonly (readonly ExpectedGroup[])[]
}

/** Its checksum fits by chance, one damaged group in 64 does: the label is none, so nothing is made of it. */
const NO_LABEL = '}PR`PzSOUSC'
const files = capturedFiles('linky')

/** The value as this package gives it: a number where it has a unit, kVA as VA; a clock has its time for a value. */
function asSent(value: number | string | boolean, unit: string | undefined, group: ExpectedGroup): string {
  const sent = group.value === '' ? group.timestamp : group.value
  if (unit === undefined) return sent === value ? 'right' : `${String(value)} for ${sent}`
  const number = Number(sent)
  return value === number || (unit === 'VA' && value === number * 1000)
    ? 'right'
    : `${String(value)} for ${sent}`
}

describe.skipIf(!hasCaptures)('the captures of French meters', () => {
  let frames = 0
  let right = 0
  let refused = 0

  test.each(files)('$name is read as others read it', ({ bytes, expected }) => {
    const { summary, frames: all } = expected as Expected
    const decoded = decodeAll(linkyCodec, bytes)
    expect(decoded).toHaveLength(all.length)
    const groups = decoded.flatMap((frame) => ticGroups(frame.bytes))
    expect(groups).toHaveLength(summary.groups)
    expect(groups.filter(({ isRight }) => !isRight)).toHaveLength(summary.badChecksums)
    for (const [i, { values, refusedParts = 0 }] of decoded.entries()) {
      const good = (all[i] ?? []).filter(({ checksumOk, label }) => checksumOk === true && label !== NO_LABEL)
      expect(values.map(({ name }) => name)).toEqual(good.map(({ label }) => label))
      for (const [at, { value, unit }] of values.entries())
        expect(asSent(value, unit, good[at] ?? {})).toBe('right')
      right += values.length
      refused += refusedParts
    }
    expect(decoded.reduce((sum, { refusedParts = 0 }) => sum + refusedParts, 0)).toBe(summary.badChecksums)
    frames += decoded.length
  })

  test('the table of conformance', () => {
    conforms({ protocol: 'linky', files: files.length, frames, right, refused: 0, refusedParts: refused })
  })
})

const [broken, whole] = ['continuous_linky_3P_historical_TIC_with_rx_errors.bin', 'historic-1p-hchp.bin'].map(
  (wanted) => files.find(({ name }) => name === wanted),
)
describe.skipIf(!hasCaptures)('the frame of a real meter', () => {
  const captures = [whole, broken].flatMap((file) => (file === undefined ? [] : [file]))
  codecSuite(linkyCodec, captures, whole === undefined ? {} : { flipped: whole })
})
