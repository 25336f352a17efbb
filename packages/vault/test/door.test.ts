import { createHash } from 'node:crypto'

import { accept, epochMs, refuse } from '@tri/units'
import { parquetReadObjects } from 'hyparquet'
import { describe, expect, test } from 'vitest'

import { householdPolicy, VIEW_ROWS_MAX, type ExportFormat, type Policy, type Vault } from '../src/index.ts'
import { HomeLoad, seededVault } from '../src/testing/index.ts'
import { DAY, HOUSEHOLD, MAY, metered, range, reading, seconds } from './entries.ts'

const day = range(0, DAY)

function exported(vault: Vault, format: ExportFormat, grain: 'second' | 'slot' | 'day' = 'second'): Buffer {
  const outcome = vault.export({ ...HOUSEHOLD, grain, ...range(0, 3 * DAY) }, format)
  if (!outcome.ok) throw new Error(outcome.refusal)
  return Buffer.concat([...outcome.value])
}

describe('the door of the vault', () => {
  test('tells when a meter last said something, and nothing of what it said', () => {
    using kept = seededVault('newest')
    expect(kept.vault.newestAt('m1')).toBeUndefined()
    kept.vault.append([metered({ slot: 3 })])
    expect(kept.vault.newestAt('m1')).toBe(MAY + 3 * 900_000)
    kept.vault.append([...seconds(0, 2000), reading({ at: DAY - 1000 })])
    expect(kept.reopened().newestAt('m1')).toBe(MAY + DAY - 1000)
    expect(kept.vault.receipts(epochMs(0), epochMs(Number.MAX_SAFE_INTEGER))).toEqual([])
  })

  test('gives the household everything, and settlement quarter hours only', () => {
    using kept = seededVault('grains')
    kept.vault.append([reading({ at: 0 }), metered({ slot: 0 })])
    for (const grain of ['second', 'slot', 'day', 'month'] as const) {
      expect(kept.vault.view({ ...HOUSEHOLD, grain, ...day }).ok).toBe(true)
      const settlement = kept.vault.view({ ...HOUSEHOLD, purpose: 'settlement', grain, ...day })
      expect(settlement).toMatchObject(grain === 'slot' ? { ok: true } : { refusal: 'grain-not-granted' })
    }
  })

  test('gives nobody else anything, and refuses what makes no sense or is too much, by name', () => {
    using kept = seededVault('refusals')
    kept.vault.append(seconds(0, 10))
    const asked = { ...HOUSEHOLD, grain: 'second', ...day } as const
    const refusal = (changes: object) => {
      const outcome = kept.vault.view({ ...asked, ...changes })
      return outcome.ok ? 'given' : outcome.refusal
    }
    expect(refusal({ by: 'home-2' })).toBe('view-not-granted')
    expect(refusal({ owner: 'home-2' })).toBe('view-not-granted')
    expect(refusal({ meter: 'm2' })).toBe('meter-not-kept')
    expect(refusal({ until: asked.from })).toBe('view-range-unusable')
    const longest = VIEW_ROWS_MAX * 1000
    expect(refusal({ until: epochMs(MAY + longest) })).toBe('given')
    expect(refusal({ until: epochMs(MAY + longest + 1) })).toBe('view-range-too-long')
    const receipts = kept.vault.receipts(kept.clock.at, epochMs(kept.clock.at + 1))
    expect(receipts.map(({ by, outcome }) => [by, outcome])).toEqual([
      ['home-1', 'view-range-too-long'],
      ['home-1', 'granted'],
      ['home-1', 'view-range-unusable'],
      ['home-1', 'meter-not-kept'],
      ['home-2', 'view-not-granted'],
    ])
  })

  test('leaves a receipt of every view, which counts the same question within a quarter hour', () => {
    using kept = seededVault('receipts')
    kept.vault.append(seconds(0, 10))
    const ask = (from: number) =>
      kept.vault.view({ ...HOUSEHOLD, grain: 'second', ...range(from, from + 1000) })
    kept.clock.at = epochMs(MAY)
    ask(0)
    kept.clock.at = epochMs(MAY + 1000)
    ask(1000)
    kept.clock.at = epochMs(MAY + 900_000)
    ask(2000)
    expect(kept.reopened().receipts(epochMs(0), epochMs(MAY + DAY))).toEqual([
      expect.objectContaining({ views: 1, from: MAY + 2000, firstAt: MAY + 900_000 }),
      {
        by: 'home-1',
        purpose: 'household',
        grain: 'second',
        meter: 'm1',
        from: MAY,
        until: MAY + 2000,
        outcome: 'granted',
        firstAt: MAY,
        lastAt: MAY + 1000,
        views: 2,
      },
    ])
  })

  test('asks whichever policy it was given', () => {
    const neighbours: Policy = {
      decide: (request) =>
        request.by === 'home-2' && request.grain === 'day'
          ? accept('granted')
          : householdPolicy('home-1').decide(request),
    }
    using kept = seededVault('policy', { policy: neighbours })
    kept.vault.append([metered({ slot: 0 })])
    expect(kept.vault.view({ ...HOUSEHOLD, by: 'home-2', grain: 'day', ...day }).ok).toBe(true)
    expect(kept.vault.view({ ...HOUSEHOLD, by: 'home-2', grain: 'slot', ...day })).toEqual(
      refuse('view-not-granted'),
    )
  })
})

