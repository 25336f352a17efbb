import { crc16X25 } from '../crc16-x25.ts'
import type { MeterFace } from './meter-face.ts'

const FLAG = 0x7e
const FORMAT_TYPE_3 = 0xa0
/** Destination, source and control of an unnumbered frame from a meter that pushes. */
const ADDRESSES = [0x41, 0x08, 0x83, 0x13] as const
const LOGICAL_LINK = [0xe6, 0xe7, 0x00] as const
const NOTIFICATION = [0x0f, 0x00, 0x00, 0x00, 0x01] as const
const WATT_HOUR = 30
const WATT = 27
const UTC_DEVIATION = [0x00, 0x00] as const

/**
 * A push of a DLMS meter at its HAN port, in one frame of HDLC with its checks: each register with its name, its unit and its
 * power of ten, as Aidon's meters list them.
 *
 * @see IEC 62056-5-3, data-notification service; IEC 62056-46, frame format type 3
 */
export function dlmsPush({ at, serial, importWh, exportWh, powerW }: MeterFace): Uint8Array {
  const entries = [
    named([0, 0, 96, 1, 0, 255], serial),
    register([1, 0, 1, 8, 0, 255], importWh, WATT_HOUR),
    register([1, 0, 2, 8, 0, 255], exportWh, WATT_HOUR),
    register([1, 0, 1, 7, 0, 255], Math.max(0, powerW), WATT),
    register([1, 0, 2, 7, 0, 255], Math.max(0, -powerW), WATT),
  ]
  const list = [0x01, entries.length, ...entries.flat()]
  return hdlcFrame([...LOGICAL_LINK, ...NOTIFICATION, ...dateTime(at), ...list])
}

/** A structure of name and text. */
function named(obis: readonly number[], text: string): number[] {
  const bytes = new TextEncoder().encode(text)
  return [0x02, 0x02, ...octets(obis), 0x0a, bytes.length, ...bytes]
}

/** A structure of name, unsigned number of 32 bits, and its power of ten with its unit. */
function register(obis: readonly number[], value: number, unit: number): number[] {
  return [
    0x02,
    0x03,
    ...octets(obis),
    0x06,
    ...unsigned32(Math.round(value)),
    0x02,
    0x02,
    0x0f,
    0,
    0x16,
    unit,
  ]
}

const octets = (bytes: readonly number[]) => [0x09, bytes.length, ...bytes]

/** Year, month, day, day of the week, hour, minute, second, hundredths, deviation from UTC, status. */
function dateTime(at: number): number[] {
  const { year, month, day, dayOfWeek, hour, minute, second } =
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('UTC')
  const date = [year >> 8, year & 0xff, month, day, dayOfWeek]
  return [12, ...date, hour, minute, second, 0, ...UTC_DEVIATION, 0]
}

function hdlcFrame(information: readonly number[]): Uint8Array {
  // Format, addresses and control, the header's check, what is told, the frame's check.
  const length = 2 + ADDRESSES.length + 2 + information.length + 2
  const header = withCheck([FORMAT_TYPE_3 | (length >> 8), length & 0xff, ...ADDRESSES])
  return Uint8Array.from([FLAG, ...withCheck([...header, ...information]), FLAG])
}

function withCheck(bytes: readonly number[]): number[] {
  const check = crc16X25(Uint8Array.from(bytes), 0, bytes.length)
  return [...bytes, check & 0xff, check >> 8]
}

function unsigned32(value: number): number[] {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, value)
  return [...new Uint8Array(view.buffer)]
}
