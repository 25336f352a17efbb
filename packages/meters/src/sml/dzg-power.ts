import { scaled } from '../decimal.ts'
import type { Frame } from '../frame.ts'
import { INTEGER, SmlCursor } from './sml-cursor.ts'

const POWER = '1-0:16.7.0'
/** The name of the power's entry as it is in the frame: an octet string of six bytes. */
const POWER_NAME = Uint8Array.of(0x07, 1, 0, 16, 7, 0, 255)
/** A server id of DZG: medium electricity, the letters DZG, block 0; its last four bytes are the serial number. */
const DZG_SERVER = '0a01445a4700'
const SERVER_DIGITS = DZG_SERVER.length + 8
/** The numbers DZG kept for the DVS74 built before firmware 1.2, both ends included. */
const SERIALS = [
  { from: 42_000_000, until: 48_999_999 },
  { from: 55_000_000, until: 58_999_999 },
] as const
/** DZG shortens positive numbers only: one of four bytes or more with a minus was meant. */
const SHORTENED_BYTES_MAX = 3

/**
 * The frame with the power that a DZG DVS74 meant. Those meters send a power of 327.68 W to 655.35 W, and others that
 * fill one to three bytes, as a signed number without room for the sign, so that it reads as an export.
 *
 * The codec gives what was sent, as the standard reads it; the driver of such a meter puts this after it. Any other
 * frame comes back as it is.
 *
 * @see volkszaehler/libsml, issues 59 and 105 and pull request 136, which quotes the maker on the serial numbers
 */
export function dzgPowerAsMeant(frame: Frame): Frame {
  if (frame.protocol !== 'sml' || !isAffected(frame.device ?? '')) return frame
  const meant = powerAsMeant(frame.bytes)
  if (meant === undefined) return frame
  const values = frame.values.map((value) => (value.obis === POWER ? { ...value, value: meant } : value))
  return { ...frame, values }
}

function isAffected(server: string): boolean {
  if (!server.startsWith(DZG_SERVER) || server.length !== SERVER_DIGITS) return false
  const serial = Number.parseInt(server.slice(DZG_SERVER.length), 16)
  return SERIALS.some(({ from, until }) => serial >= from && serial <= until)
}

/** The power of the frame without its false sign; undefined where it has none. */
function powerAsMeant(bytes: Uint8Array): number | undefined {
  const cursor = new SmlCursor(bytes, entryOfPower(bytes), bytes.length)
  cursor.octets()
  cursor.skip()
  cursor.skip()
  cursor.skip()
  const scaler = Number(cursor.number())
  cursor.open()
  if (cursor.isBroken || cursor.type !== INTEGER || cursor.length > SHORTENED_BYTES_MAX) return undefined
  const span = 2 ** (8 * cursor.length)
  const sent = Number(cursor.numberOpened())
  return cursor.isBroken || sent >= 0 ? undefined : scaled(sent + span, scaler)
}

function entryOfPower(bytes: Uint8Array): number {
  const [first = 0] = POWER_NAME
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1))
    if (POWER_NAME.every((byte, i) => bytes[at + i] === byte)) return at
  return bytes.length
}
