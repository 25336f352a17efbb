const ZERO = 0x30
const NINE = 0x39

// A-B:C.D.E, with the deviations seen: a colon where a point belongs (the standard's own sample), a point where the star
// of F belongs, letters in C, A and B left out, E left out.
const CODE =
  /^(?:(\d{1,3})-(\d{1,3}):)?([\dCFLP]{1,3})[.:]([\dCFLP]{1,3})(?:[.:](\d{1,3}))?(?:[*.&](\d{1,3}))?$/

/**
 * The OBIS code of an address, reduced: `A-B:C.D.E`, with `*F` only where F is not 255. What the device left out stays
 * out: `1.8.0`, and for heat meters `6.8`.
 *
 * @returns nothing when the address is no OBIS code
 * @see IEC 62056-6-1; IEC 62056-21 annex on reduced codes; EN 13757-1 for heat
 */
export function reducedObis(address: string): string | undefined {
  if (isReduced(address)) return address
  const parts = CODE.exec(address)
  if (parts === null) return undefined
  const [, a, b, c, d, e, f] = parts
  const medium = a === undefined ? '' : `${a}-${b}:`
  const last = e === undefined ? '' : `.${e}`
  return `${medium}${c}.${d}${last}${f === undefined || f === '255' ? '' : `*${f}`}`
}

/** True for `A-B:C.D.E` of digits: nine addresses of ten, told without a pattern. */
function isReduced(address: string): boolean {
  const separators = '-:..'
  let next = 0
  let digits = 0
  for (let at = 0; at < address.length; at++) {
    const letter = address.charCodeAt(at)
    if (letter >= ZERO && letter <= NINE) {
      if (++digits > 3) return false
    } else {
      if (digits === 0 || letter !== separators.charCodeAt(next)) return false
      next++
      digits = 0
    }
  }
  return next === separators.length && digits > 0
}

/** Codes C of which digits without a unit are no quantity: general ones, and errors. */
const TEXT_C = new Set([0, 42, 97])
/** The same for D where C is 96: numbers of the device, inputs and outputs, status, messages. */
const TEXT_D = new Set([1, 2, 5, 13])
const ABSTRACT = 96
const POINT = 0x2e

/**
 * True where digits without a unit are a text (a serial number, a date, a version, an error code), not a quantity: leading
 * zeros mean something there.
 *
 * @param obis a reduced code
 */
export function isTextCode(obis: string): boolean {
  const begin = obis.indexOf(':') + 1
  const c = numberAt(obis, begin)
  const behindC = obis.indexOf('.', begin) + 1
  const d = numberAt(obis, behindC)
  const hasE = obis.includes('.', behindC)
  if (Number.isNaN(c) || Number.isNaN(d) || !hasE || TEXT_C.has(c)) return true
  if (c === 1) return obis.startsWith('0-')
  return c === ABSTRACT && TEXT_D.has(d)
}

/** The digits at `from` to the next point; NaN where there is a letter among them. */
function numberAt(obis: string, from: number): number {
  let number = 0
  for (let at = from; at < obis.length && obis.charCodeAt(at) !== POINT; at++) {
    const digit = obis.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) return Number.NaN
    number = number * 10 + digit
  }
  return number
}
