import { crc16Arc } from '../../src/dsmr/crc16-arc.ts'

/** The bytes of a text, a letter each. */
export function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** A telegram of these lines with a right CRC behind it. */
export function telegramOf(lines: readonly string[], identification = 'TRI5\\2METER'): string {
  const body = `/${identification}\r\n\r\n${lines.map((line) => `${line}\r\n`).join('')}!`
  const bytes = latin1(body)
  const crc = crc16Arc(bytes, 0, bytes.length)
  return `${body}${crc.toString(16).toUpperCase().padStart(4, '0')}\r\n`
}

export const TIME = '0-0:1.0.0(230724150730S)'
export const IMPORT = '1-0:1.8.0(000173.640*kWh)'

/** A telegram of today, as a Dutch meter with a gas meter behind it sends it. */
export const DUTCH = telegramOf([
  '1-3:0.2.8(50)',
  TIME,
  '0-0:96.1.1(4B384547303034303436333935353037)',
  '1-0:1.8.1(000004.426*kWh)',
  '1-0:2.8.1(000002.444*kWh)',
  '0-0:96.14.0(0002)',
  '1-0:1.7.0(00.244*kW)',
  '1-0:99.97.0(1)(0-0:96.7.19)(180529135630S)(0000002451*s)',
  '0-0:96.13.0()',
  '1-0:32.7.0(0230.0*V)',
  '0-1:24.1.0(003)',
  '0-1:24.2.1(170102161005W)(00000.107*m3)',
])
