import { createHash } from 'node:crypto'
import { readFile, readdir, stat } from 'node:fs/promises'
import path from 'node:path'

import { charterFrom, neighbourTree, type NetworkNode } from '@tri/exchange'
import { beforeAll, describe, expect, test } from 'vitest'

import { calendarOf } from '../../src/calendar.ts'
import type { CommunityDocument } from '../../src/community-file/document-shape.ts'
import { BORGO_SOLE } from '../../src/demo/pack.ts'
import type { ReadingColumns } from '../../src/readings/read-readings.ts'
import { borgoSole } from './borgo-sole-book.ts'

const PACK_BYTES_MAX = 5_000_000
const SLOTS_OF_2016 = 366 * 96
/** The meter ids inside the Parquet files are those of the community file: others are refused when it is read. */
const TEXT = /\.(json|md|py|txt)$/

interface Manifest {
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[]
}

let document: CommunityDocument
let year: ReadingColumns
let manifest: Manifest

beforeAll(async () => {
  const opened = await borgoSole()
  document = opened.document
  year = opened.played.columns
  manifest = JSON.parse(await readFile(path.join(BORGO_SOLE, 'manifest.json'), 'utf8'))
})

/** kWh of a year. */
function yearKwh(meter: string): { readonly imported: number; readonly exported: number } {
  const column = year.meters.indexOf(meter)
  const sum = (energyWh: Int32Array): number =>
    energyWh.subarray(column * year.slots, (column + 1) * year.slots).reduce((a, b) => a + b, 0) / 1000
  return { imported: sum(year.importWh), exported: sum(year.exportWh) }
}

function metersOf(kind: string): readonly string[] {
  const members = new Set(document.members.filter((member) => member.kind === kind).map(({ id }) => id))
  return document.meters
    .filter(({ member, role }) => members.has(member) && role === undefined)
    .map(({ id }) => id)
}

async function textFiles(): Promise<readonly string[]> {
  const entries = await readdir(BORGO_SOLE, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && TEXT.test(entry.name) && !entry.parentPath.includes('.venv'))
    .map((entry) => path.join(entry.parentPath, entry.name))
}

