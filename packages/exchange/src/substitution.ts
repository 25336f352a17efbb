import {
  accept,
  must,
  refuse,
  slot,
  splitExactly,
  total,
  wattHour,
  type Outcome,
  type Slot,
} from '@tri/units'

import type { Gap, StatementColumns } from './completeness.ts'
import { SLOT_WH_MAX } from './match-kernel.ts'
import { QUALITY } from './settlement-input.ts'

/**
 * How a gap is filled, by name:
 * - `linear`: a known register difference in equal parts; without a difference there is nothing to spread;
 * - `last-week`: as the same slots of the week before;
 * - `same-weekday-mean`: the mean of the same slots of the four weeks before, of those that were measured;
 * - `zero`: nothing flowed. It is only ever somebody's decision, never what silence means.
 *
 * With a known register difference, `last-week` and `same-weekday-mean` give the shape and the registers the sum.
 */
export const SUBSTITUTION_RULES = ['linear', 'last-week', 'same-weekday-mean', 'zero'] as const
export type SubstitutionRule = (typeof SUBSTITUTION_RULES)[number]

/** Weeks that `same-weekday-mean` looks back. */
export const WEEKS_BACK_MAX = 4
const SLOTS_PER_WEEK = 672

/** What the registers counted over a gap, Wh: reading after less reading before. */
export interface RegisterDifference {
  readonly importWh: number
  readonly exportWh: number
}

/** The values for one gap, and how they came about: enough to show it on every line that uses them. */
export interface Substitution {
  readonly gap: Gap
  readonly rule: SubstitutionRule
  /** `substituted` when the registers give the sum, else `estimated`. */
  readonly quality: typeof QUALITY.substituted | typeof QUALITY.estimated
  /** Wh, one a slot of the gap. */
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
}

/** Why a gap cannot be filled by a rule. */
export type SubstitutionRefusal =
  | 'register-fell'
  | 'register-needed'
  | 'register-moved'
  | 'register-too-large'
  | 'history-missing'

/**
 * Fills one gap by a named rule.
 *
 * @param gap      of `columns`
 * @param columns  the period, with as much history before it as the rule needs; its own gaps stay as they are
 * @param register what the registers counted over the gap, if both readings are known: met to the Wh
 * @returns        the values, or `register-fell` (a counter was reset or rolled over), `register-needed` (linear without
 *                 a difference), `register-moved` (zero, but the registers counted something), `register-too-large`
 *                 (beyond 32 bits), `history-missing` (no measured slot to look back at)
 * @see            docs/maths/sharing.md, "Filling a gap"
 */
export function substitutionFor(
  gap: Gap,
  columns: StatementColumns,
  rule: SubstitutionRule,
  register?: RegisterDifference,
): Outcome<Substitution, SubstitutionRefusal> {
  const refusal = refusalOf(rule, register)
  if (refusal !== undefined) return refuse(refusal)
  const shape = shapeOf(gap, columns, rule)
  if (shape === undefined) return refuse('history-missing')
  if (register === undefined)
    return accept({
      gap,
      rule,
      quality: QUALITY.estimated,
      importWh: Int32Array.from(shape.importWh),
      exportWh: Int32Array.from(shape.exportWh),
    })
  return accept({
    gap,
    rule,
    quality: QUALITY.substituted,
    importWh: spread(register.importWh, shape.importWh),
    exportWh: spread(register.exportWh, shape.exportWh),
  })
}

/** The columns with substitutions in place; the columns given stay as they are. */
export function withSubstitutions<C extends StatementColumns>(
  columns: C,
  substitutions: readonly Substitution[],
): C {
  const importWh = columns.importWh.slice()
  const exportWh = columns.exportWh.slice()
  const quality = columns.quality.slice()
  for (const { gap, ...filled } of substitutions) {
    const at = gap.column * columns.slots + gap.firstSlot - columns.firstSlot
    const isGap = quality.subarray(at, at + gap.slots).every((code) => code === QUALITY.missing)
    must(isGap, 'a substitution never replaces a reading', { meter: gap.meter, firstSlot: gap.firstSlot })
    importWh.set(filled.importWh, at)
    exportWh.set(filled.exportWh, at)
    quality.fill(filled.quality, at, at + gap.slots)
  }
  return { ...columns, importWh, exportWh, quality }
}

function refusalOf(
  rule: SubstitutionRule,
  register: RegisterDifference | undefined,
): SubstitutionRefusal | undefined {
  if (register === undefined) return rule === 'linear' ? 'register-needed' : undefined
  const { importWh, exportWh } = register
  if (importWh < 0 || exportWh < 0) return 'register-fell'
  if (rule === 'zero' && (importWh !== 0 || exportWh !== 0)) return 'register-moved'
  return Math.max(importWh, exportWh) > SLOT_WH_MAX ? 'register-too-large' : undefined
}

interface Shape {
  readonly importWh: readonly number[]
  readonly exportWh: readonly number[]
}

function shapeOf(gap: Gap, columns: StatementColumns, rule: SubstitutionRule): Shape | undefined {
  const flat = Array.from({ length: gap.slots }, () => 0)
  if (rule === 'zero' || rule === 'linear') return { importWh: flat, exportWh: flat }
  const weeks = rule === 'last-week' ? 1 : WEEKS_BACK_MAX
  const cells = flat.map((_, t) => measuredBefore(columns, gap.column, slot(gap.firstSlot + t), weeks))
  if (cells.some((found) => found.length === 0)) return undefined
  return {
    importWh: cells.map((found) => mean(found.map((at) => columns.importWh[at] ?? 0))),
    exportWh: cells.map((found) => mean(found.map((at) => columns.exportWh[at] ?? 0))),
  }
}

/** Cells of the same slot in the weeks before that were measured. Weeks are counted in UTC. */
function measuredBefore(columns: StatementColumns, column: number, of: Slot, weeks: number): number[] {
  const cells: number[] = []
  for (let week = 1; week <= weeks; week++) {
    const t = of - week * SLOTS_PER_WEEK - columns.firstSlot
    const at = column * columns.slots + t
    if (t >= 0 && columns.quality[at] === QUALITY.measured) cells.push(at)
  }
  return cells
}

/** To the nearest Wh, a half going up. */
function mean(values: readonly number[]): number {
  return Math.floor((2 * total(values) + values.length) / (2 * values.length))
}

/** A register difference in the proportions of a shape, or in equal parts where the shape is all zero. */
function spread(energyWh: number, shape: readonly number[]): Int32Array {
  const weights = shape.some((wh) => wh > 0) ? shape : shape.map(() => 1)
  return Int32Array.from(splitExactly(wattHour(energyWh), weights))
}
