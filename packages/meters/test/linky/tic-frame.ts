/** The bytes of a text, a letter each. */
export function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

function checksum(summed: string): string {
  const sum = [...latin1(summed)].reduce((total, byte) => total + byte, 0)
  return String.fromCharCode((sum & 0x3f) + 0x20)
}

/** A group of the historic mode: the sum ends before the space of the checksum. */
export function historic(label: string, value: string): string {
  const summed = `${label} ${value}`
  return `\n${summed} ${checksum(summed)}\r`
}

/** A group of the standard mode: the sum takes the tab of the checksum in. */
export function standard(...fields: readonly string[]): string {
  const summed = `${fields.join('\t')}\t`
  return `\n${summed}${checksum(summed)}\r`
}

export function frameOf(...groups: readonly string[]): string {
  return `\u0002${groups.join('')}\u0003`
}

export const HISTORIC = frameOf(
  historic('ADCO', '056234673197'),
  historic('OPTARIF', 'HC..'),
  historic('ISOUSC', '30'),
  historic('HCHC', '052890470'),
  historic('HCHP', '049126843'),
  historic('PTEC', 'HP..'),
  historic('IINST', '008'),
  historic('PAPP', '01890'),
  historic('HHPHC', 'D'),
  historic('MOTDETAT', '000000'),
)

export const STANDARD = frameOf(
  standard('ADSC', '064468368739'),
  standard('VTIC', '02'),
  standard('DATE', 'H240210121413', ''),
  standard('NGTF', '      BASE      '),
  standard('EAST', '003519703'),
  standard('ERQ1', '000000012'),
  standard('URMS1', '241'),
  standard('PREF', '06'),
  standard('SINSTS', '00260'),
  standard('SMAXSN', 'E240710110331', '00986'),
  standard('CCASN', 'h240210120000', '00108'),
  standard('STGE', '003A0000'),
  standard('MSG1', 'PAS DE          MESSAGE         '),
  standard('NJOURF+1', '00'),
)
