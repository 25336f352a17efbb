import { deflateRawSync } from 'node:zlib'

import { hex, fromHex } from '@tri/units/crypto'
import { law } from '@tri/units/testing'
import { array, integer, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { columnBytes, columnsOf, enteredFrom } from '../src/block/columns.ts'
import { blockLeaf, openBlock, sealBlock } from '../src/block/sealed-block.ts'
import { placed, type Entered } from '../src/entry.ts'
import { anyMeterTaken, anyTaken, DAY, MAY, reading, seconds } from './entries.ts'

const UNREADABLE = expect.objectContaining({ code: 'block-unreadable' })
const place = { meter: 'm1', resolution: 'second', window: MAY, number: 7 } as const
const epochKey = Uint8Array.from({ length: 32 }, (_, i) => i)
const dice = (bytes: number) => new Uint8Array(bytes).fill(0xa5)

const three = [
  reading({ at: 0, powerW: 300, importWh: 1000 }),
  reading({ at: 1000, powerW: 310.5, importWh: 1000 }),
  reading({ at: 2000, powerW: null, importWh: 1001, quality: 'estimated' }),
].map((entry) => placed(entry).entered)

// Written by hand from docs/formats.md, "A block of the vault".
const THREE = [
  '03', // three entries
  '02', // two qualities
  '09 3d6d65617375726564', // =measured
  '0a 3d657374696d61746564', // =estimated
  '00 02', // the first has two entries,
  '01 01', // the second one
  '80a0ae8dbc67', // 2 x 1 777 593 600 000
  'd00f', // 2 x 1000: a step of 1 s
  '00', // no other step
  '02 03 01', // power: some, the first two, one digit after the point
  'f02e', // 2 x 3000
  'd201', // 2 x 105
  '01 00', // import: all, no digit after the point
  'd00f', // 2 x 1000
  '00', // the same
  '02', // one more
  '00', // export: none
]
  .join('')
  .replaceAll(' ', '')

const SEALED = [
  'a5a5a5a5a5a5a5a5a5a5a5a5c283ca1e6f26e53f7d8b19a922518a81dd436975b3fa4792719a209ffdcf569cdc',
  '6672de2878c8d6c4f26fb2a2a740a8219966ec31ee2b876d43d00c1fd72fccac80',
].join('')
const LEAF = 'aa30d1df69887177ca8cf0a81efd80ab7946cc65e7cfb73a7e5cb9b215a3ff0a'

describe('the columns of a block', () => {
  test('are the bytes that the page on formats says', () => {
    expect(hex(columnBytes(three, 3))).toBe(THREE)
    expect([...enteredFrom(columnsOf(fromHex(THREE), 3))]).toEqual(three)
  })

  law('give back any entries, whatever their numbers', array(anyTaken, { maxLength: 40 }), (taken) => {
    const entries = taken
      .toSorted((a, b) => a.at - b.at)
      .map((one, i) => placed(reading({ ...one, isCorrection: i % 5 === 0 })).entered)
    expect([...enteredFrom(columnsOf(columnBytes(entries, 3), 3))]).toEqual(entries)
  })

  law(
    'take a byte or two for a number that changes little',
    array(anyMeterTaken, { minLength: 20, maxLength: 40 }),
    (taken) => {
      const entries: Entered[] = taken.map((one, i) => ({
        at: i * 1000,
        numbers: [i % 50, i, null],
        quality: one.quality ?? 'measured',
        isCorrection: false,
      }))
      expect(columnBytes(entries, 3).length).toBeLessThan(60 + 6 * entries.length)
    },
  )

  law(
    'are never read from bytes that nobody wrote so, but for a fault by name',
    uint8Array({ maxLength: 80 }),
    (bytes) => {
      try {
        columnsOf(bytes, 3)
      } catch (error) {
        expect(error).toMatchObject({ code: 'block-unreadable' })
      }
    },
  )

  test('that claim more entries than there may be are refused before room is made for them', () => {
    expect(() => columnsOf(fromHex('818004'), 3)).toThrow(UNREADABLE)
    expect(() => columnsOf(fromHex('ffffffffffffffffff7f'), 3)).toThrow(UNREADABLE)
    expect(() => columnsOf(fromHex(`${THREE}00`), 3)).toThrow(UNREADABLE)
  })
})

describe('a sealed block', () => {
  // Node's own zlib made the bytes between nonce and tag; any inflater reads them.
  test('that was sealed in November 2026 opens to what it held', () => {
    const sealed = fromHex(SEALED)
    expect([...enteredFrom(openBlock(place, sealed, epochKey))]).toEqual(three)
    expect(hex(blockLeaf(place, sealed))).toBe(LEAF)
  })

  test('begins with its nonce, ends with its tag, and is as long as its compressed columns between them', () => {
    const sealed = sealBlock(place, three, epochKey, dice)
    expect(sealed.length).toBe(12 + deflateRawSync(fromHex(THREE)).length + 16)
    expect(hex(sealed.subarray(0, 12))).toBe('a5'.repeat(12))
  })

  law(
    'opens no more when one bit of it is another',
    integer({ min: 0, max: 8 * 90 - 1 }),
    (at) => {
      const sealed = sealBlock(place, three, epochKey, dice)
      const bit = at % (8 * sealed.length)
      sealed[bit >> 3] = (sealed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => openBlock(place, sealed, epochKey)).toThrow(UNREADABLE)
    },
    { runs: 400 },
  )

  test('opens in no other place, and with no other key', () => {
    const sealed = sealBlock(place, three, epochKey, dice)
    for (const other of [{ meter: 'm2' }, { number: 8 }, { window: MAY + DAY }])
      expect(() => openBlock({ ...place, ...other }, sealed, epochKey)).toThrow(UNREADABLE)
    expect(() => openBlock({ ...place, resolution: 'slot' }, sealed, epochKey)).toThrow(UNREADABLE)
    expect(() => openBlock(place, sealed, epochKey.toReversed())).toThrow(UNREADABLE)
    expect(() => openBlock(place, sealed.subarray(0, 20), epochKey)).toThrow(UNREADABLE)
  })

  test('of a quarter hour of seconds stays below two bytes a reading with its signature, even where power is noise', () => {
    const entries = seconds(0, 900).map((entry) => placed(entry).entered)
    const sealed = sealBlock(place, entries, epochKey, dice)
    expect((sealed.length + 32 + 64) / 900).toBeLessThan(2.1)
  })
})
