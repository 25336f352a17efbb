import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import type { MeterValue } from '../../src/frame.ts'
import { mbusCodec } from '../../src/mbus/mbus-codec.ts'
import { capturedFiles, hasCaptures, METER_CAPTURES } from '../../src/testing/index.ts'
import { conforms } from '../conformance-table.ts'

/** One record as libmbus gives it: as sent, or normalised to base units. */
interface LibmbusRecord {
  readonly Function: string
  readonly StorageNumber?: string
  readonly Tariff?: string
  readonly Device?: string
  readonly Unit?: string
  readonly Quantity?: string
  readonly Value: string
}

interface LibmbusDecode {
  readonly libmbus: {
    readonly slave: { readonly Id: string; readonly Manufacturer?: string }
    readonly records: readonly LibmbusRecord[]
  }
  /** Beside it, since the digits of a field that holds no number are only here. */
  readonly libmbusNormalised: readonly LibmbusRecord[]
}

/** Units of libmbus in our spelling; its fixed structure is not normalised, so its kWh and litres are brought along. */
const UNITS: Readonly<Record<string, readonly [unit: string | undefined, factor: number]>> = {
  'm^3': ['m³', 1],
  'm^3/h': ['m³/h', 1],
  kWh: ['Wh', 1000],
  l: ['m³', 0.001],
  '': [undefined, 1],
  '-': [undefined, 1],
  'Units for H.C.A.': [undefined, 1],
}

const FUNCTIONS: Readonly<Record<string, string>> = {
  'Maximum value': 'maximum',
  'Minimum value': 'minimum',
  'Value during error state': 'error',
  'Manufacturer specific': 'manufacturer-data',
  'More records follow': 'more-records-follow',
}

/**
 * Records in which libmbus does not follow the standard, with what they say. It passes over extensions that make a time
 * or a duration of a value (0x50, 0x58, 0x6f), and takes the year 127, which means every year, for 2027.
 */
const OURS: Readonly<Record<string, unknown>> = {
  'SEN_Pollustat.hex 12': { name: 'volume-flow.first-under-limit-duration', value: 11_582_321, unit: 's' },
  'SEN_Pollustat.hex 13': { name: 'volume-flow.first-over-limit-duration', value: 756, unit: 's' },
  'landis_gyr_ultraheat_t230.hex 19': {
    name: 'power.last-end.unreadable.maximum.tariff-1',
    value: '00000000',
  },
  'landis_gyr_ultraheat_t230.hex 20': {
    name: 'volume-flow.last-end.unreadable.maximum.tariff-1',
    value: '00000000',
  },
  'landis_gyr_ultraheat_t230.hex 21': {
    name: 'flow-temperature.last-end.maximum.tariff-1',
    value: '2011-08-26T20:50:00',
  },
  'landis_gyr_ultraheat_t230.hex 22': {
    name: 'return-temperature.last-end.maximum.tariff-1',
    value: '2011-08-09T11:43:00',
  },
  'landis_gyr_ultraheat_t230.hex 32': { name: 'date-time.storage-510', value: '--01-01T00:00:00' },
}

test.skipIf(!hasCaptures)('every record that libmbus read is read with its unit, value and place', () => {
  const counts = { files: 0, frames: 0, right: 0, ours: 0, refused: 0 }
  for (const { name, bytes, expected } of capturedFiles('mbus')) {
    const { libmbus, libmbusNormalised } = expected as LibmbusDecode
    const frames = decodeAll(mbusCodec, bytes)
    counts.files++
    counts.frames += frames.length
    expect(frames, name).toHaveLength(1)
    expect(frames[0], name).toMatchObject({ check: 'valid' })
    expect(frames[0]?.problem, name).toBeUndefined()
    expect(frames[0]?.device, name).toContain(libmbus.slave.Id.padStart(8, '0'))
    expect(frames[0]?.device, name).toContain(libmbus.slave.Manufacturer ?? '')
    const values = frames[0]?.values ?? []
    expect(values, name).toHaveLength(libmbusNormalised.length)
    for (const [index, record] of libmbusNormalised.entries()) {
      const value = values[index]
      const sent = libmbus.records[index]
      if (value === undefined || sent === undefined) continue
      const ours = OURS[`${name} ${index}`]
      if (ours !== undefined) {
        expect(value, name).toEqual(ours)
        counts.ours++
        continue
      }
      compare(`${name} record ${index} ${value.name}`, { value, record, sent })
      counts.right++
    }
  }
  const { files, frames, right, ours, refused } = counts
  conforms({ protocol: 'mbus', files, frames, right: right + ours, refused })
  expect(counts).toEqual({ files: 50, frames: 50, right: 620, ours: 7, refused: 0 })
})

interface Compared {
  readonly value: MeterValue
  readonly record: LibmbusRecord
  /** The same record, not normalised. */
  readonly sent: LibmbusRecord
}

function compare(where: string, { value, record, sent }: Compared): void {
  const parts = (value.name ?? '').split('.')
  const named = FUNCTIONS[record.Function]
  if (named !== undefined) expect(parts, where).toContain(named)
  for (const [word, number] of [
    ['storage', record.StorageNumber],
    ['tariff', record.Tariff],
    ['device', record.Device],
  ] as const)
    if (number !== undefined && number !== '0') expect(parts, where).toContain(`${word}-${number}`)
  const [unit, factor] = UNITS[record.Unit ?? ''] ?? [record.Unit, 1]
  expect(value.unit, where).toBe(unit)
  if (typeof value.value === 'number') {
    // libmbus prints six decimal places, and a 32-bit float with seven digits.
    const theirs = Number(record.Value) * factor
    expect(Math.abs(value.value - theirs), `${where}: ${value.value} and ${theirs}`).toBeLessThanOrEqual(
      Math.max(5e-7, Math.abs(theirs) * 1e-6),
    )
  } else if (parts.includes('unreadable'))
    expect(['1900-01-00T00:00:00', value.value], where).toContain(sent.Value)
  else expect(plain(String(value.value)), where).toBe(plain(record.Value))
}

/** Bytes without spaces, times without the zone that libmbus adds to a clock that has none. */
function plain(text: string): string {
  return text.replaceAll(/[ Z]/g, '').toLowerCase()
}

test.skipIf(!hasCaptures)('no frame that libmbus refuses gives a value', () => {
  const file = join(METER_CAPTURES, 'mbus/error-frames.json')
  const { frames }: { frames: readonly { name: string; hex: string }[] } = JSON.parse(
    readFileSync(file, 'utf8'),
  )
  expect(frames).toHaveLength(27)
  for (const { name, hex } of frames) {
    // One of them has half a byte too few.
    const bytes = Uint8Array.fromHex(hex.length % 2 === 0 ? hex : `0${hex}`)
    const read = decodeAll(mbusCodec, bytes)
    expect(
      read.flatMap(({ values }) => values),
      name,
    ).toEqual([])
    for (const { problem, bytes: own } of read)
      expect(own.length <= 5 || problem !== undefined, `${name} has a problem`).toBe(true)
  }
})
