import type { MeterValue } from '../frame.ts'
import { dataRecords, recordValue } from './data-record.ts'
import { fixedTelegram } from './fixed-record.ts'
import { addressName, idDigits, manufacturerLetters } from './meter-address.ts'

/** What the application layer of a telegram says. */
export interface ApplicationData {
  readonly problem?: string
  readonly device?: string
  readonly values: readonly MeterValue[]
}

/** Long header: number 4, maker 2, version, medium, access count, status, signature 2. */
const LONG_HEADER_BYTES = 12
const SHORT_HEADER_BYTES = 4
const HIGH_FIRST = 0x04

/** What a device reports instead of values (EN 13757-3, general application errors). */
const ERRORS: readonly string[] = [
  'device-error',
  'device-does-not-know-command',
  'device-buffer-too-long',
  'device-too-many-records',
  'device-record-truncated',
  'device-too-many-extensions',
  'device-too-many-value-extensions',
  'device-reserved',
  'device-busy',
  'device-too-many-readouts',
]

/** Reads what follows the address of a device's answer, from the CI field on. */
export function applicationData(bytes: Uint8Array): ApplicationData {
  const control = bytes[0] ?? 0
  const content = bytes.subarray(1)
  switch (control) {
    case 0x70:
      return { problem: ERRORS[content[0] ?? 0] ?? 'device-error', values: [] }
    case 0x71:
      return { values: [{ name: 'alarm', value: content[0] ?? 0 }] }
    case 0x72:
    case 0x76:
      return longHeader(content, (control & HIGH_FIRST) !== 0)
    case 0x73:
    case 0x77:
      return fixed(content, (control & HIGH_FIRST) !== 0)
    case 0x78:
      return records(content, false)
    case 0x7a:
      return shortHeader(content)
    default:
      return { problem: 'control-information-unknown', values: [] }
  }
}

function longHeader(content: Uint8Array, isHighFirst: boolean): ApplicationData {
  if (content.length < LONG_HEADER_BYTES) return { problem: 'header-truncated', values: [] }
  const numbers = content.slice(0, 6)
  if (isHighFirst) numbers.set([...numbers.slice(0, 4).toReversed(), ...numbers.slice(4).toReversed()])
  const device = addressName({
    id: idDigits(numbers),
    manufacturer: manufacturerLetters(numbers[4] ?? 0, numbers[5] ?? 0),
    version: content[6] ?? 0,
    medium: content[7] ?? 0,
  })
  const configuration = content.slice(10, LONG_HEADER_BYTES)
  if (isHighFirst) configuration.reverse()
  if (isEncrypted(configuration)) return { device, problem: 'encrypted', values: [] }
  return { device, ...records(content.subarray(LONG_HEADER_BYTES), isHighFirst) }
}

function shortHeader(content: Uint8Array): ApplicationData {
  if (content.length < SHORT_HEADER_BYTES) return { problem: 'header-truncated', values: [] }
  if (isEncrypted(content.subarray(2, SHORT_HEADER_BYTES))) return { problem: 'encrypted', values: [] }
  return records(content.subarray(SHORT_HEADER_BYTES), false)
}

/**
 * The mode of encryption is in bits 8 to 12 of the configuration. Meters older than the modes send anything there, so only
 * the two modes that are in use count.
 */
function isEncrypted(configuration: Uint8Array): boolean {
  const mode = (configuration[1] ?? 0) & 0x1f
  return mode === 5 || mode === 7
}

function records(bytes: Uint8Array, isHighFirst: boolean): ApplicationData {
  const read = dataRecords(bytes, { isHighFirst })
  // A telegram of the maker's own bytes alone, in a chain of them, says nothing that anybody else can read.
  if (read.ok && read.value.length === 1 && read.value[0]?.quantity === 'more-records-follow')
    return { problem: 'manufacturer-data-only', values: [] }
  return read.ok ? { values: read.value.map(recordValue) } : { problem: read.refusal, values: [] }
}

function fixed(bytes: Uint8Array, isHighFirst: boolean): ApplicationData {
  const read = fixedTelegram(bytes, isHighFirst)
  return typeof read === 'string' ? { problem: read, values: [] } : { device: read.id, values: read.values }
}
