const POLYNOMIAL = 0xa001
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit++) rest = (rest & 1) === 0 ? rest >>> 1 : (rest >>> 1) ^ POLYNOMIAL
  return rest
})

/**
 * CRC-16/ARC of `bytes[from, until)`, going on from the CRC of what stands before.
 *
 * @see DSMR P1 companion standard 4.0 to 5.0.2, 5.2: polynomial x^16 + x^15 + x^2 + 1, least significant bit first
 */
export function crc16Arc(bytes: Uint8Array, from: number, until: number, before = 0): number {
  let crc = before
  for (let at = from; at < until; at++) crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return crc
}
