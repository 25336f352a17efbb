import { SLOT_MS, type Slot } from '@tri/units'

import { slotText } from '../problem.ts'
import type { TableLayout } from './csv-layout.ts'
import type { EnergyText } from './decimal-text.ts'
import { checkUnit } from './file-checks.ts'
import type { Intake } from './intake.ts'
import { LocalClock } from './local-clock.ts'
import { QUALITY, type ReadingOptions } from './reading-options.ts'
import { TimeReader, type TimeRead } from './time-text.ts'

/** A field of a row: text in CSV; in Parquet also numbers, instants and nothing. */
export type Field = string | number | bigint | Date | null | undefined

type EnergyColumns = TableLayout['energy'][number]

/** Problems that only a person can answer: after the first, the rest of the file would only repeat it. */
const QUESTIONS: ReadonlySet<string> = new Set(['time-zone-unstated', 'date-order-unstated'])

const QUALITIES: ReadonlyMap<string, number> = new Map([
  ['', QUALITY.measured],
  ...Object.entries(QUALITY),
  ...Object.values(QUALITY).map((code) => [String(code), code] as const),
])

const TIME_CODES = {
  unreadable: 'time-unreadable',
  unaligned: 'time-unaligned',
  'zone-unstated': 'time-zone-unstated',
  'order-unstated': 'date-order-unstated',
  never: 'local-hour-never',
  twice: 'local-hour-twice',
} as const satisfies Record<Exclude<TimeRead['is'], 'slot'>, string>

/** Reads the rows of one table, of whatever file, into the intake. */
export class TableRows {
  readonly #layout: TableLayout
  readonly #intake: Intake
  readonly #energy: EnergyText
  readonly #zone: string
  readonly #options: ReadingOptions
  readonly #from: TimeReader
  readonly #until: TimeReader
  /** Wide: the column of each entry of `layout.energy`; -1 for a meter the community does not have. */
  readonly #columns: readonly number[]
  isStopped = false

