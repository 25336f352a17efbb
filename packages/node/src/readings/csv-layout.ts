import { accept, refuse, type FaultDetails, type Outcome } from '@tri/units'

import {
  DELIMITERS,
  MICRO_WH_PER,
  type Delimiter,
  type EnergyUnit,
  type ReadingOptions,
} from './reading-options.ts'

/** Two columns of one meter's energy, and µWh in one of each unit; -1 for a direction that is 0 by the person's word. */
export interface EnergyColumns {
  readonly importAt: number
  readonly exportAt: number
  readonly importMicroWh: number
  readonly exportMicroWh: number
  readonly isRegister: boolean
}

/** What the columns of a table mean. */
export interface TableLayout {
  readonly form: 'long' | 'wide'
  readonly timeAt: number
  /** What the header says of times without an offset. */
  readonly timeZone: 'UTC' | 'local' | undefined
  /** The end of the interval, where the file gives it; -1 otherwise. */
  readonly untilAt: number
  readonly qualityAt: number
  /** Long: the column with the meter's id; -1 in a wide table. */
  readonly meterAt: number
  /** Long: one entry. Wide: one a meter, named. */
  readonly energy: readonly (EnergyColumns & { readonly meter: string; readonly unit: EnergyUnit })[]
  readonly ignored: readonly string[]
}

/** What is wrong with a header: the code of its sentence and what fills it. */
export interface LayoutRefusal {
  readonly code:
    | 'header-unreadable'
    | 'column-twice'
    | 'unit-unstated'
    | 'unit-is-power'
    | 'direction-missing'
    | 'registers-mixed'
    | 'column-unreadable'
  readonly details: FaultDetails
}

const TIME = /^(from|at)(?:_(utc|local))?$/
const UNTIL = /^until(?:_(?:utc|local))?$/
const ENERGY = /^(import|export)(_register)?(?:_(wh|kwh|mwh|w|kw))?$/
const WIDE = /^(.+?)[._:/ -](import|export)(_register)?(?:_(wh|kwh|mwh|w|kw))?$/

interface EnergyTitle {
  readonly at: number
  readonly meter: string
  readonly direction: 'import' | 'export'
  readonly isRegister: boolean
  readonly unit: EnergyUnit
}

/**
 * Reads the titles of a table.
 *
 * @param titles  as written: `meter,from,import_wh,export_wh` or `from,m1.import_kwh,m1.export_kwh,...`
 * @param options `unit` and `absentDirection` answer what a header may leave open
 */
export function tableLayout(
  titles: readonly string[],
  options: ReadingOptions,
): Outcome<TableLayout, LayoutRefusal> {
  // Only the words are compared in small letters: the id of a meter keeps its own.
  const plain = titles.map((title) => title.trim().replace(/^"|"$/g, ''))
  const words = plain.map((title) =>
    title
      .toLowerCase()
      .replace(/[[\]() ]+/g, '_')
      .replace(/_$/, ''),
  )
  const twice = firstTwice(plain)
  if (twice !== undefined) return refuse({ code: 'column-twice', details: { column: twice } })
  const timeAt = words.findIndex((word) => TIME.test(word))
  const meterAt = words.indexOf('meter')
  const energy: EnergyTitle[] = []
  const ignored: string[] = []
  for (const [at, word] of words.entries()) {
    if (at === timeAt || at === meterAt || UNTIL.test(word) || word === 'quality') continue
    const title = energyTitle(plain[at] ?? '', word, meterAt >= 0)
    if (title === undefined) {
      ignored.push(plain[at] ?? '')
      continue
    }
    const unit = unitOf(title.unit, plain[at] ?? '', options)
    if (!unit.ok) return unit
    energy.push({ ...title, at, unit: unit.value })
  }
  if (timeAt < 0 || energy.length === 0)
    return refuse({ code: 'header-unreadable', details: { header: shortHeader(plain) } })
  // In a long table another column is somebody's remark; in a wide one it is a meter whose name is misspelt.
  const strange = ignored.find((title) => title !== '')
  if (meterAt < 0 && strange !== undefined)
    return refuse({ code: 'column-unreadable', details: { column: strange } })
  const pairs = pairsOf(energy, options)
  if (!pairs.ok) return pairs
  return accept({
    form: meterAt >= 0 ? 'long' : 'wide',
    timeAt,
    timeZone: zoneIn(words[timeAt] ?? ''),
    untilAt: words.findIndex((word) => UNTIL.test(word)),
    qualityAt: words.indexOf('quality'),
    meterAt,
    energy: pairs.value,
    ignored,
  })
}

