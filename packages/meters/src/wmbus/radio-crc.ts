const POLYNOMIAL = 0x3d65

const TABLE = Uint16Array.from({ length: 256 }, (_, index) => {
  let crc = index << 8
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL
  return crc & 0xffff
})

/** The check of radio M-Bus over `bytes` (EN 13757-4: polynomial 0x3D65, from 0, inverted at the end). */
export function radioCrc(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) crc = ((crc << 8) ^ (TABLE[(crc >> 8) ^ byte] ?? 0)) & 0xffff
  return crc ^ 0xffff
}
