import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One point of a model, as the published definition gives it. */
export interface SunSpecPoint {
  readonly name: string
  /** `uint16`, `acc32`, `sunssf`, `string`, ... as SunSpec names them. */
  readonly type: string
  /** Registers. */
  readonly size: number
  /** Its scale factor: the name of a point, or a power of ten that never changes. */
  readonly scale?: string | number
  readonly unit?: string
  /** Names of an enumeration's values, or of a bit field's bits. */
  readonly symbols: ReadonlyMap<number, string>
}

/** Points that follow one another, then groups that follow the points. */
export interface SunSpecGroup {
  readonly name: string
  /** How often it comes: once, as a point says, or (`rest`) as often as the announced length has room. */
  readonly count: 'once' | 'rest' | { readonly point: string }
  readonly points: readonly SunSpecPoint[]
  readonly groups: readonly SunSpecGroup[]
}

const TABLE = join(import.meta.dirname, 'models/models.tsv')

let table: ReadonlyMap<number, SunSpecGroup> | undefined

/** Every model that was published, by its number. The table is read when the first is asked for, and then kept. */
export function sunspecModels(): ReadonlyMap<number, SunSpecGroup> {
  table ??= modelsFrom(readFileSync(TABLE, 'utf8'))
  return table
}

/** A group that is still being read. */
interface OpenGroup {
  readonly name: string
  readonly count: SunSpecGroup['count']
  readonly points: SunSpecPoint[]
  readonly groups: OpenGroup[]
}

function modelsFrom(text: string): ReadonlyMap<number, SunSpecGroup> {
  const models = new Map<number, SunSpecGroup>()
  let open: OpenGroup[] = []
  for (const line of text.split('\n')) {
    const fields = line.split('\t')
    const [first = '', second = '', third = ''] = fields
    if (first === '' || first.startsWith('#')) continue
    const last = open.at(-1)
    if (first === 'model') {
      const model: OpenGroup = { name: third, count: 'once', points: [], groups: [] }
      open = [model]
      models.set(Number(second), model)
    } else if (first === '{') {
      const group: OpenGroup = { name: second, count: countOf(third), points: [], groups: [] }
      last?.groups.push(group)
      open.push(group)
    } else if (first === '}') open.pop()
    else last?.points.push(pointFrom(fields))
  }
  return models
}

function countOf(field: string): SunSpecGroup['count'] {
  if (field === '') return 'once'
  return field === '0' ? 'rest' : { point: field }
}

function pointFrom([
  name = '',
  type = '',
  size = '',
  scale = '',
  unit = '',
  symbols = '',
]: string[]): SunSpecPoint {
  const named = symbols === '' ? [] : symbols.split('|').map(symbolFrom)
  return {
    name,
    type,
    size: Number(size),
    ...(scale === '' ? {} : { scale: /^-?\d+$/.test(scale) ? Number(scale) : scale }),
    ...(unit === '' ? {} : { unit }),
    symbols: new Map(named),
  }
}

function symbolFrom(field: string): [number, string] {
  const at = field.lastIndexOf('=')
  return [Number(field.slice(at + 1)), field.slice(0, at)]
}
