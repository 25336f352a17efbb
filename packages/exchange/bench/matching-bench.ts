import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import {
  matchTotals,
  typescriptKernel,
  webAssemblyKernel,
  type MatchKernel,
  type MatchRun,
} from '../src/index.ts'
import { loadHighs } from './load-highs.ts'
import { median, medianMs, type Row } from './measure.ts'
import { matchOnce, repeatedDays, townRun } from './town.ts'
import { highsMs, pairLoopMs } from './yardsticks.ts'

/** How large a benchmark is: the promised sizes, or small ones that only show that it runs. */
export interface Scale {
  readonly members: number
  readonly yearSlots: number
  readonly many: { readonly members: number; readonly slots: number }
  readonly monthSlots: number
  /** Sizes of a community, each with so many meter-slots. */
  readonly flat: { readonly meters: readonly number[]; readonly meterSlots: number }
  readonly runs: number
  readonly samples: number
}

export const FULL: Scale = {
  members: 1101,
  yearSlots: 35_040,
  monthSlots: 2_976,
  runs: 7,
  samples: 5,
  many: { members: 10_000, slots: 2_976 },
  flat: { meters: [100, 1_000, 10_000, 100_000], meterSlots: 38_400_000 },
}

export const TINY: Scale = {
  members: 60,
  yearSlots: 960,
  monthSlots: 192,
  runs: 1,
  samples: 1,
  many: { members: 100, slots: 96 },
  flat: { meters: [50, 100], meterSlots: 9_600 },
}

const webassembly = webAssemblyKernel(readFileSync(new URL('../kernels/match.wasm', import.meta.url)))

/** All figures of matching, from columns in memory. */
export async function matchingBench(scale: Scale): Promise<Row[]> {
  const { runs } = scale
  // First, while the memory is empty: between the columns of a year no large page is left for those of 100,000 meters.
  const flat = flatRows(scale)
  const year = townRun(scale.members, scale.yearSlots)
  const wasmYear = medianMs(() => matchOnce(webassembly, year), { runs })
  const tsYear = medianMs(() => matchOnce(typescriptKernel, year), { runs: Math.ceil(runs / 2) })
  const rest = medianMs(() => matchOnce(webassembly, { ...year, split: 'largest-remainder' }), { runs: 1 })
  const large = townRun(scale.many.members, scale.many.slots)
  const many = medianMs(() => matchOnce(webassembly, large), { runs })
  return [
    { name: 'year, WebAssembly', value: wasmYear / 1000, unit: 's', bar: 0.15 },
    { name: 'year, TypeScript', value: tsYear / 1000, unit: 's', bar: 0.45 },
    { name: 'year, WebAssembly, largest remainder', value: rest / 1000, unit: 's' },
    { name: 'year, TypeScript : WebAssembly', value: tsYear / wasmYear, unit: 'ratio' },
    ...memoryRows(scale),
    { name: `${scale.many.members} members, a month, WebAssembly`, value: many / 1000, unit: 's', bar: 0.15 },
    ...flat,
    { name: 'one live slot, WebAssembly, p50', value: liveUs(webassembly, year), unit: 'us', bar: 50 },
    { name: 'one live slot, TypeScript, p50', value: liveUs(typescriptKernel, year), unit: 'us', bar: 50 },
    ...(await yardstickRows(scale)),
  ]
}

function memoryRows(scale: Scale): Row[] {
  const script = fileURLToPath(new URL('year-memory.ts', import.meta.url))
  return [webassembly, typescriptKernel].map(({ name }) => {
    const sizes = [String(scale.members), String(scale.yearSlots)]
    const printed = execFileSync(process.execPath, [script, name, ...sizes], { encoding: 'utf8' })
    return {
      name: `year, ${name}, peak memory with its columns`,
      value: Number(printed),
      unit: 'MB',
      bar: 300,
    }
  })
}

function flatRows({ flat, runs }: Scale): Row[] {
  const perMeterSlot = flat.meters.map((meters) => {
    const run = repeatedDays(meters, flat.meterSlots / meters)
    return { meters, ns: (medianMs(() => matchOnce(webassembly, run), { runs }) * 1e6) / flat.meterSlots }
  })
  const all = perMeterSlot.map(({ ns }) => ns)
  return [
    ...perMeterSlot.map(({ meters, ns }): Row => ({
      name: `a meter-slot among ${meters}`,
      value: ns,
      unit: 'ns',
    })),
    {
      name: 'a meter-slot, dearest : cheapest size',
      value: Math.max(...all) / Math.min(...all),
      unit: 'ratio',
      bar: 1.3,
    },
  ]
}

/** Every slot of ten days of May, one at a time, nights included. */
function liveUs(kernel: MatchKernel, year: MatchRun): number {
  const from = Math.min(120 * 96, Math.floor(year.slots / 2))
  const slots = Math.min(960, year.slots - from)
  const times = Array.from({ length: 3 * slots }, (_, i) => {
    const totals = matchTotals(year.tree)
    const start = performance.now()
    kernel.match({ ...year, slots: 1, at: from + (i % slots) }, totals)
    return performance.now() - start
  })
  return median(times.slice(slots)) * 1000
}

/** The same month by other means, each measured on some of its slots and scaled to all. */
async function yardstickRows(scale: Scale): Promise<Row[]> {
  const month = townRun(scale.members, scale.monthSlots, 120)
  const ours = medianMs(() => matchOnce(webassembly, month), { runs: scale.runs })
  const highs = highsMs(await loadHighs(), month, scale.samples) * scale.monthSlots
  const loop = pairLoopMs(month, scale.samples * 4) * scale.monthSlots
  return [
    { name: 'month, WebAssembly', value: ours / 1000, unit: 's' },
    { name: 'month, HiGHS linear programme, scaled', value: highs / 1000, unit: 's' },
    { name: 'month, double loop over pairs, scaled', value: loop / 1000, unit: 's' },
    { name: 'month, HiGHS : WebAssembly', value: highs / ours, unit: 'ratio' },
    { name: 'month, double loop : WebAssembly', value: loop / ours, unit: 'ratio' },
  ]
}
