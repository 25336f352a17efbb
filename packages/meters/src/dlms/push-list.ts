import type { EpochMs } from '@tri/units'

import { cosemUnit } from '../cosem-unit.ts'
import { scaled } from '../decimal.ts'
import type { MeterValue } from '../frame.ts'
import { obisText } from '../obis.ts'
import type { Axdr, AxdrList, AxdrNumber } from './axdr.ts'
import type { DataNotification } from './data-notification.ts'
import { instantFrom } from './date-time.ts'
import { orderOf } from './ordered-list.ts'
import {
  isVoltage,
  ISKRA_SCALE,
  KAIFA_SCALE,
  KAMSTRUP_SCALE,
  KAMSTRUP_TRANSFORMER_SCALE,
  unstatedValue,
  WHOLE_VOLT_SCALE,
  type UnstatedScale,
} from './unstated-scale.ts'

/** What a push list says, whichever of the known forms it has. */
export interface PushedValues {
  readonly values: readonly MeterValue[]
  readonly device?: string
  readonly measuredAt?: EpochMs
}

interface Scaler {
  readonly power: number
  readonly unit: number
}

/** One object of a list: its name, its value, and the power of ten and unit, where they were sent. */
interface Entry {
  readonly obis: Uint8Array
  readonly value: Axdr
  readonly scaler?: Scaler
}

const OBIS_BYTES = 6
/** Media of OBIS group A; more would be a letter of a text. */
const MEDIA_MAX = 15
const ANY = 255
const VALUE_ATTRIBUTE = 2
const SCALER_ATTRIBUTE = 3
const REGISTER_CLASS = 3
/** A phase never has a thousand volts at a household's meter: where one does, the list is in tenths. */
const TENTHS_FROM = 1_000
/** Objects that name the device, the best first. */
const NAMES = ['0-0:42.0.0', '0-0:96.1.0', '0-0:96.1.1', '0-0:96.1.3', '0-0:96.1.2', '1-1:0.0.5', '1-0:0.0.5']
const LIST_VERSION = Uint8Array.of(1, 1, 0, 2, 129, ANY)
const LATIN1 = new TextDecoder('latin1')

/**
 * Reads a push list: described (first its objects, then their values), named (an OBIS code before each value), or
 * ordered (values alone, in an order that a document gives).
 *
 * @see DLMS UA Blue Book, push setup (class 40): push object list; docs/protocols/dlms.md for the lists of each country
 */
export function pushedValues({ body, missing, dateTime }: DataNotification): PushedValues {
  if (body.is !== 'list') return { values: [] }
  const loose: Axdr[] = []
  const { entries, scale } =
    describedEntries(body) ?? orderedEntries(body, missing) ?? namedEntries(body, loose)
  const values = entries.flatMap((entry) => {
    const value = meterValue(entry, scale)
    return value === undefined ? [] : [value]
  })
  const clocks = entries.filter(({ obis }) => obis[0] === 0 && obis[2] === 1 && obis[3] === 0)
  const times = [dateTime, ...clocks.map(({ value }) => octetsOf(value)), ...loose.map(octetsOf)]
  const measuredAt = times.map((bytes) => (bytes === undefined ? undefined : instantFrom(bytes)))
  const at = measuredAt.find((instant) => instant !== undefined)
  const device = deviceOf(values, loose)
  return {
    values,
    ...(device === undefined ? {} : { device }),
    ...(at === undefined ? {} : { measuredAt: at }),
  }
}

interface Entries {
  readonly entries: readonly Entry[]
  readonly scale: UnstatedScale
}

/** A list whose first element tells class, OBIS code and attribute of every element, itself included. */
function describedEntries({ elements }: AxdrList): Entries | undefined {
  const [first] = elements
  if (first?.is !== 'list' || first.type !== 'array') return undefined
  const described = first.elements.flatMap((one) => descriptionOf(one) ?? [])
  if (described.length === 0 || described.length < first.elements.length) return undefined
  if (described.length < elements.length) return { entries: [], scale: {} }
  const entries: Entry[] = []
  const scalers = new Map<string, Scaler>()
  for (const [i, element] of elements.entries()) {
    const description = described[i]
    if (description === undefined) continue
    const { obis, attribute } = description
    const scaler = attribute === SCALER_ATTRIBUTE ? scalerFrom(element) : undefined
    if (scaler !== undefined) scalers.set(obisText(obis), scaler)
    if (attribute === VALUE_ATTRIBUTE && element !== first) entries.push({ obis, value: element })
  }
  const scaled = entries.map((entry) => {
    const scaler = scalers.get(obisText(entry.obis))
    return scaler === undefined ? entry : { ...entry, scaler }
  })
  return { entries: scaled, scale: scaleDescribed(entries, described) }
}

// Such a list tells no powers of ten. Households' meters of this kind (IDIS package 2) count Wh and W, and differ only in
// their volts. Where values have 64 bits the meter is another, behind transformers, and what it counts is not known.
function scaleDescribed(entries: readonly Entry[], described: readonly Description[]): UnstatedScale {
  const numbers = entries.flatMap(({ obis, value }) => (value.is === 'number' ? [{ obis, value }] : []))
  if (numbers.some(({ value }) => value.type.startsWith('long64'))) return {}
  const isOther = described.some(({ obis, objectClass }) => obis[0] === 1 && objectClass !== REGISTER_CLASS)
  if (isOther) return {}
  const isTenths = numbers.some(({ obis, value }) => isVoltage(obis) && Number(value.value) >= TENTHS_FROM)
  return isTenths ? ISKRA_SCALE : WHOLE_VOLT_SCALE
}

