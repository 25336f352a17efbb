const POLYNOMIAL = 0xa001
const STEP = 4

/** Table k: what a byte does to the CRC when k bytes follow it in the step. */
const [LAST, THIRD, SECOND, FIRST] = tables()

/**
 * CRC-16/ARC of `bytes[from, until)`, going on from the CRC of what stands before. Four bytes a step: the two first meet the
 * CRC that was, the others only their tables (slicing, M. E. Kounavis and F. L. Berry, 2005).
 *
 * @see DSMR P1 companion standard 4.0 to 5.0.2, 5.2: polynomial x^16 + x^15 + x^2 + 1, least significant bit first
 */
export function crc16Arc(bytes: Uint8Array, from: number, until: number, before = 0): number {
  let crc = before
  let at = from
  for (const whole = until - STEP; at <= whole; at += STEP)
    crc =
      (FIRST[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^
      (SECOND[(crc >>> 8) ^ (bytes[at + 1] ?? 0)] ?? 0) ^
      (THIRD[bytes[at + 2] ?? 0] ?? 0) ^
      (LAST[bytes[at + 3] ?? 0] ?? 0)
  for (; at < until; at++) crc = (crc >>> 8) ^ (LAST[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return crc
}

function tables(): readonly [Uint16Array, Uint16Array, Uint16Array, Uint16Array] {
  const last = Uint16Array.from({ length: 256 }, (_, byte) => {
    let rest = byte
    for (let bit = 0; bit < 8; bit++) rest = (rest & 1) === 0 ? rest >>> 1 : (rest >>> 1) ^ POLYNOMIAL
    return rest
  })
  const followed = (by: Uint16Array) => by.map((crc) => (crc >>> 8) ^ (last[crc & 0xff] ?? 0))
  const third = followed(last)
  const second = followed(third)
  return [last, third, second, followed(second)]
}
