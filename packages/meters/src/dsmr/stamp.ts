import { epochMs, type EpochMs } from '@tri/units'

const ZERO = 0x30
const HOUR_MS = 3_600_000
const STAMP_LETTERS = 13
const SUMMER = 'S'
const WINTER = 'W'
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * The instant of a P1 time stamp `YYMMDDhhmmssX`, X being S in summer time and W in winter time.
 *
 * @param winterHours hours that winter time is ahead of UTC: 1 for Central Europe
 * @returns nothing when it is no such stamp: without its letter the hour of a change of time would be doubtful, and
 *          `632525252525S` is what a meter sends for a sub-meter it has never heard
 * @see     DSMR P1 companion standard 4.0 to 5.0.2, 6.4 (TST)
 */
export function stampMoment(text: string, winterHours: number): EpochMs | undefined {
  if (text.length !== STAMP_LETTERS) return undefined
  const season = text[STAMP_LETTERS - 1]
  if (season !== SUMMER && season !== WINTER) return undefined
  const year = pair(text, 0)
  const month = pair(text, 2)
  const day = pair(text, 4)
  const hour = pair(text, 6)
  const minute = pair(text, 8)
  const second = pair(text, 10)
  if (!(year >= 0 && hour <= 23 && minute <= 59 && second <= 59)) return undefined
  const leap = month === 2 && year % 4 === 0 ? 1 : 0
  const days = DAYS[month - 1]
  if (days === undefined || !(day >= 1 && day <= days + leap)) return undefined
  const hours = winterHours + (season === SUMMER ? 1 : 0)
  return epochMs(Date.UTC(2000 + year, month - 1, day, hour, minute, second) - hours * HOUR_MS)
}

/** Two digits; NaN where they are none, which passes no comparison. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO
  const ones = text.charCodeAt(at + 1) - ZERO
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}
