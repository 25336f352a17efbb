const POLYNOMIAL = 0x84_08
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL
  return crc
})

/**
 * CRC-16/X-25 of `bytes` from `from` to `until`, as a number whose low byte is sent first.
 *
 * @see ISO/IEC 13239 (HDLC), which SML and DLMS both take their check from
 */
export function crc16X25(bytes: Uint8Array, from: number, until: number): number {
  return crc16(bytes, from, until, 0xff_ff) ^ 0xff_ff
}

/** CRC-16/KERMIT: the same polynomial, begun at zero and not inverted. */
export function crc16Kermit(bytes: Uint8Array, from: number, until: number): number {
  return crc16(bytes, from, until, 0)
}

function crc16(bytes: Uint8Array, from: number, until: number, begin: number): number {
  let crc = begin
  for (let at = from; at < until; at++) crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return crc
}
