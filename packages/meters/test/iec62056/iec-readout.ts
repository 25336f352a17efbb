/** The bytes of a text, a letter each. */
export function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

function blockOf(lines: readonly string[]): string {
  const checked = `${lines.map((line) => `${line}\r\n`).join('')}!\r\n\u0003`
  const sum = [...latin1(checked)].reduce((check, byte) => check ^ byte, 0)
  return `\u0002${checked}${String.fromCharCode(sum)}`
}

/** A readout of these lines between STX and ETX, with a right block check. */
export function readoutOf(lines: readonly string[], identification = 'TRI5METER'): Uint8Array {
  return latin1(`/${identification}\r\n${blockOf(lines)}`)
}

export const SETS = [
  'F.F(00)',
  'C.1(1234567890123456)',
  '1.8.0(000285.4*kWh)',
  '1-1:1.8.0*01(0029.055*MWh)',
  '1.6.0(02.468*kW)(1703100930)',
] as const

/** The same, without an identification. */
export const BLOCK = blockOf(SETS)
