import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import { modelPlan, type GroupPlan } from '../../src/sunspec/model-plan.ts'
import { sunspecModels, type SunSpecGroup } from '../../src/sunspec/model-table.ts'
import { sunspecCodec } from '../../src/sunspec/sunspec-codec.ts'
import { hasCaptures, METER_CAPTURES } from '../../src/testing/index.ts'
import { conforms } from '../conformance-table.ts'
import { bytesOf, registerDumps } from './sunspec-captures.ts'

interface PublishedPoint {
  readonly name: string
  readonly type: string
  readonly size: number
  readonly sf?: string | number
  readonly units?: string
  readonly symbols?: readonly { readonly name: string; readonly value: number }[]
}

/** The two places where the definitions at hand are wrong: active power in var, and values where bits should be. */
function repaired(line: string): string {
  return line
    .replace(/(WAval_SF) var $/, '$1 W ')
    .replace(/(ECPConn .*) 0:DISCONNECTED\|1:CONNECTED$/, '$1 0:CONNECTED')
}

interface PublishedGroup {
  readonly name: string
  readonly points: readonly PublishedPoint[]
  readonly groups?: readonly PublishedGroup[]
}

/** Every point of a group and of those inside, as one line that says all we use. */
function publishedLines(group: PublishedGroup, path: string): string[] {
  let at = 0
  const own = group.points.map(({ name, type, size, sf = '', units = '', symbols = [] }) => {
    const named = symbols.map((symbol) => `${symbol.value}:${symbol.name}`)
    const line = [path, name, at, size, type, sf, units.trim(), named.join('|')].join(' ')
    at += size
    return line
  })
  return [...own, ...(group.groups ?? []).flatMap((inner) => publishedLines(inner, `${path}/${inner.name}`))]
}

function ownLines(group: SunSpecGroup, plan: GroupPlan, path: string): string[] {
  const own = group.points.map(({ name, type, size, scale = '', unit = '', symbols }, index) => {
    const named = [...symbols].map(([value, symbol]) => `${value}:${symbol}`)
    return [path, name, plan.points[index]?.at, size, type, scale, unit, named.join('|')].join(' ')
  })
  const inner = group.groups.flatMap((one, index) => {
    const planned = plan.groups[index]
    return planned === undefined ? [] : ownLines(one, planned, `${path}/${one.name}`)
  })
  return [...own, ...inner]
}

test.skipIf(!hasCaptures)(
  'every point of every published model has its name, place, type, scale and unit',
  () => {
    const folder = join(METER_CAPTURES, 'sunspec/models')
    const files = readdirSync(folder).filter((name) => /^model_\d+\.json$/.test(name))
    let points = 0
    for (const name of files) {
      const { id, group }: { id: number; group: PublishedGroup } = JSON.parse(
        readFileSync(join(folder, name), 'utf8'),
      )
      const own = sunspecModels().get(id)
      const plan = modelPlan(id)
      if (id >= 63_000) {
        expect(own, name).toBeUndefined()
        continue
      }
      if (own === undefined || plan === undefined) throw new Error(`${name} is not in the table`)
      const lines = ownLines(own, plan, '')
      expect(lines.map(repaired), name).toEqual(publishedLines(group, '').map(repaired))
      points += lines.length
    }
    console.log(
      `sunspec models: ${sunspecModels().size} models, ${points} points equal to the published definitions`,
    )
    expect(points).toBeGreaterThan(3000)
  },
)

test.skipIf(!hasCaptures)('every value that others read from the register dumps is read as they did', () => {
  const counts = { files: 0, frames: 0, right: 0, absent: 0, refused: 0 }
  for (const { name, registers, expected } of registerDumps()) {
    const frames = decodeAll(sunspecCodec, bytesOf(registers))
    counts.files++
    counts.frames += frames.length
    counts.refused += frames.filter(({ problem }) => problem !== undefined).length
    expect(frames, name).toHaveLength(1)
    const values = new Map(frames[0]?.values.map((one) => [plain(one.name ?? ''), one.value]))
    for (const [block, points] of Object.entries(expected)) {
      const model = /^Model (\d+)$/.exec(block)?.[1]
      if (model === undefined || sunspecModels().get(Number(model)) === undefined) continue
      for (const [point, texts] of Object.entries(points)) {
        const value = values.get(plain(`${model}.${point}`))
        expect(asTexts(value, texts), `${name} ${block} ${point}`).toEqual(texts)
        counts[value === undefined ? 'absent' : 'right']++
      }
    }
  }
  const { files, frames, right, refused } = counts
  conforms({ protocol: 'sunspec', files, frames, right, refused })
  expect(counts.right).toBeGreaterThanOrEqual(600)
})

/** `160.module.0.DCA` and `160.Module_0_DCA` are one name in two spellings. */
function plain(name: string): string {
  return name.replaceAll(/[._]/g, '/').toLowerCase()
}

/** A value in the spelling of the expected one: numbers with its decimal places, bits apart. */
function asTexts(value: string | number | boolean | undefined, like: readonly string[]): string[] {
  if (value === undefined) return []
  if (typeof value !== 'number') return like.length > 1 ? String(value).split(',') : [String(value)]
  const places = like[0]?.split('.')[1]?.length ?? 0
  return [Number(value.toFixed(places)) === value ? value.toFixed(places) : String(value)]
}
