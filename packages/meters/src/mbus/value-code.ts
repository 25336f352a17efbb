/** What a value code (VIF) says: what is measured, in which unit, and how many decimal places to move the digits. */
export interface ValueCode {
  readonly quantity: string
  /** Absent for counts, codes, dates and texts. */
  readonly unit?: string
  readonly exponent: number
  /** What one of the digits is worth in the unit: 3600 for hours in s. */
  readonly factor: number
  readonly is: 'number' | 'date' | 'time' | 'manufacturer'
}

/** Codes that follow one another: first code, how many, quantity, unit, exponent of the first; it grows by one a code. */
type CodeRow = readonly [first: number, count: number, quantity: string, unit: string, exponent: number]

/** EN 13757-3, primary value codes. */
const PRIMARY: readonly CodeRow[] = [
  [0x00, 8, 'energy', 'Wh', -3],
  [0x08, 8, 'energy', 'J', 0],
  [0x10, 8, 'volume', 'm³', -6],
  [0x18, 8, 'mass', 'kg', -3],
  [0x28, 8, 'power', 'W', -3],
  [0x30, 8, 'power', 'J/h', 0],
  [0x38, 8, 'volume-flow', 'm³/h', -6],
  [0x40, 8, 'volume-flow', 'm³/min', -7],
  [0x48, 8, 'volume-flow', 'm³/s', -9],
  [0x50, 8, 'mass-flow', 'kg/h', -3],
  [0x58, 4, 'flow-temperature', '°C', -3],
  [0x5c, 4, 'return-temperature', '°C', -3],
  [0x60, 4, 'temperature-difference', 'K', -3],
  [0x64, 4, 'external-temperature', '°C', -3],
  [0x68, 4, 'pressure', 'bar', -3],
]

/** EN 13757-3, first extension (0xFB): units of larger plants and of electricity. */
const FIRST_EXTENSION: readonly CodeRow[] = [
  [0x00, 2, 'energy', 'Wh', 5],
  [0x02, 2, 'reactive-energy', 'varh', 3],
  [0x04, 2, 'apparent-energy', 'VAh', 3],
  [0x08, 2, 'energy', 'J', 8],
  [0x0c, 4, 'energy', 'cal', 5],
  [0x10, 2, 'volume', 'm³', 2],
  [0x14, 4, 'reactive-power', 'var', 0],
  [0x18, 2, 'mass', 'kg', 5],
  [0x1a, 2, 'relative-humidity', '%', -1],
  [0x20, 1, 'volume', 'ft³', 0],
  [0x21, 1, 'volume', 'ft³', -1],
  [0x28, 2, 'power', 'W', 5],
  [0x2a, 1, 'phase-angle-voltage', '°', -1],
  [0x2b, 1, 'phase-angle-current', '°', -1],
  [0x2c, 4, 'frequency', 'Hz', -3],
  [0x30, 2, 'power', 'J/h', 8],
  [0x34, 4, 'apparent-power', 'VA', 0],
  [0x68, 8, 'heat-cost-allocation-factor', '', -3],
  [0x74, 4, 'temperature-limit', '°C', -3],
  [0x78, 8, 'power-maximum-count', 'W', -3],
]

/** EN 13757-3, second extension (0xFD): money, identification, settings, voltage and current. */
const SECOND_EXTENSION: readonly CodeRow[] = [
  [0x00, 4, 'credit', 'currency', -3],
  [0x04, 4, 'debit', 'currency', -3],
  [0x40, 16, 'voltage', 'V', -9],
  [0x50, 16, 'current', 'A', -12],
  [0x71, 1, 'reception-level', 'dBm', 0],
]

/** Four codes a row: seconds, minutes, hours, days. */
const PRIMARY_DURATIONS: Readonly<Record<number, string>> = {
  0x20: 'on-time',
  0x24: 'operating-time',
  0x70: 'averaging-duration',
  0x74: 'actuality-duration',
}
const SECOND_DURATIONS: Readonly<Record<number, string>> = {
  0x24: 'storage-interval',
  0x2c: 'duration-since-readout',
  0x30: 'tariff-duration',
  0x34: 'tariff-period',
}
const SECONDS = [1, 60, 3600, 86_400] as const

