import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { isRecord } from './tidy/tree.ts'

// Turns the published model definitions of SunSpec (a folder of model_N.json) into the table that the package ships:
// a line a point, without the prose. Where the folder comes from is told in packages/meters/src/sunspec/models/README.md.
// Run: `tools/with-node node tools/sunspec-models.ts <folder>`

const OUTPUT = fileURLToPath(new URL('../packages/meters/src/sunspec/models/models.tsv', import.meta.url))

const HEAD = `# SunSpec information models, from the JSON definitions of the SunSpec Alliance (Apache-2.0, see LICENSE).
# Changed: reduced by tools/sunspec-models.ts to what a reader of registers needs. Fields are separated by tabs.
# model ID name / { group count / point type registers scale-factor units symbols / } `

/** Numbers from here on are makers' own and tests of the definitions: such models are skipped by their length. */
const VENDOR_MODELS_FROM = 63_000

/**
 * A bit field whose published symbols are values, not bits: its description says `disconnected=0 connected=1`, and
 * devices that are connected send 1, which is bit 0.
 */
const CORRECTED_SYMBOLS: Readonly<Record<string, string>> = { ECPConn: 'CONNECTED=0' }

function text(record: Record<string, unknown>, name: string): string {
  const value = record[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
}

function records(record: Record<string, unknown>, name: string): Record<string, unknown>[] {
  const value = record[name]
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function pointLine(point: Record<string, unknown>): string {
  const name = text(point, 'name')
  const units = text(point, 'units')
  const symbols = records(point, 'symbols').map(
    (symbol) => `${text(symbol, 'name')}=${text(symbol, 'value')}`,
  )
  const named = CORRECTED_SYMBOLS[name] ?? symbols.join('|')
  const fields = [name, text(point, 'type'), text(point, 'size'), text(point, 'sf'), units, named]
  return fields.join('\t').trimEnd()
}

function groupLines(group: Record<string, unknown>): string[] {
  const inner = records(group, 'groups').flatMap((child) => [
    `{\t${text(child, 'name')}\t${text(child, 'count')}`.trimEnd(),
    ...groupLines(child),
    '}',
  ])
  return [...records(group, 'points').map(pointLine), ...inner]
}

function modelLines(path: string): { readonly id: number; readonly lines: string[] } {
  const json: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!isRecord(json) || !isRecord(json['group'])) throw new Error(`${path} is no model`)
  const id = Number(json['id'])
  return { id, lines: [`model\t${id}\t${text(json['group'], 'name')}`, ...groupLines(json['group'])] }
}

const folder = process.argv[2]
if (folder === undefined) throw new Error('name the folder of model_N.json files')
const files = readdirSync(folder).filter((name) => /^model_\d+\.json$/.test(name))
const models = files
  .map((name) => modelLines(join(folder, name)))
  .filter(({ id }) => id < VENDOR_MODELS_FROM)
  .toSorted((a, b) => a.id - b.id)
writeFileSync(OUTPUT, `${[HEAD, ...models.flatMap(({ lines }) => lines)].join('\n')}\n`)
console.log(`${models.length} models in ${OUTPUT}`)
