import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { epochMs, must, slot, watt, wattHour } from '@tri/units'
import { keyPairFromSeed } from '@tri/units/crypto'

import { openVault, type Grain, type Vault, type VaultEntry } from '../src/index.ts'
import { HomeLoad } from '../src/testing/index.ts'

/** What a benchmark of the vault found. */
export interface VaultRow {
  readonly name: string
  readonly value: number
  readonly unit: 's' | 'ms' | 'us' | 'B' | '%'
  /** The most it may be on one idle core. */
  readonly bar?: number
}

/** Sizes of a run. */
export interface VaultBenchSizes {
  readonly days: number
  readonly devices: number
  /** Seconds of all devices. */
  readonly seconds: number
  readonly runs: number
}

export const FULL: VaultBenchSizes = { days: 365, devices: 200, seconds: 60, runs: 100 }
export const TINY: VaultBenchSizes = { days: 1, devices: 4, seconds: 2, runs: 2 }

const DAY_MS = 86_400_000
/** 2026-01-01T00:00:00Z, in days. */
const FIRST_DAY = 20_454
const HALF_DAY = 43_200

/** Everything the vault promises a figure for, over one home's seconds. */
export function vaultBench(sizes: VaultBenchSizes = FULL): VaultRow[] {
  const folder = mkdtempSync(join(tmpdir(), 'tri-bench-'))
  const path = join(folder, 'vault.sqlite')
  try {
    const open = (): Vault =>
      openVault({
        path,
        key: new Uint8Array(32).fill(7),
        owner: 'home',
        household: keyPairFromSeed(new Uint8Array(32).fill(9)),
        dice: (bytes) => new Uint8Array(randomBytes(bytes)),
        clock: { now: () => epochMs(Date.now()) },
      })
    const fillMs = timed(() => {
      using vault = open()
      fill(vault, sizes.days)
    })
    const readings = sizes.days * HALF_DAY * 2
    const bytes = statSync(path).size / readings
    using vault = open()
    return [
      { name: 'a reading of a second on the disk, everything included', value: bytes, unit: 'B', bar: 2 },
      { name: `${sizes.days} days of seconds, made and kept`, value: fillMs / 1000, unit: 's' },
      ...viewRows(vault, sizes),
      ...appendRows(vault, sizes),
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function timed(work: () => unknown): number {
  const from = performance.now()
  work()
  return performance.now() - from
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/** A year of a home with a plant: its seconds in halves of days, and its quarter hours. */
function fill(vault: Vault, days: number): void {
  const load = new HomeLoad({ seed: 1, hasPlant: true })
  let before = 0
  for (let day = FIRST_DAY; day < FIRST_DAY + days; day++) {
    const seconds = load.day('casa', day)
    vault.append(seconds.slice(0, HALF_DAY))
    vault.append(seconds.slice(HALF_DAY))
    const slots: VaultEntry[] = []
    for (let at = 0; at < 96; at++) {
      const last = seconds[900 * at + 899]
      const register = last?.is === 'reading' ? (last.importRegisterWh ?? 0) : 0
      slots.push({
        is: 'slot',
        meter: 'casa',
        slot: slot(day * 96 + at),
        importWh: wattHour(before === 0 ? 0 : register - before),
        exportWh: wattHour(0),
        quality: 'measured',
      })
      before = register
    }
    vault.append(slots)
  }
}

function viewRows(vault: Vault, { days, runs }: VaultBenchSizes): VaultRow[] {
  const medianMs = (grain: Grain, from: number, until: number, rows: number): number => {
    const times = Array.from({ length: runs }, (_, run) => {
      // Another day each time, so that no view finds what the one before left in memory.
      const shift = until - from === 1 ? (run * 37) % days : 0
      const range = { from: epochMs((from + shift) * DAY_MS), until: epochMs((until + shift) * DAY_MS) }
      return timed(() => {
        const seen = vault.view({ owner: 'home', purpose: 'household', grain, meter: 'casa', ...range })
        must(seen.ok && seen.value.rows.length === rows, 'the bench sees what it kept')
      })
    })
    return quantile(times, 0.5)
  }
  const end = FIRST_DAY + days
  const months = days === 365 ? 12 : 1
  return [
    {
      name: 'day view, 96 quarter hours',
      value: medianMs('slot', FIRST_DAY, FIRST_DAY + 1, 96),
      unit: 'ms',
      bar: 30,
    },
    {
      name: 'day view, 86 400 seconds',
      value: medianMs('second', FIRST_DAY, FIRST_DAY + 1, 86_400),
      unit: 'ms',
      bar: 30,
    },
    { name: 'year by day', value: medianMs('day', FIRST_DAY, end, days), unit: 'ms', bar: 30 },
    { name: 'year by month', value: medianMs('month', FIRST_DAY, end, months), unit: 'ms', bar: 30 },
  ]
}

function appendRows(vault: Vault, { days, devices, seconds, runs }: VaultBenchSizes): VaultRow[] {
  const later = (FIRST_DAY + days + 1) * DAY_MS
  const quarter = new HomeLoad({ seed: 2 }).day('quarto', FIRST_DAY + days)
  const times: number[] = []
  for (let run = 0; run < Math.min(runs, 96); run++)
    times.push(timed(() => vault.append(quarter.slice(900 * run, 900 * (run + 1)))))
  const one = (meter: string, second: number): VaultEntry => ({
    is: 'reading',
    meter,
    takenAt: epochMs(later + second * 1000),
    powerW: watt(300 + ((second * 7919) % 13)),
    importRegisterWh: wattHour(5_000_000 + second),
    exportRegisterWh: wattHour(0),
    quality: 'measured',
  })
  const together = (second: number): VaultEntry[] =>
    Array.from({ length: devices }, (_, i) => one(`street-${i}`, second))
  vault.append(together(0))
  const before = process.cpuUsage()
  const all = timed(() => {
    for (let second = 1; second <= seconds; second++) vault.append(together(second))
  })
  const { user, system } = process.cpuUsage(before)
  const alone = Array.from({ length: runs }, (_, second) => timed(() => vault.append([one('solo', second)])))
  return [
    { name: '900 readings kept, p95', value: quantile(times, 0.95), unit: 'ms', bar: 5 },
    {
      name: `a reading of ${devices} devices that share one wait for the disk`,
      value: (1000 * all) / (devices * seconds),
      unit: 'us',
      bar: 100,
    },
    {
      name: `${devices} devices at 1 s, share of a core`,
      value: (user + system) / (10_000 * seconds),
      unit: '%',
    },
    { name: 'one reading alone, waiting for the disk, p50', value: quantile(alone, 0.5), unit: 'ms' },
  ]
}
