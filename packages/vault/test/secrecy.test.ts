import { existsSync, readFileSync } from 'node:fs'

import { epochMs, slot, watt, wattHour } from '@tri/units'
import { law } from '@tri/units/testing'
import { array, integer, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { VaultEntry } from '../src/index.ts'
import { seededVault, type SeededVault } from '../src/testing/index.ts'
import { anyMeterTaken, DAY, HOUSEHOLD, MAY, range, reading, seconds } from './entries.ts'

/** Everything of the vault that lies on the disk. */
function onDisk({ ports: { path } }: SeededVault): Buffer {
  return Buffer.concat(
    ['', '-wal', '-shm', '-journal']
      .map((end) => `${path}${end}`)
      .filter(existsSync)
      .map((file) => readFileSync(file)),
  )
}

/** A number in the ways in which a program may write it down. */
function writings(value: number): Buffer[] {
  const bytes = Buffer.alloc(24)
  bytes.writeDoubleLE(value, 0)
  bytes.writeDoubleBE(value, 8)
  bytes.writeBigInt64BE(BigInt(value), 16)
  const varint: number[] = []
  for (let left = 2 * value; left > 0; left = Math.floor(left / 128))
    varint.push((left % 128) | (left > 127 ? 128 : 0))
  return [
    bytes.subarray(0, 8),
    bytes.subarray(8, 16),
    bytes.subarray(16, 24).subarray(2),
    Buffer.from(varint),
    Buffer.from(String(value)),
  ]
}

const POWER = 7_654_321_987
const REGISTER = 987_654_321_012
const ENERGY = 456_789_123_456
const told: VaultEntry[] = [
  {
    is: 'reading',
    meter: 'm1',
    takenAt: epochMs(MAY + 1000),
    powerW: watt(POWER),
    importRegisterWh: wattHour(REGISTER),
    exportRegisterWh: wattHour(REGISTER),
    quality: 'substituted:telltale-rule',
  },
  {
    is: 'slot',
    meter: 'm1',
    slot: slot(MAY / 900_000),
    importWh: wattHour(ENERGY),
    exportWh: wattHour(0),
    quality: 'measured',
  },
]

function expectSilence(kept: SeededVault): void {
  const disk = onDisk(kept)
  for (const value of [POWER, REGISTER, ENERGY])
    for (const writing of writings(value)) expect(disk.includes(writing), `${value}`).toBe(false)
  expect(disk.includes('telltale')).toBe(false)
}

describe('what lies on the disk', () => {
  test('is looked through with eyes that find a value where it does stand', () => {
    const written = Buffer.concat([Buffer.from('x'), ...writings(POWER)])
    for (const writing of writings(POWER)) expect(written.includes(writing)).toBe(true)
  })

  test('tells no value: not in the tail, not in a block, not in a sum, not after a restart', () => {
    using kept = seededVault('silence')
    kept.vault.append(told)
    expectSilence(kept)
    kept.vault.append(seconds(900, 900))
    kept.vault.append([{ ...told[1], is: 'slot', slot: slot(MAY / 900_000 + 200) } as VaultEntry])
    expectSilence(kept)
    kept.reopened()
    expectSilence(kept)
  })

  test('holds neither the vault’s key nor the household’s, nor an epoch’s unwrapped', () => {
    const rolled: Uint8Array[] = []
    using kept = seededVault('keys', {
      dice: (bytes) => {
        const roll = Uint8Array.from({ length: bytes }, (_, i) => (rolled.length * 31 + i * 7 + 3) & 0xff)
        rolled.push(roll)
        return roll
      },
    })
    kept.vault.append(told)
    kept.vault.append(seconds(900, 900))
    const disk = onDisk(kept)
    expect(disk.includes(kept.ports.key)).toBe(false)
    const keys = rolled.filter((roll) => roll.length === 32)
    expect(keys.length).toBeGreaterThan(0)
    for (const key of keys) expect(disk.includes(key)).toBe(false)
    const seed = kept.ports.household.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(16)
    expect(disk.includes(seed)).toBe(false)
  })

  test('opens with no other key, and for no other household', () => {
    using kept = seededVault('strangers')
    kept.vault.append(told)
    expect(() => kept.reopened({ key: new Uint8Array(32) })).toThrow(
      expect.objectContaining({ code: 'vault-key-wrong' }),
    )
    expect(() => kept.reopened({ key: new Uint8Array(31) })).toThrow(
      expect.objectContaining({ code: 'key-unusable' }),
    )
    expect(() => kept.reopened({ owner: 'home-2' })).toThrow(
      expect.objectContaining({ code: 'vault-other-owner' }),
    )
    kept.reopened()
    expect(() => kept.vault.append([])).not.toThrow()
  })

  test('is for one process alone', () => {
    using kept = seededVault('alone')
    using other = seededVault('beside')
    expect(() => other.reopened({ ...kept.ports })).toThrow(expect.objectContaining({ code: 'vault-in-use' }))
    other.reopened()
  })
})

function erase(kept: SeededVault, from: number, until: number, totals = true) {
  const outcome = kept.vault.erase({ owner: 'home-1', meter: 'm1', ...range(from, until), totals })
  if (!outcome.ok) throw new Error(outcome.refusal)
  return outcome.value
}

function rows(kept: SeededVault, grain: 'second' | 'slot' | 'day') {
  const seen = kept.vault.view({ ...HOUSEHOLD, grain, ...range(0, 1.9 * DAY) })
  return seen.ok ? seen.value : undefined
}

describe('what was erased', () => {
  test('is gone from the disk with its wrapped key, and its leaves stay so that the log is whole', () => {
    using kept = seededVault('gone')
    kept.vault.append(seconds(0, 1800))
    kept.vault.append(seconds(86_400, 900))
    kept.vault.append(told.slice(1))
    kept.vault.close()
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
    const database = new DatabaseSync(kept.ports.path)
    const secrets = database
      .prepare(
        'SELECT wrapped AS secret FROM epoch_keys WHERE epoch = ? UNION ALL SELECT bytes FROM blocks JOIN leaves USING (number) WHERE window < ?',
      )
      .all(MAY, MAY + DAY)
      .map(({ secret }) => secret)
    database.close()
    expect(secrets.length).toBeGreaterThan(3)
    kept.reopened()
    const size = kept.vault.head()?.size ?? 0
    const report = erase(kept, 0, DAY)
    expect(report).toMatchObject({ entries: 1801, resealed: 0, keysDestroyed: 2 })
    expect(report.remains).toContain('backups-made')
    const disk = onDisk(kept)
    for (const secret of secrets)
      if (secret instanceof Uint8Array) expect(disk.includes(secret.subarray(0, 48))).toBe(false)
    const check = kept.vault.check()
    let step = check.next()
    while (step.done !== true) step = check.next()
    expect(step.value).toMatchObject({
      isLogWhole: true,
      damaged: [],
      unsigned: [],
      erased: report.leavesKept,
    })
    expect(kept.vault.head()?.size).toBeGreaterThanOrEqual(size)
    expect(rows(kept, 'second')?.rows).toHaveLength(900)
    expect(rows(kept, 'second')?.erased).toMatchObject([
      { resolution: 'second', from: MAY, until: MAY + DAY },
      { resolution: 'slot', from: MAY, until: MAY + DAY },
    ])
  })

  test('is not kept again when it is sent again, and what lies beside it is still there', () => {
    using kept = seededVault('beside it')
    kept.vault.append(seconds(0, 2700))
    expect(erase(kept, 900_000, 1_800_000)).toMatchObject({ entries: 900, resealed: 1800 })
    expect(kept.vault.append(seconds(899, 902))).toMatchObject({ stored: 0, known: 2, erased: 900 })
    expect(rows(kept, 'second')?.rows).toHaveLength(1800)
    kept.reopened()
    expect(rows(kept, 'second')?.rows).toHaveLength(1800)
    expect(kept.vault.append(seconds(2700, 10))).toMatchObject({ stored: 10 })
  })

  test('leaves the energy of quarter hours and days where only what is finer was to go', () => {
    using kept = seededVault('finer')
    kept.vault.append(seconds(0, 900))
    for (let at = 0; at < 97; at++)
      kept.vault.append([
        { ...told[1], slot: slot(MAY / 900_000 + at), importWh: wattHour(10) } as VaultEntry,
      ])
    erase(kept, 0, DAY, false)
    expect(rows(kept, 'second')?.rows).toHaveLength(0)
    expect(rows(kept, 'slot')?.rows).toHaveLength(97)
    expect(rows(kept, 'day')?.rows[0]).toMatchObject({ importWh: 960, slots: 96 })
    // A part of a day takes its part out of the sum.
    erase(kept, 0, DAY / 4)
    expect(rows(kept, 'day')?.rows[0]).toMatchObject({ importWh: 720, slots: 72 })
  })

  law(
    'is every reading of its range and no other, now and after a restart',
    tuple(
      array(anyMeterTaken, { minLength: 1, maxLength: 40 }),
      integer({ max: 15, min: 0 }),
      integer({ max: 16, min: 1 }),
    ),
    ([taken, from, length]) => {
      using kept = seededVault('any range')
      const [first, end] = [from * 900_000, (from + length) * 900_000]
      kept.vault.append(taken.map(reading))
      const rest = new Set(taken.map(({ at }) => at).filter((at) => at < first || at >= end))
      erase(kept, first, end)
      for (const again of [false, true]) {
        if (again) kept.reopened()
        expect(rows(kept, 'second')?.rows).toHaveLength(rest.size)
        expect(rows(kept, 'second')?.damaged).toEqual([])
      }
    },
    { runs: 25 },
  )

  test('goes by full quarter hours, by the owner’s word, and of a meter that is there', () => {
    using kept = seededVault('refused')
    kept.vault.append(seconds(0, 10))
    const asked = { owner: 'home-1', meter: 'm1', ...range(0, 900_000), totals: true }
    const refusal = (changes: Partial<typeof asked>) => kept.vault.erase({ ...asked, ...changes })
    expect(refusal({ owner: 'home-2' })).toEqual({ ok: false, refusal: 'not-the-owner' })
    expect(refusal({ meter: 'm2' })).toEqual({ ok: false, refusal: 'meter-not-kept' })
    expect(refusal({ from: epochMs(MAY + 1) })).toEqual({ ok: false, refusal: 'erasure-range-unusable' })
    expect(refusal({ until: asked.from })).toEqual({ ok: false, refusal: 'erasure-range-unusable' })
    expect(refusal({}).ok).toBe(true)
  })
})
