import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { median, type Row } from '../../packages/exchange/bench/measure.ts'
import { SEED } from '../../packages/exchange/bench/town.ts'
import { syntheticNetWh, syntheticTown } from '@tri/exchange/testing'

const TRI = fileURLToPath(new URL('../../packages/cli/src/tri.ts', import.meta.url))
const FIRST_DAY = Date.UTC(2026, 4, 1)
const SLOT_MS = 900_000
// The process itself tells its peak memory when it ends; its resource usage would begin with the peak of this one.
const TELL_PEAK = `data:text/javascript,${encodeURIComponent(
  `import { readFileSync } from 'node:fs'
   process.on('exit', () => console.error(readFileSync('/proc/self/status', 'utf8')))`,
)}`

interface Size {
  readonly meters: number
  readonly days: number
  readonly runs: number
}

/** `tri settle run` from a CSV of quarter hours to statements and book, as a process of its own. */
export function settleRunRows({ meters, days, runs }: Size): Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'tri-bench-'))
  try {
    const community = join(folder, 'community.json')
    const readings = join(folder, 'readings.csv')
    writeFileSync(community, JSON.stringify(townDocument(meters)))
    writeReadings(readings, meters, days * 96)
    const files = [community, readings]
    const name = `tri settle run, ${meters} meters x ${days} days of CSV`
    return [
      ...rowsOf(
        name,
        Array.from({ length: runs }, () => settled([...files, '--json'])),
      ),
      ...rowsOf(
        `${name}, with a row a slot written`,
        Array.from({ length: runs }, (_, i) =>
          settled([...files, '--out', join(folder, `out-${i}`), '--json']),
        ),
      ),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Measured {
  readonly seconds: number
  readonly peakMB: number
}

function rowsOf(name: string, measured: readonly Measured[]): Row[] {
  const seconds = median(measured.map((one) => one.seconds))
  const peakMB = median(measured.map((one) => one.peakMB))
  return [
    { name: `${name}, start to exit`, value: seconds, unit: 's', bar: 4 },
    { name: `${name}, peak memory`, value: peakMB, unit: 'MB', bar: 600 },
  ]
}

function settled(args: readonly string[]): Measured {
  const start = performance.now()
  const run = spawnSync(process.execPath, ['--import', TELL_PEAK, TRI, 'settle', 'run', ...args], {
    encoding: 'utf8',
  })
  const seconds = (performance.now() - start) / 1000
  if (run.status !== 0) throw new Error(`tri settle run ended with ${run.status}:\n${run.stderr}`)
  return { seconds, peakMB: Number(/VmHWM:\s+(\d+)/.exec(run.stderr)?.[1]) / 1000 }
}

function townDocument(meters: number): object {
  const { nodes, places } = syntheticTown(meters)
  return {
    format: 'tri/community/1',
    id: 'bench',
    name: 'Bench',
    timezone: 'UTC',
    network: nodes.map(({ id, ring, parent, ohm }) => ({
      id,
      kind: ring === 'home' ? 'site' : ring,
      parent,
      ohm,
    })),
    members: places.map(({ meter }) => ({ id: `member-${meter}`, kind: 'household' })),
    meters: places.map(({ meter, node }) => ({ id: meter, member: `member-${meter}`, site: node })),
    charter: {
      rule: 'neighbour-first',
      creditPerKwh: {
        home: '0.09',
        building: '0.10',
        street: '0.11',
        transformer: '0.12',
        substation: '0.13',
      },
    },
  }
}

function writeReadings(path: string, meters: number, slots: number): void {
  const netWh = new Int32Array(meters * slots)
  syntheticNetWh(netWh, meters, slots, SEED, 120)
  const { places } = syntheticTown(meters)
  const times = Array.from({ length: slots }, (_, t) =>
    new Date(FIRST_DAY + t * SLOT_MS).toISOString().replace('.000Z', 'Z'),
  )
  const file = openSync(path, 'w')
  writeSync(file, 'meter,from,import_wh,export_wh\n')
  for (const [column, { meter }] of places.entries()) {
    const rows = times.map((time, t) => {
      const net = netWh[column * slots + t] ?? 0
      return `${meter},${time},${Math.max(net, 0)},${Math.max(-net, 0)}\n`
    })
    writeSync(file, rows.join(''))
  }
  closeSync(file)
}
