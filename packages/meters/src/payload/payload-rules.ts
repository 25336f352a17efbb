import { scaled } from '../decimal.ts'
import type { Frame, MeterValue, Protocol } from '../frame.ts'
import { jsonLeaves, type JsonLeaf } from './json-leaves.ts'
import type { Payload } from './payload-reader.ts'

/** What one value of a message is: where it stands, and how it becomes Wh, W, V or A. */
export interface PayloadRule {
  /** Path with dots; `*` is any one step (a phase, a channel, a device). It matches the end of a longer path. */
  readonly at: string
  /** Absent for texts and states. */
  readonly unit?: string
  /** Decimal places from the unit sent to the unit given: 3 from kWh to Wh. */
  readonly exponent?: number
  /** Divisor, where the unit is no decimal one: 60 from watt-minutes to Wh. */
  readonly divisor?: number
}

/** A rule with its path taken apart. */
export interface CutRule extends PayloadRule {
  readonly steps: readonly string[]
}

/** A table of rules, ready to be matched. */
export function cutRules(rules: readonly PayloadRule[]): readonly CutRule[] {
  return rules.map((rule) => ({ ...rule, steps: rule.at.split('.') }))
}

/**
 * Reads a message by a table of rules. A topic that ends in a value's name and carries it bare is read as if it were
 * a path of JSON: `shellies/x/emeter/0/power` with `123.4`.
 *
 * @returns undefined when no rule matches; a frame with the problem `not-json` when nothing of it can be read
 */
export function frameByRules(
  protocol: Protocol,
  rules: readonly CutRule[],
  { topic, payload }: Payload,
): Frame | undefined {
  const leaves = jsonLeaves(payload)
  if (leaves === undefined)
    return { protocol, check: 'absent', problem: 'not-json', values: [], bytes: payload }
  const above = topic === '' ? [] : topic.split('/')
  const values = leaves.flatMap((leaf) => valueOf(rules, above, leaf) ?? [])
  return values.length === 0 ? undefined : { protocol, check: 'absent', values, bytes: payload }
}

function valueOf(
  rules: readonly CutRule[],
  above: readonly string[],
  leaf: JsonLeaf,
): MeterValue | undefined {
  const path = [...above, ...leaf.path]
  const rule = rules.find(({ steps }) => endsIn(path, steps))
  if (rule === undefined) return undefined
  // Of the topic only what the rule names belongs to the value's name; of the JSON, all of it.
  const name = path.slice(Math.min(above.length, path.length - rule.steps.length)).join('.')
  if (rule.unit === undefined) return { name, value: leaf.value }
  const value = quantityOf(leaf.value, rule)
  return value === undefined ? undefined : { name, value, unit: rule.unit }
}

function endsIn(path: readonly string[], steps: readonly string[]): boolean {
  const from = path.length - steps.length
  return from >= 0 && steps.every((step, i) => step === '*' || step === path[from + i])
}

function quantityOf(
  value: JsonLeaf['value'],
  { exponent = 0, divisor = 1 }: PayloadRule,
): number | undefined {
  if (typeof value === 'boolean' || value === '') return undefined
  const number = scaled(Number(value), exponent)
  return Number.isFinite(number) ? number / divisor : undefined
}
