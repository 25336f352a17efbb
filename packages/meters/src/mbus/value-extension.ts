import type { ValueCode } from './value-code.ts'

/** A value code with what its extensions (VIFE) change about it. */
export interface ExtendedCode {
  readonly code: ValueCode
  /** Parts of the name, in the order sent: `backward`, `phase-1`, `manufacturer-07`. */
  readonly marks: readonly string[]
  readonly isUnsigned: boolean
  /** The device says that there is no value: none available, overflow, underflow, faulty. */
  readonly isWithoutValue: boolean
}

/** What a value is counted against: the unit changes, the digits do not. */
const PER: Readonly<Record<number, string>> = {
  0x20: '/s',
  0x21: '/min',
  0x22: '/h',
  0x23: '/d',
  0x24: '/week',
  0x25: '/month',
  0x26: '/year',
  0x27: '/revolution',
  0x2c: '/l',
  0x2d: '/m³',
  0x2e: '/kg',
  0x2f: '/K',
  0x30: '/kWh',
  0x31: '/GJ',
  0x32: '/kW',
  0x33: '/(K·l)',
  0x34: '/V',
  0x35: '/A',
  0x36: '·s',
  0x37: '·s/V',
  0x38: '·s/A',
}

/** What a value is, beside its unit. */
const MARKS: Readonly<Record<number, string>> = {
  0x13: 'inverse-profile',
  0x1e: 'profile-with-register',
  0x1f: 'profile',
  0x28: 'per-pulse-in-0',
  0x29: 'per-pulse-in-1',
  0x2a: 'per-pulse-out-0',
  0x2b: 'per-pulse-out-1',
  0x3a: 'uncorrected',
  0x3b: 'forward',
  0x3c: 'backward',
  0x3e: 'at-base-conditions',
  0x3f: 'obis-declared',
  0x40: 'lower-limit',
  0x48: 'upper-limit',
  0x7e: 'future',
}

/** A row of values packed into one field, which we do not unpack. */
const PROFILES = new Set([0x13, 0x1e, 0x1f])

/** Extensions that make a date and time of the value. */
const TIMES: Readonly<Record<number, string>> = {
  0x39: 'start',
  0x42: 'first-under-limit-begin',
  0x43: 'first-under-limit-end',
  0x46: 'last-under-limit-begin',
  0x47: 'last-under-limit-end',
  0x4a: 'first-over-limit-begin',
  0x4b: 'first-over-limit-end',
  0x4e: 'last-over-limit-begin',
  0x4f: 'last-over-limit-end',
  0x6a: 'first-begin',
  0x6b: 'first-end',
  0x6e: 'last-begin',
  0x6f: 'last-end',
}

const COUNTS: Readonly<Record<number, string>> = { 0x41: 'under-limit-count', 0x49: 'over-limit-count' }

/** Extensions that make a duration of the value: four codes each, for s, min, h and d. */
const DURATIONS: Readonly<Record<number, string>> = {
  0x50: 'first-under-limit-duration',
  0x54: 'last-under-limit-duration',
  0x58: 'first-over-limit-duration',
  0x5c: 'last-over-limit-duration',
  0x60: 'first-duration',
  0x64: 'last-duration',
}
const SECONDS = [1, 60, 3600, 86_400] as const

/** The second table of extensions, after 0xFC. */
const PLACES: Readonly<Record<number, string>> = {
  0x01: 'phase-1',
  0x02: 'phase-2',
  0x03: 'phase-3',
  0x04: 'neutral',
  0x05: 'phases-1-2',
  0x06: 'phases-2-3',
  0x07: 'phases-3-1',
  0x08: 'quadrant-1',
  0x09: 'quadrant-2',
  0x0a: 'quadrant-3',
  0x0b: 'quadrant-4',
  0x0c: 'import-minus-export',
  0x10: 'absolute',
}
const PLACES_FOLLOW = 0x7c
const UNSIGNED = 0x11

const MANUFACTURER_FOLLOWS = 0x7f
const NO_ERROR = 0x00
const WITHOUT_VALUE_FROM = 0x15
const WITHOUT_VALUE_TO = 0x18

/** Applies the extensions of a value code, in the order sent; the top bit of each only tells that another follows. */
export function extendedCode(base: ValueCode, extensions: Uint8Array): ExtendedCode {
  const marks: string[] = []
  const reading = { code: base, marks, isUnsigned: false, isWithoutValue: false }
  for (let at = 0; at < extensions.length; at++) {
    const extension = (extensions[at] ?? 0) & 0x7f
    if (extension === MANUFACTURER_FOLLOWS) {
      reading.marks.push(`manufacturer-${extensions.slice(at + 1).toHex()}`)
      break
    }
    if (extension === PLACES_FOLLOW && at + 1 < extensions.length) {
      const place = (extensions[++at] ?? 0) & 0x7f
      if (place === UNSIGNED) reading.isUnsigned = true
      else if (PLACES[place] === undefined) reading.code = raw(reading.code)
      if (place !== UNSIGNED) reading.marks.push(PLACES[place] ?? `extension-7c${hexadecimal(place)}`)
    } else if (extension === NO_ERROR) continue
    else if (extension >= WITHOUT_VALUE_FROM && extension <= WITHOUT_VALUE_TO) reading.isWithoutValue = true
    else {
      reading.code = changed(reading.code, extension)
      const mark = markOf(extension)
      if (mark !== undefined) reading.marks.push(mark)
    }
  }
  return reading
}

function changed(code: ValueCode, extension: number): ValueCode {
  const per = PER[extension]
  const duration = durationOf(extension)
  if (per !== undefined) return code.unit === undefined ? code : { ...code, unit: `${code.unit}${per}` }
  if (PROFILES.has(extension)) return raw(code)
  if (MARKS[extension] !== undefined) return code
  if (TIMES[extension] !== undefined) return { ...plain(code), is: 'time' }
  if (COUNTS[extension] !== undefined) return plain(code)
  if (duration !== undefined) return { ...plain(code), unit: 's', factor: SECONDS[extension & 3] ?? 1 }
  if ((extension & 0x78) === 0x70) return { ...code, exponent: code.exponent + (extension & 7) - 6 }
  if (extension === 0x7d) return { ...code, exponent: code.exponent + 3 }
  return raw(code)
}

function markOf(extension: number): string | undefined {
  if (PER[extension] !== undefined) return undefined
  if ((extension & 0x78) === 0x70 || extension === 0x7d) return undefined
  return (
    MARKS[extension] ??
    TIMES[extension] ??
    COUNTS[extension] ??
    durationOf(extension) ??
    `extension-${hexadecimal(extension)}`
  )
}

function durationOf(extension: number): string | undefined {
  return DURATIONS[extension & ~3]
}

function plain({ quantity }: ValueCode): ValueCode {
  return { quantity, exponent: 0, factor: 1, is: 'number' }
}

/** An extension that is not known may change what the digits mean: they are given as they came, without a unit. */
function raw({ quantity }: ValueCode): ValueCode {
  return { quantity, exponent: 0, factor: 1, is: 'manufacturer' }
}

function hexadecimal(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
