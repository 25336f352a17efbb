import { scaled, shortestOfBinary32 } from '../decimal.ts'
import type { PointPlan } from './model-plan.ts'

const view = new DataView(new ArrayBuffer(4))
const texts = new TextDecoder()

/**
 * What the registers of a point say, scaled by ten to the `exponent`; nothing where they hold the type's own value for
 * "not implemented", and nothing for a bit field in which no bit is set.
 */
export function pointValue(
  point: PointPlan,
  registers: Uint16Array,
  at: number,
  exponent: number,
): number | string | undefined {
  const first = registers[at] ?? 0
  switch (point.type) {
    case 'uint16':
      // Inverters (seen on SMA) write the mark of the signed types into scaled unsigned points as well. A true 32768
      // is lost for one reading that way; a false one would be shown every day.
      if (first === 0x8000 && typeof point.scale !== 'number') return undefined
      return first === 0xffff ? undefined : scaled(first, exponent)
    case 'count':
      return first === 0xffff ? undefined : scaled(first, exponent)
    case 'int16':
    case 'sunssf':
    case 'pad':
      return first === 0x8000 ? undefined : scaled(signed16(first), exponent)
    case 'acc16':
      return first === 0 ? undefined : scaled(first, exponent)
    case 'enum16':
      return first === 0xffff ? undefined : (point.symbols.get(first) ?? first)
    case 'bitfield16':
      return first === 0xffff ? undefined : bits([first], point)
    case 'string':
      return text(registers, at, point.size)
    default:
      return longValue(point, registers, at, exponent)
  }
}

function longValue(
  point: PointPlan,
  registers: Uint16Array,
  at: number,
  exponent: number,
): number | string | undefined {
  const high = registers[at] ?? 0
  const low = registers[at + 1] ?? 0
  const long = high * 0x10000 + low
  switch (point.type) {
    case 'uint32':
      return long === 0xffffffff ? undefined : scaled(long, exponent)
    case 'int32':
      return long === 0x80000000 ? undefined : scaled(long | 0, exponent)
    case 'acc32':
      return long === 0 ? undefined : scaled(long, exponent)
    case 'enum32':
      return long === 0xffffffff ? undefined : (point.symbols.get(long) ?? long)
    case 'bitfield32':
      return long === 0xffffffff ? undefined : bits([low, high], point)
    case 'float32':
      return float32(long, exponent)
    case 'ipaddr':
      return long === 0 ? undefined : [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
    case 'uint64':
    case 'int64':
    case 'acc64':
      return whole64(
        point.type,
        long,
        (registers[at + 2] ?? 0) * 0x10000 + (registers[at + 3] ?? 0),
        exponent,
      )
    default:
      return widestValue(point, registers.subarray(at, at + point.size))
  }
}

function widestValue(point: PointPlan, registers: Uint16Array): string | undefined {
  switch (point.type) {
    case 'bitfield64':
      return registers.every((one) => one === 0xffff) ? undefined : bits([...registers].toReversed(), point)
    case 'ipv6addr':
      return registers.every((one) => one === 0)
        ? undefined
        : [...registers].map((one) => one.toString(16)).join(':')
    case 'eui48':
      return hardwareAddress(registers)
    default:
      return undefined
  }
}

function signed16(register: number): number {
  return (register << 16) >> 16
}

function float32(long: number, exponent: number): number | undefined {
  view.setUint32(0, long)
  const value = view.getFloat32(0)
  return Number.isFinite(value) ? scaled(shortestOfBinary32(value), exponent) : undefined
}

/**
 * Exact up to 2^53; a count beyond it is no reading of a home, and is left out rather than rounded. The marks of what is
 * not implemented (all bits set, or the sign alone) lie beyond it as well.
 */
function whole64(
  type: 'uint64' | 'int64' | 'acc64',
  high: number,
  low: number,
  exponent: number,
): number | undefined {
  const value = (type === 'int64' ? high | 0 : high) * 0x1_0000_0000 + low
  if (!Number.isSafeInteger(value) || (type === 'acc64' && value === 0)) return undefined
  return scaled(value, exponent)
}

/** The names of the bits that are set, lowest first, with commas; a bit without a name is `bit<n>`. */
function bits(words: readonly number[], { symbols }: PointPlan): string | undefined {
  const set: string[] = []
  for (const [index, word] of words.entries())
    for (let bit = 0; bit < 16; bit++)
      if (((word >> bit) & 1) === 1) set.push(symbols.get(index * 16 + bit) ?? `bit${index * 16 + bit}`)
  return set.length === 0 ? undefined : set.join(',')
}

/** Text without what fills it up; a field of 0xFFFF or 0x8000 was never written. */
function text(registers: Uint16Array, at: number, size: number): string | undefined {
  const first = registers[at] ?? 0
  if (first === 0xffff || first === 0x8000) return undefined
  const bytes = new Uint8Array(size * 2)
  let length = 0
  for (; length < bytes.length; length++) {
    const register = registers[at + (length >> 1)] ?? 0
    const byte = (length & 1) === 0 ? register >> 8 : register & 0xff
    if (byte === 0) break
    bytes[length] = byte
  }
  // Most fields of a device are empty, and asking the decoder costs more than reading the rest of the model.
  return length === 0 ? '' : texts.decode(bytes.subarray(0, length)).trim()
}

function hardwareAddress(registers: Uint16Array): string | undefined {
  const [, high = 0, middle = 0, low = 0] = registers
  if ((high & middle & low) === 0xffff) return undefined
  const digits = [high, middle, low].map((one) => one.toString(16).padStart(4, '0')).join('')
  return digits.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:')
}
