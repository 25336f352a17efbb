import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { epochMs, slotStart, type EpochMs, type Slot } from '@tri/units'

import { calendarOf } from '../../src/calendar.ts'
import type { CommunityDocument } from '../../src/community-file/document-shape.ts'
import { communityFromText } from '../../src/community-file/read-community-file.ts'
import { foundIn } from '../../src/daemon/init-community.ts'
import { openNode, type OpenNode } from '../../src/daemon/open-node.ts'
import { demoKeySeed } from '../../src/demo/demo-seed.ts'
import { importReadings, type ImportReport } from '../../src/owner/import-readings.ts'
import { pay, receiptOf, type Payment, type Receipt } from '../../src/services/payment-service.ts'

/** Six homes in two streets, two of them in one building, and the cooperative's plant; a fee of 0.01 CC/kWh. */
export const smallStreet = {
  format: 'tri/community/1',
  id: 'viottolo',
  name: 'Viottolo',
  timezone: 'Europe/Rome',
  network: [
    { id: 'cabina', kind: 'transformer', x: 0, y: 0 },
    { id: 'via-po', kind: 'street', parent: 'cabina', ohm: 0.021, x: 50, y: 10 },
    { id: 'via-adda', kind: 'street', parent: 'cabina', ohm: 0.013, x: -50, y: 10 },
    { id: 'palazzo', kind: 'building', parent: 'via-po', ohm: 0.002, x: 61, y: 17 },
    { id: 'casa-1', kind: 'site', parent: 'palazzo', ohm: 0.004, x: 61, y: 17 },
    { id: 'casa-2', kind: 'site', parent: 'palazzo', ohm: 0.006, x: 62, y: 18 },
    { id: 'casa-3', kind: 'site', parent: 'via-po', ohm: 0.005, x: 133, y: 27 },
    { id: 'casa-4', kind: 'site', parent: 'via-adda', ohm: 0.004, x: -71, y: 33 },
    { id: 'casa-5', kind: 'site', parent: 'via-adda', ohm: 0.003, x: -211, y: 5 },
    { id: 'casa-6', kind: 'site', parent: 'via-adda', ohm: 0.007, x: -405, y: 207 },
    { id: 'tettoia', kind: 'site', parent: 'cabina', ohm: 0.001, x: 9, y: 9 },
  ],
  members: [
    ...['Ada', 'Bruno', 'Carla', 'Dino', 'Elsa', 'Furio'].map((name, i) => ({
      id: `home-${i + 1}`,
      name,
      kind: 'household',
    })),
    { id: 'coop', name: 'Cooperativa', kind: 'cooperative' },
  ],
  meters: [
    ...[1, 2, 3, 4, 5, 6].map((n) => ({ id: `m${n}`, member: `home-${n}`, site: `casa-${n}` })),
    { id: 'm7', member: 'coop', site: 'tettoia' },
    { id: 'm1-roof', member: 'home-1', site: 'casa-1', role: 'production' },
  ],
  charter: {
    rule: 'neighbour-first',
    creditPerKwh: { home: '0.09', building: '0.10', street: '0.11', transformer: '0.12', substation: '0.13' },
    feePerKwh: '0.01',
  },
}
export const settledMeters = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7'] as const

/** Wh of a meter in a slot: roofs on homes 1 and 4 and at the cooperative, and habits of every home's own. */
export function energyOf(
  meter: number,
  at: number,
): { readonly importWh: number; readonly exportWh: number } {
  const inDay = at % 96
  const roofs: Readonly<Record<number, number>> = { 1: 900, 4: 500, 7: 1500 }
  const sun = Math.max(0, 28 - Math.abs(inDay - 44)) / 28
  const made = Math.floor((roofs[meter] ?? 0) * sun)
  const used = meter === 7 ? 3 : 60 + ((at * (meter * 7 + 3)) % 97) + (inDay > 70 ? 40 * meter : 0)
  return { importWh: Math.max(0, used - made), exportWh: Math.max(0, made - used) }
}

export interface Rows {
  readonly firstSlot: number
  readonly slots: number
  readonly meters?: readonly string[]
  readonly isLeftOut?: (meter: string, at: number) => boolean
  readonly change?: (meter: string, at: number) => { importWh: number; exportWh: number } | undefined
}

export function csvOf({ firstSlot, slots, meters = settledMeters, isLeftOut, change }: Rows): string {
  const lines = ['meter,from,import_wh,export_wh']
  for (const meter of meters) {
    for (let at = firstSlot; at < firstSlot + slots; at++) {
      if (isLeftOut?.(meter, at) === true) continue
      const { importWh, exportWh } = change?.(meter, at) ?? energyOf(Number(meter.slice(1, 2)), at)
      lines.push(`${meter},${new Date(at * 900_000).toISOString()},${importWh},${exportWh}`)
    }
  }
  return `${lines.join('\n')}\n`
}

/** A node of its own in a folder that goes away, whose clock a test moves by hand. */
export interface Street extends AsyncDisposable {
  readonly folder: string
  readonly node: OpenNode
  readonly document: CommunityDocument
  readonly clock: { now: EpochMs }
  setNow(at: Slot): void
  bring(rows: Rows, correction?: boolean): Promise<ImportReport>
}

export async function openStreet(now: string, community: object = smallStreet): Promise<Street> {
  const root = mkdtempSync(join(tmpdir(), 'tri-street-'))
  const folder = join(root, 'node')
  const clock = { now: epochMs(Date.parse(now)) }
  const read = communityFromText(JSON.stringify(community), 'json')
  if (!read.ok) throw new TypeError(JSON.stringify(read.refusal))
  const { members } = read.value
  await foundIn(folder, {
    document: read.value,
    coordinator: members.at(-1)?.id ?? '',
    seedOf: (member) => demoKeySeed(1, member),
    leafSecret: demoKeySeed(1, '/leaves'),
    at: epochMs(Date.parse('2026-01-01T00:00:00Z')),
    id: 'founding',
  })
  const node = await openNode(folder, { clock: { nowMs: () => clock.now, speed: null } })
  let files = 0
  return {
    folder,
    node,
    document: read.value,
    clock,
    setNow: (at) => {
      clock.now = slotStart(at)
    },
    bring: async (rows, correction = false) => {
      const file = join(root, `${++files}.csv`)
      writeFileSync(file, csvOf(rows))
      return importReadings(node, { files: [file], correction, dryRun: false }, () => undefined)
    },
    [Symbol.asyncDispose]: async () => {
      await node[Symbol.asyncDispose]()
      rmSync(root, { recursive: true })
    },
  }
}

/** Pays, and waits until it is final. */
export async function paid(node: OpenNode, payment: Payment): Promise<Receipt> {
  const outcome = await pay(node, payment)
  if (!outcome.ok) throw new TypeError(JSON.stringify(outcome.refusal))
  const { operationDigest, member, id } = outcome.value
  await node.ordering.settled(operationDigest ?? '', new AbortController().signal)
  const receipt = receiptOf(node.view, member, id)
  if (receipt === undefined) throw new TypeError(`no receipt of ${id}`)
  return receipt
}

const rome = calendarOf('Europe/Rome')

/** The slots of a local day or month. */
export function rangeOf(name: string): { readonly firstSlot: Slot; readonly slots: number } {
  const range = name.length === 7 ? rome.month(name) : rome.day(name)
  if (range === undefined) throw new TypeError(`no such day or month: ${name}`)
  return range
}
