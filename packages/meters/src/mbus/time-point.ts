const MINUTES_MAX = 59
const HOURS_MAX = 23
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const
/** A year of two digits from here on is one of the last century (EN 13757-3, type F: 0 to 80 are 2000 to 2080). */
const CENTURY_TURNS = 81
/** The year of a date that comes every year, such as the day of reading. */
const EVERY_YEAR = 127

/**
 * A time point as the device's clock shows it, without a time zone: `2014-03-13`, `2014-03-13T14:26:00` or `14:26:00`;
 * `--01-01` for a day that comes every year; nothing for one that is marked invalid or that no calendar has.
 *
 * @param bytes the least significant first: 2 are a date (type G), 3 a time of day (type J), 4 date and time (type F),
 *              6 date and time with seconds (type I)
 * @see         EN 13757-3, annex A
 */
export function timePoint(bytes: Uint8Array): string | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = bytes
  switch (bytes.length) {
    case 2:
      return dateOf(a, b)
    case 3:
      return timeOf(c & 0x1f, b & 0x3f, a & 0x3f)
    case 4:
      return (a & 0x80) !== 0 ? undefined : joined(dateOf(c, d, centuryOf(b)), timeOf(b & 0x1f, a & 0x3f, 0))
    case 6:
      return (b & 0x80) !== 0 ? undefined : joined(dateOf(d, e), timeOf(c & 0x1f, b & 0x3f, a & 0x3f))
    default:
      return undefined
  }
}

/** Two bits tell the century, where the device sets them. */
function centuryOf(byte: number): number {
  return (byte >> 5) & 0x03
}

function dateOf(low: number, high: number, century = 0): string | undefined {
  const day = low & 0x1f
  const month = high & 0x0f
  const year = ((high & 0xf0) >> 1) | (low >> 5)
  if (day < 1 || day > (DAYS[month - 1] ?? 0)) return undefined
  if (year === EVERY_YEAR) return `--${twoDigits(month)}-${twoDigits(day)}`
  if (year > 99) return undefined
  const full = century === 0 && year < CENTURY_TURNS ? 2000 + year : 1900 + 100 * century + year
  return `${full}-${twoDigits(month)}-${twoDigits(day)}`
}

function timeOf(hours: number, minutes: number, seconds: number): string | undefined {
  if (hours > HOURS_MAX || minutes > MINUTES_MAX || seconds > MINUTES_MAX) return undefined
  return `${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(seconds)}`
}

function joined(date: string | undefined, time: string | undefined): string | undefined {
  return date === undefined || time === undefined ? undefined : `${date}T${time}`
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}
