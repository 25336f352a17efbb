import { epochMs, type EpochMs } from '@tri/units'

import { cosemUnit } from '../cosem-unit.ts'
import { scaled } from '../decimal.ts'
import { crc16Kermit, crc16X25 } from '../crc16-x25.ts'
import type { MeterValue } from '../frame.ts'
import { obisText } from '../obis.ts'
import { BOOLEAN, INTEGER, LIST, OCTETS, SmlCursor, UNSIGNED } from './sml-cursor.ts'

/** What the messages of one SML file say. */
export interface SmlFile {
  readonly values: readonly MeterValue[]
  /** Messages whose own check failed; their values are left out. */
  readonly refusedMessages: number
  /** The server id, in hexadecimal digits. */
  readonly device?: string
  readonly measuredAt?: EpochMs
}

interface Reading {
  readonly cursor: SmlCursor
  readonly values: MeterValue[]
  device?: string
  measuredAt?: EpochMs
}

const GET_LIST_RESPONSE = 0x07_01
const MESSAGE_FIELDS = 6
const LIST_RESPONSE_FIELDS = 7
const ENTRY_FIELDS = 7
const OBIS_BYTES = 6
/** Entries of a value list that are read: no meter sends a tenth of it. */
const ENTRIES_MAX = 512
const TIME_SECONDS_INDEX = 1
const TIME_LOCAL = 3

/**
 * Reads an SML file, escapes already taken out: its messages, each with a check of its own, and of those the value
 * lists.
 *
 * @returns undefined when the bytes are not made as the standard says
 * @see     BSI TR-03109-1, annex SML 1.04: messages (4.1), SML_GetList.Res (5.1.13), SML_ListEntry, SML_Time
 */
export function smlFileFrom(bytes: Uint8Array): SmlFile | undefined {
  const cursor = new SmlCursor(bytes, 0, bytes.length)
  const reading: Reading = { cursor, values: [] }
  let refusedMessages = 0
  while (!isOnlyFill(bytes, cursor.at)) {
    const from = cursor.at
    const before = reading.values.length
    readMessage(reading)
    const until = cursor.at
    const check = cursor.number()
    if (cursor.isBroken || bytes[cursor.at++] !== 0) return undefined
    if (isMessageCheck(Number(check), bytes, from, until)) continue
    refusedMessages++
    reading.values.length = before
  }
  const { values, device, measuredAt } = reading
  return {
    values,
    refusedMessages,
    ...(device === undefined ? {} : { device }),
    ...(measuredAt === undefined ? {} : { measuredAt }),
  }
}

function isOnlyFill(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < bytes.length; at++) if (bytes[at] !== 0) return false
  return true
}

// The check is a number whose high byte is the first byte of the CRC as HDLC sends it. As a number it loses a zero
// high byte, and some meters do send it so (`62 e0`). Holley begins its CRC at zero.
function isMessageCheck(check: number, bytes: Uint8Array, from: number, until: number): boolean {
  const sent = ((check & 0xff) << 8) | (check >>> 8)
  return sent === crc16X25(bytes, from, until) || sent === crc16Kermit(bytes, from, until)
}

/** Reads a message up to its check. */
function readMessage(reading: Reading): void {
  const { cursor } = reading
  cursor.list(MESSAGE_FIELDS)
  cursor.octets()
  cursor.number()
  cursor.number()
  cursor.list(2)
  if (Number(cursor.number()) === GET_LIST_RESPONSE) readListResponse(reading)
  else cursor.skip()
}

function readListResponse(reading: Reading): void {
  const { cursor } = reading
  cursor.list(LIST_RESPONSE_FIELDS)
  cursor.octets()
  const server = cursor.octets()
  if (server.length > 0) reading.device = server.toHex()
  cursor.octets()
  const sensorAt = readTime(cursor)
  const entries = cursor.list()
  if (entries > ENTRIES_MAX) cursor.isBroken = true
  for (let left = entries; left > 0 && !cursor.isBroken; left--) readEntry(reading)
  cursor.octets()
  const gatewayAt = readTime(cursor)
  const measuredAt = sensorAt ?? gatewayAt
  if (measuredAt !== undefined) reading.measuredAt = measuredAt
}

function readEntry({ cursor, values }: Reading): void {
  cursor.list(ENTRY_FIELDS)
  const name = cursor.octets()
  if (!cursor.isAbsent()) cursor.number()
  const measuredAt = readTime(cursor)
  const unit = cursor.isAbsent() ? undefined : cosemUnit(Number(cursor.number()))
  const scaler = cursor.isAbsent() ? 0 : Number(cursor.number())
  const value = readValue(cursor, scaler)
  cursor.skip()
  if (cursor.isBroken || value === undefined || name.length !== OBIS_BYTES) return
  values.push({
    obis: obisText(name),
    value,
    ...(unit === undefined || typeof value !== 'number' ? {} : { unit }),
    ...(measuredAt === undefined ? {} : { measuredAt }),
  })
}

/** The value of an entry; undefined for what is no value of a meter (an absent one, or a list). */
function readValue(cursor: SmlCursor, scaler: number): MeterValue['value'] | undefined {
  if (cursor.isAbsent()) return undefined
  const from = cursor.at
  cursor.open()
  switch (cursor.type) {
    case INTEGER:
    case UNSIGNED:
      return scaled(cursor.numberOpened(), scaler)
    case OCTETS:
      return cursor.octetsOpened().toHex()
    case BOOLEAN: {
      const [truth = 0] = cursor.octetsOpened()
      return truth !== 0
    }
    case LIST:
      cursor.at = from
      cursor.skip()
      return undefined
    default:
      cursor.isBroken = true
      return undefined
  }
}

// SML_Time is a choice of a counter of seconds since the meter started, which says nothing about when, of a UTC time,
// and of a UTC time beside its two offsets. Holley leaves out the choice and sends the bare counter.
function readTime(cursor: SmlCursor): EpochMs | undefined {
  if (cursor.isAbsent()) return undefined
  cursor.open()
  if (cursor.type === UNSIGNED) {
    cursor.numberOpened()
    return undefined
  }
  if (cursor.type !== LIST || cursor.length !== 2) cursor.isBroken = true
  const choice = Number(cursor.number())
  if (choice < TIME_SECONDS_INDEX || choice > TIME_LOCAL) cursor.isBroken = true
  if (choice === TIME_LOCAL) cursor.list(3)
  const seconds = Number(cursor.number())
  if (choice === TIME_LOCAL) {
    cursor.number()
    cursor.number()
  }
  const isInstant = choice !== TIME_SECONDS_INDEX && seconds > 0 && !cursor.isBroken
  return isInstant ? epochMs(seconds * 1_000) : undefined
}
