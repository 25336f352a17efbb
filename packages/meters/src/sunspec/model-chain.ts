import type { MeterValue } from '../frame.ts'
import { MODEL_HEAD_REGISTERS, modelValues, type ModelPlace } from './model-values.ts'

/** 'SunS', the two registers before the first model. */
export const SUNSPEC_MARKER = [0x5375, 0x6e53] as const

/** The number that ends a chain. */
export const END_OF_CHAIN = 0xffff

/** Models of one device at most; the largest known have thirty. A chain with more is noise. */
export const SUNSPEC_MODELS_MAX = 256

/** Counts the models of a device by number, so that the second inverter of a device has a name of its own. */
export class ModelCounts {
  readonly #seen = new Map<number, number>()

  next(id: number): number {
    const instance = (this.#seen.get(id) ?? 0) + 1
    this.#seen.set(id, instance)
    return instance
  }
}

/** The models in registers that begin with the marker, as far as the registers go. */
export function modelChain(registers: Uint16Array): ModelPlace[] {
  const places: ModelPlace[] = []
  const counts = new ModelCounts()
  let at: number = SUNSPEC_MARKER.length
  while (at + 1 < registers.length && places.length < SUNSPEC_MODELS_MAX) {
    const id = registers[at] ?? END_OF_CHAIN
    const length = registers[at + 1] ?? 0
    if (id === END_OF_CHAIN) break
    places.push({ id, instance: counts.next(id), at, length })
    at += MODEL_HEAD_REGISTERS + length
  }
  return places
}

/** What a device says of itself: maker, model and serial number of its common model; nothing without one. */
export function deviceName(values: readonly MeterValue[]): string | undefined {
  const parts = ['1.Mn', '1.Md', '1.SN'].flatMap((name) => {
    const value = values.find((one) => one.name === name)?.value
    return typeof value === 'string' && value !== '' ? [value] : []
  })
  return parts.length === 0 ? undefined : parts.join(' ')
}

/**
 * Decodes the registers of a SunSpec device, from the marker 'SunS' on: the values of every published model, in order,
 * named as `modelValues` names them. Models of makers are skipped by their announced length.
 *
 * @param registers holding registers from the one where the marker is; the chain may be cut short
 * @returns         energy in Wh, power in W; empty where the marker is missing
 * @see             SunSpec Device Information Model Specification 1.1, sections 3 to 5
 */
export function decodeSunSpec(registers: Uint16Array): MeterValue[] {
  if (SUNSPEC_MARKER.some((register, index) => registers[index] !== register)) return []
  return modelChain(registers).flatMap((place) => modelValues(registers, place))
}