  /** @param zone the community's own */
  constructor(
    layout: TableLayout,
    intake: Intake,
    energy: EnergyText,
    zone: string,
    options: ReadingOptions,
  ) {
    this.#layout = layout
    this.#intake = intake
    this.#energy = energy
    this.#options = options
    const stated = options.timeZone ?? layout.timeZone
    this.#zone = stated === 'local' ? zone : (stated ?? zone)
    const clock = stated === undefined ? undefined : new LocalClock(this.#zone)
    this.#from = new TimeReader({ clock, dateOrder: options.dateOrder })
    this.#until = new TimeReader({ clock, dateOrder: options.dateOrder })
    this.#columns = layout.energy.map(({ meter }) => intake.meters.columnOf.get(meter) ?? -1)
    if (layout.form === 'long') return
    for (const [i, { meter }] of layout.energy.entries())
      if (this.#columns[i] === -1) intake.problem('meter-unknown', 1, { id: meter }, { meter })
  }

  read(fields: readonly Field[], line: number): void {
    const { form, meterAt, timeAt, untilAt, qualityAt, energy } = this.#layout
    let column = 0
    let meter: string | undefined
    if (form === 'long') {
      meter = textOf(fields[meterAt])
      const known = this.#intake.meters.columnOf.get(meter)
      if (known === undefined) return this.#intake.problem('meter-unknown', line, { id: meter }, { meter })
      column = known
    }
    const time = this.#timeOf(this.#from, fields[timeAt], column)
    if (time.is !== 'slot') return this.#timeProblem(time.is, fields[timeAt], line, meter)
    if (untilAt >= 0 && !this.#isQuarter(time.slot, fields, column, line, meter)) return
    const quality = QUALITIES.get(qualityAt < 0 ? '' : textOf(fields[qualityAt]).toLowerCase())
    if (quality === undefined)
      return this.#intake.problem(
        'quality-unreadable',
        line,
        { text: textOf(fields[qualityAt]) },
        about(meter, time.slot),
      )
    if (form === 'long')
      return this.#energyOf(fields, energy[0] as EnergyColumns, column, time.slot, quality, line)
    for (let i = 0; i < energy.length; i++) {
      const known = this.#columns[i] as number
      if (known >= 0) this.#energyOf(fields, energy[i] as EnergyColumns, known, time.slot, quality, line)
    }
  }

  /** The end of the table: whether its values look like the unit it states. */
  close(): void {
    const [energy] = this.#layout.energy
    if (energy !== undefined && !energy.isRegister) checkUnit(this.#intake, this.#options, energy.unit)
  }

  #energyOf(
    fields: readonly Field[],
    of: EnergyColumns,
    column: number,
    slot: number,
    quality: number,
    line: number,
  ): void {
    const imported = of.importAt < 0 ? 0 : fields[of.importAt]
    const exported = of.exportAt < 0 ? 0 : fields[of.exportAt]
    const hasImport = !isEmpty(imported)
    const hasExport = !isEmpty(exported)
    if (!hasImport || !hasExport) {
      this.#intake.reading(column, slot, 0, 0, 0, 0, QUALITY.missing, line)
      if (hasImport !== hasExport)
        this.#intake.note('reading-half', line, {}, about(this.#idOf(column), slot))
      return
    }
    if (!this.#isEnergy(imported, of.importMicroWh, column, slot, line)) return
    const importWh = this.#energy.wh
    const importMicro = this.#energy.micro
    if (!this.#isEnergy(exported, of.exportMicroWh, column, slot, line)) return
    const { wh, micro } = this.#energy
    if (hasFraction(imported) || hasFraction(exported)) this.#intake.values.fractions++
    if (of.isRegister) this.#intake.register(column, slot, importWh, importMicro, wh, micro, quality, line)
    else this.#intake.reading(column, slot, importWh, importMicro, wh, micro, quality, line)
  }

  #isEnergy(value: Field, microWhPer: number, column: number, slot: number, line: number): boolean {
    const isRead =
      typeof value === 'number' || typeof value === 'bigint'
        ? this.#energy.readNumber(Number(value), microWhPer)
        : this.#energy.read(textOf(value), microWhPer)
    if (isRead && !this.#energy.isNegative) return true
    const code = isRead ? 'reading-negative' : 'number-unreadable'
    this.#intake.problem(code, line, { text: textOf(value) }, about(this.#idOf(column), slot))
    return false
  }

  /** Whether `until` is a quarter hour after `from`: anything longer would overlap the next reading. */
  #isQuarter(
    slot: number,
    fields: readonly Field[],
    column: number,
    line: number,
    meter: string | undefined,
  ): boolean {
    const value = fields[this.#layout.untilAt]
    const until = this.#timeOf(this.#until, value, column)
    if (until.is === 'slot' && until.slot === slot + 1) return true
    if (until.is !== 'slot' && until.is !== 'unaligned') this.#timeProblem(until.is, value, line, meter)
    else
      this.#intake.problem(
        'interval-not-a-quarter',
        line,
        { from: slotText(slot as Slot), until: textOf(value) },
        about(meter, slot),
      )
    return false
  }

  #timeOf(reader: TimeReader, value: Field, column: number): TimeRead {
    if (value instanceof Date) return reader.readInstant(value.getTime())
    return reader.read(textOf(value), column)
  }

  #timeProblem(is: keyof typeof TIME_CODES, value: Field, line: number, meter: string | undefined): void {
    const code = TIME_CODES[is]
    const details = { text: textOf(value), zone: this.#zone, minutes: SLOT_MS / 60_000 }
    this.#intake.problem(code, line, details, meter === undefined ? {} : { meter })
    if (QUESTIONS.has(code)) this.isStopped = true
  }

  #idOf(column: number): string {
    return this.#intake.meters.meters[column] ?? ''
  }
}

function about(meter: string | undefined, slot: number): { readonly meter?: string; readonly slot: number } {
  return meter === undefined ? { slot } : { meter, slot }
}

function textOf(value: Field): string {
  if (value === null || value === undefined) return ''
  return value instanceof Date ? value.toISOString() : String(value)
}

function isEmpty(value: Field): boolean {
  return value === null || value === undefined || value === ''
}

function hasFraction(value: Field): boolean {
  if (typeof value === 'number') return !Number.isInteger(value)
  return typeof value === 'string' && /[.,]\d*[1-9]/.test(value)
}