/** Counts and codes, without a unit. */
const PRIMARY_COUNTS: Readonly<Record<number, string>> = {
  0x6e: 'heat-cost-allocation',
  0x78: 'fabrication-number',
  0x79: 'identification',
  0x7a: 'bus-address',
  0x7e: 'any',
}
const SECOND_COUNTS: Readonly<Record<number, string>> = {
  0x08: 'access-number',
  0x09: 'medium',
  0x0a: 'manufacturer',
  0x0b: 'parameter-set',
  0x0c: 'model-version',
  0x0d: 'hardware-version',
  0x0e: 'firmware-version',
  0x0f: 'software-version',
  0x10: 'customer-location',
  0x11: 'customer',
  0x12: 'access-code-user',
  0x13: 'access-code-operator',
  0x14: 'access-code-system-operator',
  0x15: 'access-code-developer',
  0x16: 'password',
  0x17: 'error-flags',
  0x18: 'error-mask',
  0x19: 'security-key',
  0x1a: 'digital-output',
  0x1b: 'digital-input',
  0x1c: 'baud-rate',
  0x1d: 'response-delay',
  0x1e: 'retry',
  0x1f: 'remote-control',
  0x20: 'first-storage-number',
  0x21: 'last-storage-number',
  0x22: 'storage-block-size',
  0x3a: 'dimensionless',
  0x3b: 'data-container',
  0x60: 'reset-counter',
  0x61: 'cumulation-counter',
  0x62: 'control-signal',
  0x63: 'day-of-week',
  0x64: 'week-number',
  0x66: 'parameter-activation',
  0x67: 'supplier-information',
  0x72: 'daylight-saving',
  0x73: 'listening-window',
  0x75: 'stop-counter',
  0x76: 'manufacturer-container',
}

/** Codes whose unit is a calendar's, and which no power of ten brings to seconds. */
const SECOND_CALENDAR: Readonly<Record<number, readonly [quantity: string, unit: string]>> = {
  0x28: ['storage-interval', 'months'],
  0x29: ['storage-interval', 'years'],
  0x38: ['tariff-period', 'months'],
  0x39: ['tariff-period', 'years'],
  0x68: ['duration-since-cumulation', 'h'],
  0x69: ['duration-since-cumulation', 'days'],
  0x6a: ['duration-since-cumulation', 'months'],
  0x6b: ['duration-since-cumulation', 'years'],
  0x6c: ['battery-operating-time', 'h'],
  0x6d: ['battery-operating-time', 'days'],
  0x6e: ['battery-operating-time', 'months'],
  0x6f: ['battery-operating-time', 'years'],
  0x74: ['battery-remaining', 'days'],
}

const NUMBER = { exponent: 0, factor: 1, is: 'number' } as const

function codesOf(rows: readonly CodeRow[]): Map<number, ValueCode> {
  const codes = new Map<number, ValueCode>()
  for (const [first, count, quantity, unit, exponent] of rows)
    for (let step = 0; step < count; step++)
      codes.set(first + step, {
        ...NUMBER,
        quantity,
        ...(unit === '' ? {} : { unit }),
        exponent: exponent + step,
      })
  return codes
}

function addDurations(codes: Map<number, ValueCode>, durations: Readonly<Record<number, string>>): void {
  for (const [first, quantity] of Object.entries(durations))
    for (const [step, factor] of SECONDS.entries())
      codes.set(Number(first) + step, { ...NUMBER, quantity, unit: 's', factor })
}

function addCounts(codes: Map<number, ValueCode>, counts: Readonly<Record<number, string>>): void {
  for (const [code, quantity] of Object.entries(counts)) codes.set(Number(code), { ...NUMBER, quantity })
}

const primary = codesOf(PRIMARY)
addDurations(primary, PRIMARY_DURATIONS)
addCounts(primary, PRIMARY_COUNTS)
primary.set(0x6c, { ...NUMBER, quantity: 'date', is: 'date' })
primary.set(0x6d, { ...NUMBER, quantity: 'date-time', is: 'time' })
primary.set(0x7f, { ...NUMBER, quantity: 'manufacturer-specific', is: 'manufacturer' })

const first = codesOf(FIRST_EXTENSION)

const second = codesOf(SECOND_EXTENSION)
addDurations(second, SECOND_DURATIONS)
addCounts(second, SECOND_COUNTS)
for (const [code, [quantity, unit]] of Object.entries(SECOND_CALENDAR))
  second.set(Number(code), { ...NUMBER, quantity, unit })
second.set(0x30, { ...NUMBER, quantity: 'tariff-start', is: 'time' })
second.set(0x65, { ...NUMBER, quantity: 'day-change', is: 'time' })
second.set(0x70, { ...NUMBER, quantity: 'battery-change', is: 'time' })

/** The three tables of value codes, by their name in EN 13757-3. */
export const VALUE_CODES = { primary, first, second } as const

/** A code of none of the tables: what it counts is not known, and it is given as it came, without a unit. */
export function unknownCode(hexadecimal: string): ValueCode {
  return { ...NUMBER, quantity: `unknown-${hexadecimal}`, is: 'manufacturer' }
}
