import { Fault } from '@tri/units'

import { scaled, shortestOfBinary32 } from '../decimal.ts'
import type { Frame, MeterValue } from '../frame.ts'
import { joinedBytes } from '../joined-bytes.ts'
import type { ModbusReader, RegisterRange } from '../lines/modbus-dial.ts'
import { modelReads, sunspecPlan, type SunSpecDevice } from '../sunspec/sunspec-plan.ts'
import { modelValues } from '../sunspec/model-values.ts'
import type { RegisterFact, Speech } from './device-template.ts'

/** Asks one Modbus device, round after round. */
export interface ModbusDevice {
  /**
   * @throws Fault `modbus-exception`, `line-broken`, `device-not-sunspec`
   */
  read(reader: ModbusReader): Promise<Frame>
}

/** Registers of one question to a device with a table: several makers refuse more. */
const TABLE_REGISTERS_MAX = 80
/** Registers between two wanted ones that are read along, because a second question costs more. */
const GAP_REGISTERS_MAX = 16

/** A device of a template, at its unit of the line. */
export function modbusDevice(
  speech: Extract<Speech, { by: 'registers' | 'sunspec' }>,
  unit: number,
  device: string,
): ModbusDevice {
  return speech.by === 'registers'
    ? tableDevice(speech.facts, unit)
    : sunspecDevice(speech.models, unit, device)
}

function tableDevice(facts: readonly RegisterFact[], unit: number): ModbusDevice {
  const ranges = rangesOf(facts, unit)
  return {
    read: async (reader) => {
      const values: MeterValue[] = []
      const parts: Uint8Array[] = []
      for (const { range, facts: inside } of ranges) {
        const registers = await reader.read(range)
        parts.push(bigEndian(registers))
        for (const fact of inside) values.push(...valueOf(fact, registers, fact.at - range.from))
      }
      return frameOf(values, parts)
    },
  }
}

function valueOf(
  { name, kind, exponent, unit }: RegisterFact,
  registers: Uint16Array,
  at: number,
): MeterValue[] {
  const words = kind === 'u16' || kind === 's16' ? 1 : 2
  const bytes = bigEndian(registers.subarray(at, at + words))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = {
    u16: () => view.getUint16(0),
    s16: () => view.getInt16(0),
    u32: () => view.getUint32(0),
    s32: () => view.getInt32(0),
    f32: () => shortestOfBinary32(view.getFloat32(0)),
  }
  const number = read[kind]()
  return Number.isFinite(number) ? [{ name, value: scaled(number, exponent), unit }] : []
}

interface ReadRange {
  readonly range: RegisterRange
  readonly facts: readonly RegisterFact[]
}

/** The reads that bring every fact: neighbours together, never more than a question may ask for. */
function rangesOf(facts: readonly RegisterFact[], unit: number): ReadRange[] {
  const ranges: { range: RegisterRange; facts: RegisterFact[] }[] = []
  const inOrder = facts.toSorted((a, b) => a.table.localeCompare(b.table, 'en') || a.at - b.at)
  for (const fact of inOrder) {
    const until = fact.at + (fact.kind === 'u16' || fact.kind === 's16' ? 1 : 2)
    const last = ranges.at(-1)
    const isNear =
      last?.range.table === fact.table &&
      fact.at - (last.range.from + last.range.count) <= GAP_REGISTERS_MAX &&
      until - last.range.from <= TABLE_REGISTERS_MAX
    if (isNear) {
      last.range = { ...last.range, count: until - last.range.from }
      last.facts.push(fact)
    } else
      ranges.push({
        range: { unit, table: fact.table, from: fact.at, count: until - fact.at },
        facts: [fact],
      })
  }
  return ranges
}

/** Discovers the models once; then it reads just those. */
function sunspecDevice(models: readonly number[], unit: number, device: string): ModbusDevice {
  let known: SunSpecDevice | undefined
  return {
    read: async (reader) => {
      known ??= await discover(models, unit, device, reader)
      const values: MeterValue[] = []
      const parts: Uint8Array[] = []
      for (const place of known.models) {
        const pieces: number[] = []
        for (const { register, count } of modelReads(known.base, place))
          pieces.push(...(await reader.read({ unit, table: 'holding', from: register, count })))
        const registers = Uint16Array.from(pieces)
        // A device that was replaced or restarted in another shape is looked at anew.
        if (registers[0] !== place.id || registers[1] !== place.length) {
          known = undefined
          throw new Fault('device-not-sunspec', { device })
        }
        parts.push(bigEndian(registers))
        values.push(...modelValues(registers, { ...place, at: 0 }))
      }
      return { ...frameOf(values, parts), protocol: 'sunspec', ...namedBy(values) }
    },
  }
}

async function discover(models: readonly number[], unit: number, device: string, reader: ModbusReader) {
  const wanted = new Set(models)
  const plan = sunspecPlan({ isWanted: (model) => wanted.has(model) })
  for (let next = plan.next; next !== undefined; next = plan.next) {
    const range = { unit, table: 'holding', from: next.register, count: next.count } as const
    plan.take(await answerTo(reader, range))
  }
  const { outcome } = plan
  if (outcome?.ok !== true) throw new Fault('device-not-sunspec', { device })
  return outcome.value
}

/** What the device refuses to give is part of the search: it has no marker there. */
async function answerTo(reader: ModbusReader, range: RegisterRange): Promise<Uint16Array | undefined> {
  try {
    return await reader.read(range)
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'modbus-exception') return undefined
    throw cause
  }
}

/** The serial number of the common model names the counter. */
function namedBy(values: readonly MeterValue[]): { readonly device?: string } {
  const serial = values.find(({ name }) => name === '1.SN')?.value
  return typeof serial === 'string' && serial !== '' ? { device: serial } : {}
}

function frameOf(values: readonly MeterValue[], parts: readonly Uint8Array[]): Frame {
  const bytes = joinedBytes(parts)
  return { protocol: 'modbus', check: 'absent', values, bytes }
}

function bigEndian(registers: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(2 * registers.length)
  const view = new DataView(bytes.buffer)
  registers.forEach((register, index) => view.setUint16(2 * index, register))
  return bytes
}