describe('Borgo Sole', () => {
  test('stays under 5 MB, and every file is the one that the manifest tells of', async () => {
    const sizes = await Promise.all(
      manifest.files.map(async (file) => {
        const bytes = await readFile(path.join(BORGO_SOLE, file.path))
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256)
        expect(bytes.length).toBe(file.bytes)
        return bytes.length
      }),
    )
    const manifestBytes = (await stat(path.join(BORGO_SOLE, 'manifest.json'))).size
    expect(sizes.reduce((sum, size) => sum + size, manifestBytes)).toBeLessThan(PACK_BYTES_MAX)
    const readings = await readdir(path.join(BORGO_SOLE, 'readings'))
    expect(readings.map((name) => `readings/${name}`).toSorted()).toEqual(
      manifest.files.map((file) => file.path).filter((name) => name.startsWith('readings/')),
    )
  })

  test('names no point of delivery: 42 homes and their neighbours are invented', async () => {
    // Italy's POD, Austria's Zählpunkt, Spain's CUPS, Germany's Marktlokation: what a metering operator would write.
    const personal = /IT\d{3}E\d{8}|\bAT\d{31}|\bES\d{16}[A-Z]{2}|\bDE\d{31}|[\w.]+@[\w-]+\.\w{2,}/i
    for (const file of await textFiles()) {
      const text = await readFile(file, 'utf8')
      expect(personal.exec(text)?.[0], path.basename(file)).toBeUndefined()
    }
  })

  test('is a network that is a tree, with four rings and a place for everybody', () => {
    const nodes = document.network.map(({ id, kind, parent, ohm }): NetworkNode => ({
      id,
      ring: kind === 'site' ? 'home' : kind,
      ohm: ohm ?? 0,
      ...(parent === undefined ? {} : { parent }),
    }))
    const places = document.meters
      .filter(({ role }) => role === undefined)
      .map(({ id, site }) => ({ meter: id, node: site }))
    const tree = neighbourTree(nodes, places)
    expect(tree.ok && tree.value.rings).toEqual(['building', 'street', 'transformer', 'substation'])
    expect(document.network.every(({ x, y }) => x !== undefined && y !== undefined)).toBe(true)
  })

  test('has a charter that can be used, with a price for every ring that does not fall with distance', () => {
    const charter = charterFrom(document.charter)
    expect(charter.ok).toBe(true)
  })

  test('has 42 homes, eight businesses and farms, the municipality and one cooperative with a shared plant', () => {
    const kinds = ['household', 'business', 'municipality', 'cooperative']
    const counts = kinds.map((kind) => document.members.filter((member) => member.kind === kind).length)
    expect(counts).toEqual([42, 8, 1, 1])
    expect(metersOf('municipality')).toEqual(['palestra', 'municipio', 'scuola'].toSorted(inDocumentOrder))
    expect(metersOf('cooperative').toSorted()).toEqual(['colonnina-mulino', 'impianto-palestra'])
  })

  test('has every quarter hour of 2016 in Rome, of every meter, measured', () => {
    expect(year.slots).toBe(SLOTS_OF_2016)
    expect(year.meters).toHaveLength(79)
    expect(year.quality.every((quality) => quality === 1)).toBe(true)
    const calendar = calendarOf(document.timezone)
    expect(year.firstSlot).toBe(calendar.month('2016-01')?.firstSlot)
    expect(calendar.day('2016-03-27')?.slots).toBe(92)
    expect(calendar.day('2016-10-30')?.slots).toBe(100)
  })

  test('a connection meter counts one direction in a slot: it sees the net', () => {
    const connections = new Set(document.meters.filter(({ role }) => role === undefined).map(({ id }) => id))
    for (const [column, meter] of year.meters.entries()) {
      if (!connections.has(meter)) continue
      const from = column * year.slots
      const both = year.importWh
        .subarray(from, from + year.slots)
        .some((wh, t) => wh > 1 && (year.exportWh[from + t] ?? 0) > 1)
      expect(both, meter).toBe(false)
    }
  })

  test('in every home with a roof, import and production meet use and export within 2 Wh a quarter hour', () => {
    const homes = document.meters
      .filter(({ role }) => role === 'production')
      .map(({ id }) => id.replace('-produzione', ''))
    expect(homes).toHaveLength(12)
    for (const home of homes) {
      const [net, made, used] = [home, `${home}-produzione`, `${home}-consumo`].map(
        (meter) => year.meters.indexOf(meter) * year.slots,
      )
      let worst = 0
      let sum = 0
      for (let t = 0; t < year.slots; t++) {
        const residual =
          (year.importWh[net! + t] ?? 0) +
          (year.exportWh[made! + t] ?? 0) -
          (year.importWh[used! + t] ?? 0) -
          (year.exportWh[net! + t] ?? 0)
        worst = Math.max(worst, Math.abs(residual))
        sum += residual
      }
      expect(worst, home).toBeLessThanOrEqual(2)
      expect(Math.abs(sum), home).toBeLessThanOrEqual(2)
    }
  })

  test('a home uses 1.3 to 8.7 MWh a year, and the sun gives 640 to 680 kWh a kW', () => {
    for (const home of metersOf('household')) {
      const used = year.meters.includes(`${home}-consumo`) ? `${home}-consumo` : home
      expect(yearKwh(used).imported, home).toBeGreaterThan(1300)
      expect(yearKwh(used).imported, home).toBeLessThan(8700)
    }
    // 128.8 kW on the sports hall, as SimBench rates it.
    expect(yearKwh('impianto-palestra').exported / 128.8).toBeCloseTo(676, 0)
    expect(yearKwh('impianto-palestra').imported).toBe(0)
  })

  test('over the year Borgo Sole draws 353 MWh and gives 228 MWh at its connections', () => {
    const connections = document.meters.filter(({ role }) => role === undefined).map(({ id }) => yearKwh(id))
    expect(connections).toHaveLength(55)
    expect(connections.reduce((sum, { imported }) => sum + imported, 0)).toBeCloseTo(353_436, 0)
    expect(connections.reduce((sum, { exported }) => sum + exported, 0)).toBeCloseTo(227_784, 0)
  })
})

function inDocumentOrder(a: string, b: string): number {
  const ids = document.meters.map(({ id }) => id)
  return ids.indexOf(a) - ids.indexOf(b)
}