interface Description {
  readonly objectClass: number
  readonly obis: Uint8Array
  readonly attribute: number
}

function descriptionOf(element: Axdr): Description | undefined {
  if (element.is !== 'list' || element.elements.length < 3) return undefined
  const [objectClass, obis, attribute] = element.elements
  if (objectClass?.is !== 'number' || obis?.is !== 'bytes' || attribute?.is !== 'number') return undefined
  if (obis.value.length !== OBIS_BYTES) return undefined
  return { objectClass: Number(objectClass.value), obis: obis.value, attribute: Number(attribute.value) }
}

function orderedEntries(list: AxdrList, missing: number): Entries | undefined {
  const ordered = orderOf(list, list.elements.length + missing)
  if (ordered === undefined) return undefined
  const { order, scale } = ordered
  const entries = list.elements.flatMap((value, i) => {
    const obis = order[i]
    return obis === undefined || obis.length === 0 ? [] : [{ obis, value }]
  })
  return { entries, scale }
}

/** A list in which an OBIS code stands before each value; what has none before it is put into `loose`. */
function namedEntries(list: AxdrList, loose: Axdr[]): Entries {
  const entries: Entry[] = []
  readNamed(list, entries, loose)
  const [version] = loose
  if (version?.is === 'text') entries.unshift({ obis: LIST_VERSION, value: version })
  return { entries, scale: scaleNamed(entries) }
}

function readNamed({ elements }: AxdrList, entries: Entry[], loose: Axdr[]): void {
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i]
    const value = elements[i + 1]
    if (element === undefined) continue
    const obis = obisOf(element)
    if (obis === undefined || value === undefined) {
      if (element.is !== 'list') loose.push(element)
      else if (descriptionOf(element) === undefined) readNamed(element, entries, loose)
      continue
    }
    const scaler = scalerFrom(elements[i + 2])
    entries.push(scaler === undefined ? { obis, value } : { obis, value, scaler })
    i += scaler === undefined ? 1 : 2
  }
}

/** The document that a named list without powers of ten goes by, which its version tells. */
function scaleNamed(entries: readonly Entry[]): UnstatedScale {
  const versions = entries.filter(({ obis }) => obis[2] === 0 && obis[3] === 2 && obis[4] === 129)
  const version = versions.map(({ value }) => String(plainValue(value))).join()
  if (version.startsWith('KFM')) return KAIFA_SCALE
  if (!version.startsWith('Kamstrup')) return {}
  const types = entries.filter(({ obis }) => obis[2] === 96 && obis[3] === 1 && obis[4] === 1)
  const isBehindTransformer = types.some(({ value }) => String(plainValue(value)).startsWith('685'))
  return isBehindTransformer ? KAMSTRUP_TRANSFORMER_SCALE : KAMSTRUP_SCALE
}

function meterValue({ obis, value, scaler }: Entry, scale: UnstatedScale): MeterValue | undefined {
  if (value.is === 'number') {
    if (scaler === undefined) return { obis: obisText(obis), ...unstatedValue(obis, value, scale) }
    const unit = cosemUnit(scaler.unit)
    return {
      obis: obisText(obis),
      value: decimal(value, scaler.power),
      ...(unit === undefined ? {} : { unit }),
    }
  }
  const plain = plainValue(value)
  return plain === undefined ? undefined : { obis: obisText(obis), value: plain }
}

function decimal({ value }: AxdrNumber, power: number): number {
  return typeof value === 'bigint' || Number.isInteger(value) ? scaled(value, power) : value * 10 ** power
}

/** A value that is no number: a text as it is, bytes as the text that they spell or else as hexadecimal digits. */
function plainValue(value: Axdr): string | boolean | undefined {
  if (value.is === 'boolean' || value.is === 'text') return value.value
  if (value.is !== 'bytes') return undefined
  return isPrintable(value.value) ? LATIN1.decode(value.value) : value.value.toHex()
}

function isPrintable(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
}

function obisOf(element: Axdr): Uint8Array | undefined {
  const bytes = octetsOf(element)
  if (bytes?.length !== OBIS_BYTES) return undefined
  return (bytes[0] ?? ANY) <= MEDIA_MAX && bytes[5] === ANY ? bytes : undefined
}

function octetsOf(element: Axdr): Uint8Array | undefined {
  return element.is === 'bytes' ? element.value : undefined
}

/** A structure of a power of ten and a unit. */
function scalerFrom(element: Axdr | undefined): Scaler | undefined {
  if (element?.is !== 'list' || element.elements.length !== 2) return undefined
  const [power, unit] = element.elements
  if (power?.is !== 'number' || power.type !== 'integer') return undefined
  if (unit?.is !== 'number' || unit.type !== 'enum') return undefined
  return { power: Number(power.value), unit: Number(unit.value) }
}

function deviceOf(values: readonly MeterValue[], loose: readonly Axdr[]): string | undefined {
  for (const name of NAMES) {
    const value = values.find(({ obis }) => obis === name)?.value
    if (typeof value === 'string' && value !== '') return value
  }
  // Austrian lists end with the number of the meter, without a name before it.
  const last = loose.at(-1)
  const bytes = last === undefined ? undefined : octetsOf(last)
  return bytes !== undefined && isPrintable(bytes) ? LATIN1.decode(bytes) : undefined
}
