import type { MeterValue } from '../frame.ts'
import { modelPlan, type GroupPlan, type ScaleAt } from './model-plan.ts'
import { pointValue } from './point-value.ts'

/** Registers before a model's points: its number and its announced length, which that length does not count. */
export const MODEL_HEAD_REGISTERS = 2

const SCALE_MAX = 10

/** A model of a device, in the registers it was read into. */
export interface ModelPlace {
  readonly id: number
  /** Which of the models with this number it is, counted from 1. */
  readonly instance: number
  /** Where its number is, as an index into the registers. */
  readonly at: number
  /** Registers after the head, as the device announces them. */
  readonly length: number
}

/**
 * The values of one model: every point that is implemented, in the order of the registers, as `103.W`,
 * `160.module.0.DCW` for a group that repeats (counted from 0), `103#2.W` for the second model 103 of a device.
 *
 * The announced length counts, not the published one: points beyond it are not there. A point whose scale factor is not
 * implemented is left out, since nothing says what it counts.
 *
 * @returns empty for a model that was never published
 */
export function modelValues(registers: Uint16Array, place: ModelPlace): MeterValue[] {
  const plan = modelPlan(place.id)
  if (plan === undefined) return []
  const end = Math.min(place.at + MODEL_HEAD_REGISTERS + place.length, registers.length)
  const reading = new ModelReading(registers, end)
  reading.read(plan, `${place.id}${place.instance === 1 ? '' : `#${place.instance}`}.`, place.at)
  return reading.values
}

class ModelReading {
  readonly values: MeterValue[] = []
  readonly #registers: Uint16Array
  readonly #end: number
  /** Where the groups around the one being read begin, outermost first. */
  readonly #begins: number[] = []

  constructor(registers: Uint16Array, end: number) {
    this.#registers = registers
    this.#end = end
  }

  /** Reads a group that begins at `begin`; gives where what follows it begins. */
  read(plan: GroupPlan, prefix: string, begin: number): number {
    this.#begins.push(begin)
    for (const point of plan.points) {
      const at = begin + point.at
      if (at + point.size > this.#end) break
      const exponent = typeof point.scale === 'number' ? point.scale : this.#scale(point.scale)
      if (exponent === undefined) continue
      const value = pointValue(point, this.#registers, at, exponent + point.shift)
      if (value === undefined) continue
      const name = prefix + point.name
      this.values.push(point.unit === undefined ? { name, value } : { name, value, unit: point.unit })
    }
    let next = begin + plan.size
    for (const group of plan.groups) next = this.#readAll(group, prefix, next)
    this.#begins.pop()
    return next
  }

  #readAll(plan: GroupPlan, prefix: string, begin: number): number {
    if (plan.count === 'once') return this.read(plan, `${prefix}${plan.name}.`, begin)
    const count = plan.count === 'rest' ? Infinity : this.#count(plan.count)
    let next = begin
    for (let index = 0; index < count && next + plan.size <= this.#end; index++) {
      const after = this.read(plan, `${prefix}${plan.name}.${index}.`, next)
      if (after <= next) break
      next = after
    }
    return next
  }

  #scale(place: ScaleAt): number | undefined {
    const register = this.#at(place)
    const scale = register === undefined ? undefined : (register << 16) >> 16
    return scale === undefined || Math.abs(scale) > SCALE_MAX ? undefined : scale
  }

  #count(place: ScaleAt): number {
    const register = this.#at(place)
    return register === undefined || register === 0xffff ? 0 : register
  }

  #at({ depth, at }: ScaleAt): number | undefined {
    const index = (this.#begins[depth] ?? 0) + at
    return index < this.#end ? this.#registers[index] : undefined
  }
}
