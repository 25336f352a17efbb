import { epochMs, type EpochMs } from '@tri/units'

/** Bytes of a date-time. */
export const DATE_TIME_BYTES = 12

const UNSPECIFIED = 0xff
const DEVIATION_UNSPECIFIED = 0x80_00
const MINUTE_MS = 60_000
/** Minutes between local time and UTC, either way: no zone is further off. */
const DEVIATION_MINUTES_MAX = 15 * 60

/**
 * The instant of a date-time of DLMS: year, month, day, weekday, hour, minute, second, hundredths, deviation, status.
 * The deviation is what must be added to local time to reach UTC: -60 in Rome in winter. Undefined when a part of it, or
 * the deviation, is not told, as then nobody knows which instant it is.
 *
 * @see DLMS UA Blue Book (IEC 62056-6-2), "Date and time formats"
 */
export function instantFrom(bytes: Uint8Array): EpochMs | undefined {
  if (bytes.length !== DATE_TIME_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const year = view.getUint16(0)
  const [month = 0, day = 0] = bytes.subarray(2, 4)
  const [hour = 0, minute = 0, second = 0] = bytes.subarray(5, 8)
  const deviation = view.getInt16(9)
  if (view.getUint16(9) === DEVIATION_UNSPECIFIED || Math.abs(deviation) > DEVIATION_MINUTES_MAX)
    return undefined
  if (year < 1970 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return undefined
  if (hour > 23 || minute > 59) return undefined
  // Some meters leave the second open.
  const whole = second === UNSPECIFIED ? 0 : second
  if (whole > 59) return undefined
  const instant = Date.UTC(year, month - 1, day, hour, minute, whole) + deviation * MINUTE_MS
  return instant < 0 ? undefined : epochMs(instant)
}
