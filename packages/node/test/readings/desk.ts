import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { Fault, type Outcome } from '@tri/units'

import { problemSentence, type Problem } from '../../src/problem.ts'
import type { ReadingOptions } from '../../src/readings/reading-options.ts'
import { readReadings, type ReadingColumns } from '../../src/readings/read-readings.ts'

/** Two homes and a shop in Rome. */
export const threeMeters = {
  timezone: 'Europe/Rome',
  members: [
    { id: 'home-1', kind: 'household' },
    { id: 'home-2', kind: 'household' },
    { id: 'shop', kind: 'business' },
  ],
  meters: [
    { id: 'm1', member: 'home-1', site: 'casa-1' },
    { id: 'm2', member: 'home-2', site: 'casa-2' },
    { id: 'm3', member: 'shop', site: 'bottega' },
  ],
} as const

type Files = Readonly<Record<string, string | Uint8Array>>
type Document = Parameters<typeof readReadings>[1]

/** Reads files that exist only for this moment. */
export async function readFiles(
  files: Files,
  options: ReadingOptions = {},
  document: Document = { ...threeMeters, members: [...threeMeters.members], meters: [...threeMeters.meters] },
): Promise<Outcome<ReadingColumns, readonly Problem[]>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tri-readings-'))
  try {
    const names = Object.entries(files).map(async ([name, content]) => {
      await writeFile(path.join(folder, name), content)
      return path.join(folder, name)
    })
    return await readReadings(await Promise.all(names), document, options)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The columns of one text; a refusal fails the test with its sentences. */
export async function columnsOf(text: string | Files, options: ReadingOptions = {}): Promise<ReadingColumns> {
  const read = await readFiles(typeof text === 'string' ? { 'letture.csv': text } : text, options)
  if (!read.ok) throw new Fault('test', { problems: read.refusal.map((problem) => problemSentence(problem)) })
  return read.value
}

/** The sentences with which one text is refused; none when it is read. */
export async function refusalOf(
  text: string | Files,
  options: ReadingOptions = {},
  language: 'en' | 'it' = 'en',
): Promise<string[]> {
  const read = await readFiles(typeof text === 'string' ? { 'letture.csv': text } : text, options)
  return read.ok ? [] : read.refusal.map((problem) => problemSentence(problem, language))
}

/** One meter's import and export, slot by slot: `120/0`, and `-` where nothing was read. */
export function rowOf(
  { meters, slots, importWh, exportWh, quality }: ReadingColumns,
  meter: string,
): string[] {
  const base = meters.indexOf(meter) * slots
  return Array.from({ length: slots }, (_, t) =>
    quality[base + t] === 0 ? '-' : `${importWh[base + t]}/${exportWh[base + t]}`,
  )
}