/**
 * The delimiter that makes a header of a line: the one with which its columns have names that are known.
 *
 * @returns undefined when none does
 */
export function delimiterOf(header: string, options: ReadingOptions): Delimiter | undefined {
  if (options.delimiter !== undefined) return options.delimiter
  const named = (delimiter: Delimiter): number =>
    header.split(delimiter).filter((title) => {
      const word = title.trim().replace(/^"|"$/g, '').toLowerCase()
      return word === 'meter' || TIME.test(word)
    }).length
  const best = DELIMITERS.toSorted((a, b) => named(b) - named(a))[0] ?? ','
  return named(best) === 0 ? undefined : best
}

function zoneIn(word: string): 'UTC' | 'local' | undefined {
  const zone = TIME.exec(word)?.[2]
  return zone === 'utc' ? 'UTC' : zone === 'local' ? 'local' : undefined
}

function energyTitle(
  title: string,
  word: string,
  isLong: boolean,
): (Omit<EnergyTitle, 'at' | 'unit'> & { readonly unit: string | undefined }) | undefined {
  const match = isLong ? ENERGY.exec(word) : WIDE.exec(word)
  if (match === null) return undefined
  const parts = isLong ? match.slice(1) : match.slice(2)
  const meter = isLong ? '' : title.slice(0, match[1]?.length ?? 0)
  const direction = parts[0] === 'export' ? 'export' : 'import'
  return { meter, direction, isRegister: parts[1] !== undefined, unit: parts[2] }
}

function unitOf(
  stated: string | undefined,
  column: string,
  options: ReadingOptions,
): Outcome<EnergyUnit, LayoutRefusal> {
  if (options.unit !== undefined) return accept(options.unit)
  if (stated === undefined) return refuse({ code: 'unit-unstated', details: { column } })
  if (stated === 'w' || stated === 'kw')
    return refuse({
      code: 'unit-is-power',
      details: { column, unit: stated === 'w' ? 'W' : 'kW', answer: stated },
    })
  return accept(stated === 'kwh' || stated === 'mwh' ? stated : 'wh')
}

function pairsOf(
  energy: readonly EnergyTitle[],
  options: ReadingOptions,
): Outcome<TableLayout['energy'], LayoutRefusal> {
  const byMeter = Map.groupBy(energy, ({ meter }) => meter)
  const pairs: TableLayout['energy'][number][] = []
  for (const [meter, titles] of byMeter) {
    const imported = titles.find(({ direction }) => direction === 'import')
    const exported = titles.find(({ direction }) => direction === 'export')
    const one = imported ?? exported
    if (
      titles.length > 2 ||
      one === undefined ||
      titles.some(({ isRegister }) => isRegister !== one.isRegister)
    ) {
      return refuse({ code: 'registers-mixed', details: { of: meter === '' ? '' : `${meter}: ` } })
    }
    if ((imported === undefined || exported === undefined) && options.absentDirection !== 'zero') {
      const missing = imported === undefined ? 'import' : 'export'
      const details = {
        column: `${meter === '' ? '' : `${meter}.`}${missing}_${one.unit}`,
        present: one.direction,
      }
      return refuse({ code: 'direction-missing', details })
    }
    pairs.push({
      meter,
      unit: one.unit,
      importAt: imported?.at ?? -1,
      exportAt: exported?.at ?? -1,
      importMicroWh: MICRO_WH_PER[imported?.unit ?? 'wh'],
      exportMicroWh: MICRO_WH_PER[exported?.unit ?? 'wh'],
      isRegister: one.isRegister,
    })
  }
  return accept(pairs)
}

/** A header may have hundreds of thousands of titles: looked up, not searched. */
function firstTwice(titles: readonly string[]): string | undefined {
  const seen = new Set<string>()
  return titles.find((title) => title !== '' && seen.size === seen.add(title).size)
}

const HEADER_CHARACTERS_MAX = 120

function shortHeader(titles: readonly string[]): string {
  const text = titles.join(' | ')
  return text.length > HEADER_CHARACTERS_MAX ? `${text.slice(0, HEADER_CHARACTERS_MAX)}…` : text
}