describe('an export', () => {
  test('is the same rows as CSV, as a JSON object a line, and as Parquet, whatever days they are of', async () => {
    using kept = seededVault('export')
    kept.vault.append([
      ...seconds(0, 1000),
      reading({ at: DAY + 1, powerW: 0.5, importWh: null, quality: 'estimated:gap' }),
      reading({ at: 2 * DAY, powerW: null }),
    ])
    const lines = exported(kept.vault, 'jsonl').toString().trim().split('\n')
    const objects = lines.map((line): unknown => JSON.parse(line))
    expect(objects).toHaveLength(1002)
    expect(objects[1000]).toEqual({
      at: '2026-05-02T00:00:00.001Z',
      powerW: 0.5,
      importRegisterWh: null,
      exportRegisterWh: null,
      quality: 'estimated:gap',
    })
    const [head, ...rows] = exported(kept.vault, 'csv').toString().trim().split('\r\n')
    expect(head).toBe('at,powerW,importRegisterWh,exportRegisterWh,quality')
    expect(rows).toHaveLength(1002)
    expect(rows[1000]).toBe('2026-05-02T00:00:00.001Z,0.5,,,estimated:gap')
    const bytes = exported(kept.vault, 'parquet')
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
    expect(await parquetReadObjects({ file })).toEqual(objects)
  })

  test('of any length keeps a day in memory at a time, and leaves one receipt', () => {
    using kept = seededVault('long export')
    const load = new HomeLoad({ seed: 1 })
    for (let at = 0; at < 2; at++) {
      const rows = load.day('m1', MAY / DAY + at)
      kept.vault.append(rows.slice(0, 43_200))
      kept.vault.append(rows.slice(43_200))
    }
    const outcome = kept.vault.export({ ...HOUSEHOLD, grain: 'second', ...range(0, 3 * DAY) }, 'parquet')
    const sizes = outcome.ok ? [...outcome.value].map(({ length }) => length) : []
    expect(sizes).toHaveLength(3)
    expect(Math.max(...sizes)).toBeLessThan(3_000_000)
    expect(kept.vault.receipts(epochMs(0), epochMs(kept.clock.at + 1))).toMatchObject([{ views: 1 }])
  })

  test('of everything there is may name a range without end, and of nothing is empty', () => {
    using kept = seededVault('without end')
    kept.vault.append([...seconds(0, 1000), metered({ slot: 3 })])
    const all = { ...HOUSEHOLD, from: epochMs(0), until: epochMs(Number.MAX_SAFE_INTEGER) }
    const lines = (grain: 'second' | 'slot' | 'day' | 'month', meter = 'm1') => {
      const outcome = kept.vault.export({ ...all, grain, meter }, 'jsonl')
      return outcome.ok
        ? Buffer.concat([...outcome.value])
            .toString()
            .split('\n').length - 1
        : outcome.refusal
    }
    expect((['second', 'slot', 'day', 'month'] as const).map((grain) => lines(grain))).toEqual([
      1000, 1, 1, 1,
    ])
    expect(lines('second', 'm2')).toBe('meter-not-kept')
    kept.vault.append([reading({ at: 0, meter: 'm3' })])
    expect(lines('slot', 'm3')).toBe(0)
  })

  test('of sums has a column for each quality', () => {
    using kept = seededVault('sums')
    kept.vault.append([
      metered({ slot: 0, importWh: 7 }),
      metered({ slot: 1, importWh: 2, quality: 'estimated' }),
    ])
    expect(exported(kept.vault, 'csv', 'day').toString()).toBe(
      'name,from,until,importWh,exportWh,measuredImportWh,measuredExportWh,substitutedImportWh,substitutedExportWh,estimatedImportWh,estimatedExportWh,slots\r\n' +
        '2026-05-01,2026-05-01T00:00:00.000Z,2026-05-02T00:00:00.000Z,9,0,7,0,0,0,2,0,2\r\n',
    )
    expect(exported(kept.vault, 'csv', 'slot').toString()).toBe(
      'from,importWh,exportWh,quality\r\n2026-05-01T00:00:00.000Z,7,0,measured\r\n2026-05-01T00:15:00.000Z,2,0,estimated\r\n',
    )
  })
})

function digest(seed: number): string {
  const rows = new HomeLoad({ seed, hasPlant: true }).day('m1', 20_000)
  const registers = rows.map((row) => (row.is === 'reading' ? (row.importRegisterWh ?? 0) : 0))
  expect(registers.every((register, i) => register >= (registers[i - 1] ?? 0))).toBe(true)
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex')
}

describe('the load that storage is measured with', () => {
  test('is the same for the same seed, and no register ever falls', () => {
    expect(digest(1)).toBe(digest(1))
    expect(digest(1)).not.toBe(digest(2))
  })
})
