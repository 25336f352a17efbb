import { crc16Arc } from '../dsmr/crc16-arc.ts'
import type { MeterFace } from './meter-face.ts'

const WH_PER_KWH = 1000

/**
 * A DSMR 5 telegram as a meter with a P1 port sends it, with its check.
 *
 * @see Dutch Smart Meter Requirements P1 companion standard 5.0.2, 6.12
 */
export function p1Telegram({ at, serial, importWh, exportWh, powerW }: MeterFace): Uint8Array {
  const equipment = new TextEncoder().encode(serial).toHex().toUpperCase()
  const lines = [
    '/TRI5\\253VIRTUAL',
    '',
    '1-3:0.2.8(50)',
    `0-0:1.0.0(${winterTime(at)})`,
    `0-0:96.1.1(${equipment})`,
    `1-0:1.8.1(${kilo(importWh, 6)}*kWh)`,
    `1-0:1.8.2(${kilo(0, 6)}*kWh)`,
    `1-0:2.8.1(${kilo(exportWh, 6)}*kWh)`,
    `1-0:2.8.2(${kilo(0, 6)}*kWh)`,
    '0-0:96.14.0(0001)',
    `1-0:1.7.0(${kilo(Math.max(0, powerW), 2)}*kW)`,
    `1-0:2.7.0(${kilo(Math.max(0, -powerW), 2)}*kW)`,
    '!',
  ]
  const text = new TextEncoder().encode(lines.join('\r\n'))
  const check = crc16Arc(text, 0, text.length).toString(16).toUpperCase().padStart(4, '0')
  return new TextEncoder().encode(`${lines.join('\r\n')}${check}\r\n`)
}

function kilo(of: number, digits: number): string {
  const whole = Math.round(of)
  return `${String(Math.floor(whole / WH_PER_KWH)).padStart(digits, '0')}.${String(whole % WH_PER_KWH).padStart(3, '0')}`
}

const HOUR_MS = 3_600_000

// The clock of a virtual meter stays in winter time all year: it says so in each stamp, so nothing is ambiguous.
function winterTime(at: number): string {
  const digits = Temporal.Instant.fromEpochMilliseconds(at + HOUR_MS).toString({ smallestUnit: 'second' })
  return `${digits.slice(2).replaceAll(/[-T:Z]/g, '')}W`
}
