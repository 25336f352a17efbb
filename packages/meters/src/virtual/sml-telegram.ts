import { crc16X25 } from '../crc16-x25.ts'
import type { MeterFace } from './meter-face.ts'

const ESCAPE = [0x1b, 0x1b, 0x1b, 0x1b] as const
const VERSION_1 = [0x01, 0x01, 0x01, 0x01] as const
const ABSENT = 0x01
const WATT_HOUR = 30
const WATT = 27
const TENTH = -1

/**
 * An SML file as an optical head of an electronic meter sends it, with the checks of its messages and its own.
 *
 * @see SML 1.04, Smart Message Language (BSI TR-03109-1, annex); units of IEC 62056-6-2
 */
export function smlTelegram({ at, serial, importWh, exportWh, powerW }: MeterFace): Uint8Array {
  const server = new TextEncoder().encode(serial).slice(0, 13)
  const seconds = Math.floor(at / 1000) % 2 ** 32
  const transaction = (message: number) =>
    octets(Uint8Array.of(seconds & 0xff, (seconds >> 8) & 0xff, message))
  const open = choice(
    0x0101,
    list([ABSENT, ABSENT, ...octets(Uint8Array.of(1)), ...octets(server), ABSENT, ABSENT], 6),
  )
  const values = [
    entry([1, 0, 0, 0, 9, 255], octets(server)),
    entry([1, 0, 1, 8, 0, 255], integer64(importWh * 10), WATT_HOUR, TENTH),
    entry([1, 0, 2, 8, 0, 255], integer64(exportWh * 10), WATT_HOUR, TENTH),
    entry([1, 0, 16, 7, 0, 255], integer64(Math.round(powerW * 10)), WATT, TENTH),
  ]
  const names = octets(Uint8Array.of(1, 0, 98, 10, 255, 255))
  const sensorTime = list([0x62, 0x01, 0x65, ...unsigned32(seconds)], 2)
  const body = [
    ABSENT,
    ...octets(server),
    ...names,
    ...sensorTime,
    ...list(values.flat(), values.length),
    ABSENT,
    ABSENT,
  ]
  const messages = [
    ...message(transaction(0), open),
    ...message(transaction(1), choice(0x0701, list(body, 7))),
    ...message(transaction(2), choice(0x0201, list([ABSENT], 1))),
  ]
  return file(messages)
}

function file(messages: readonly number[]): Uint8Array {
  const padding = (4 - (messages.length % 4)) % 4
  const head = [
    ...ESCAPE,
    ...VERSION_1,
    ...messages,
    ...Array.from({ length: padding }, () => 0),
    ...ESCAPE,
    0x1a,
    padding,
  ]
  return Uint8Array.from([...head, ...lowFirst(crcOf(head))])
}

function message(transaction: readonly number[], body: readonly number[]): number[] {
  // Six parts: transaction, group, abort rule, body, check, end.
  const begun = [0x76, ...transaction, 0x62, 0x00, 0x62, 0x00, ...body]
  return [...begun, 0x63, ...lowFirst(crcOf(begun)), 0x00]
}

function entry(code: readonly number[], value: readonly number[], unit?: number, scaler?: number): number[] {
  const scale = scaler === undefined ? [ABSENT] : [0x52, scaler & 0xff]
  const parts = [
    ...octets(Uint8Array.from(code)),
    ABSENT,
    ABSENT,
    ...(unit === undefined ? [ABSENT] : [0x62, unit]),
  ]
  return list([...parts, ...scale, ...value, ABSENT], 7)
}

const choice = (tag: number, body: readonly number[]) => [0x72, 0x63, tag >> 8, tag & 0xff, ...body]
const list = (parts: readonly number[], count: number) => [0x70 | count, ...parts]
const octets = (bytes: Uint8Array) => [bytes.length + 1, ...bytes]
const lowFirst = (check: number) => [check & 0xff, check >> 8]
const crcOf = (bytes: readonly number[]) => crc16X25(Uint8Array.from(bytes), 0, bytes.length)

function unsigned32(value: number): number[] {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, value)
  return [...new Uint8Array(view.buffer)]
}

function integer64(value: number): number[] {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigInt64(0, BigInt(value))
  return [0x59, ...new Uint8Array(view.buffer)]
}
