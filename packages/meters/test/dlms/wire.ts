import { crc16X25 } from '../../src/crc16-x25.ts'

/** Bytes that hexadecimal digits name; spaces between them are for the reader. */
export function bytesOf(digits: string): Uint8Array {
  return Uint8Array.fromHex(digits.replaceAll(/\s+/g, ''))
}

interface HdlcOptions {
  readonly isSegmented?: boolean
  readonly addresses?: string
  readonly control?: number
}

/** A frame of HDLC around information, with right checks. */
export function hdlc(
  information: string,
  { isSegmented = false, addresses = '4108 83', control = 0x13 }: HdlcOptions = {},
): Uint8Array {
  const content = bytesOf(information)
  const to = bytesOf(addresses)
  const length = 2 + to.length + 1 + 2 + (content.length > 0 ? content.length + 2 : 0)
  const header = [0xa0 | (isSegmented ? 8 : 0) | (length >> 8), length & 255, ...to, control]
  const checked = withCrc(header)
  return Uint8Array.from([0x7e, ...(content.length > 0 ? withCrc([...checked, ...content]) : checked), 0x7e])
}

function withCrc(bytes: readonly number[]): number[] {
  const crc = crc16X25(Uint8Array.from(bytes), 0, bytes.length)
  return [...bytes, crc & 255, crc >> 8]
}

/** A long frame of M-Bus around a segment of DLMS. */
export function mbus(content: string, ci: number): Uint8Array {
  const fields = [0x53, 0xff, ci, 0x01, 0x67, ...bytesOf(content)]
  const sum = fields.reduce((total, byte) => total + byte, 0) & 255
  return Uint8Array.from([0x68, fields.length, fields.length, 0x68, ...fields, sum, 0x16])
}

/** A block of general block transfer. */
export function block(content: string, number: number, { isLast = false } = {}): string {
  const length = bytesOf(content).length
  const head = [0xe0, isLast ? 0xc0 : 0x40, number >> 8, number & 255, 0, 0]
  return `${Uint8Array.from([...head, ...(length < 128 ? [length] : [0x82, length >> 8, length & 255])]).toHex()}${content}`
}

/** Pieces of the wire, one behind the other. */
export function wire(...pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]))
}

/** The header of the logical link. */
export const LLC = 'e6e700'
/** A data-notification without a date-time around a body. */
export const notification = (body: string): string => `0f00000001 00 ${body}`
/** An object of a named list with its power of ten and its unit, Aidon's way. */
export const IMPORTED = '0203 0906 0100010800ff 06 0022ab8a 0202 0f01 161e'
/** A push list of one register, and what it says. */
export const LIST = notification(`0101 ${IMPORTED}`)
export const LISTED = { obis: '1-0:1.8.0', value: 22_721_380, unit: 'Wh' } as const
