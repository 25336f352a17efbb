import type { DataSet } from '../iec62056/data-set.ts'

const VERSION_DUTCH = '1-3:0.2.8'
const VERSION_BELGIAN = '0-0:96.1.4'
const TELEGRAM_TIME = '0-0:1.0.0'
/** First version with a CRC: DSMR 4.0. */
const VERSION_CHECKED_MIN = 40
/** A time with its season, which came with DSMR 4.0. */
const STAMP = /^\d{12}[SW]$/
const FULL_ADDRESS = /^\d{1,3}-\d{1,3}:\d{1,3}[.:]\d{1,3}[.:]\d{1,3}(?:[*.]\d{1,3})?$/
const PRINTABLE = /^[ -~]*$/

/**
 * True when the standard that a telegram follows has a CRC, so that one without it was cut or tampered with.
 *
 * DSMR 2.2 and 3.0 and the EasyMeter's telegrams have none. From 4.0 on every standard (Netherlands, Belgium, Luxembourg,
 * Sweden, Norway, Finland, Hungary, Austria, ...) has a CRC and demands the telegram's own time, which the old ones do
 * not know, in a form they do not know; most announce a version as well.
 */
export function crcIsExpected(objects: readonly DataSet[]): boolean {
  return objects.some(({ address, groups }) => {
    if (address === TELEGRAM_TIME || address === VERSION_BELGIAN) return true
    if (groups.some((group) => STAMP.test(group))) return true
    return address === VERSION_DUTCH && !(Number(groups[0]) < VERSION_CHECKED_MIN)
  })
}

/**
 * True when nothing in the objects shows a damage: all that can be asked of a telegram that has no check. Every address is
 * whole and every letter printable.
 */
export function areSound(objects: readonly DataSet[]): boolean {
  return objects.every(
    ({ address, groups }) => FULL_ADDRESS.test(address) && groups.every((group) => PRINTABLE.test(group)),
  )
}
