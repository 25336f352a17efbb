/** One line of a frame: a label, what it says, and a checksum of its own. */
export type TicGroup = RightTicGroup | { readonly isRight: false }

/** A group whose checksum fits. */
export interface RightTicGroup {
  readonly isRight: true
  readonly label: string
  /** `SAAMMJJhhmmss`, where the group tells when its value was taken. */
  readonly stamp?: string
  readonly value: string
  /** False when the letter before the checksum, which the historic mode does not sum, is no space. */
  readonly isSeparated: boolean
}

const TAB = 0x09
const SPACE = 0x20
const SUM_MASK = 0x3f
/** A label, a value of no letter and the checksum, with both separators. */
const GROUP_BYTES_MIN = 4
const STAMP_FIELDS = 3
const WRONG: TicGroup = { isRight: false }

/**
 * Reads a group, from behind its LF to before its CR.
 *
 * The sum of the letters, cut to six bits and raised by 0x20, is the checksum. In the standard mode the sum goes to the
 * tab before it, in the historic mode to the letter before the space.
 *
 * @see Enedis-NOI-CPT_54E, composition of a group
 */
export function ticGroup(bytes: Uint8Array): TicGroup {
  if (bytes.length < GROUP_BYTES_MIN || !isParityRight(bytes)) return WRONG
  const letters = bytes.map((byte) => byte & 0x7f)
  const last = letters.length - 1
  const separator = letters[last - 1]
  const until = separator === TAB ? last : last - 1
  let sum = 0
  for (let at = 0; at < until; at++) sum += letters[at] ?? 0
  if ((sum & SUM_MASK) + SPACE !== letters[last]) return WRONG
  return fieldsOf(String.fromCharCode(...letters.subarray(0, last - 1)), separator)
}

function fieldsOf(text: string, separator: number | undefined): TicGroup {
  if (separator !== TAB) {
    const [, label, value] = /^([^ ]+) (.*)$/s.exec(text) ?? []
    if (label === undefined || value === undefined) return WRONG
    return { isRight: true, label, value, isSeparated: separator === SPACE }
  }
  const fields = text.split('\t')
  const [label = '', first, second] = fields
  if (first === undefined || label === '' || fields.length > STAMP_FIELDS) return WRONG
  return second === undefined
    ? { isRight: true, label, value: first, isSeparated: true }
    : { isRight: true, label, stamp: first, value: second, isSeparated: true }
}

// A line of 7E1 read as 8N1 carries an even parity in the eighth bit. Where no letter of the group has one it was taken
// off before, and nothing can be told from it.
function isParityRight(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80) || bytes.every(hasEvenParity)
}

function hasEvenParity(byte: number): boolean {
  const half = byte ^ (byte >>> 4)
  const quarter = half ^ (half >>> 2)
  return ((quarter ^ (quarter >>> 1)) & 1) === 0
}
