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

const TEXT_GENERAL = new Set(['1', '2', '5', '13'])

/**
 * True where digits without a unit are a text (a serial number, a date, a version, an error code), not a quantity: leading
 * zeros mean something there.
 */
export function isTextCode(obis: string): boolean {
  const medium = obis.indexOf(':')
  const [code = ''] = obis.slice(medium + 1).split('*', 1)
  const [c = '', d = '', e] = code.split('.')
  if (e === undefined || c === '0' || c === '42' || c === '97' || !/^\d/.test(c)) return true
  if (c === '1') return obis.startsWith('0-')
  return c === '96' && TEXT_GENERAL.has(d)
}
