/** What a label stands for: a number in a unit, or a text of which the letters are known. */
export interface TicLabel {
  /** Letters of its value, as the table gives them. */
  readonly letters: number
  readonly unit?: string
  /** Power of ten between what is sent and the unit. */
  readonly exponent?: number
  /** What the value may consist of; absent for a free text. */
  readonly form?: RegExp
}

const DIGITS = /^\d+$/
const HEXADECIMAL = /^[\dA-F]+$/
const KILO = 3

type Row = readonly [readonly string[], TicLabel]

function number(letters: number, unit: string, exponent = 0): TicLabel {
  return { letters, unit, exponent, form: DIGITS }
}

function code(letters: number, form = DIGITS): TicLabel {
  return { letters, form }
}

function text(letters: number): TicLabel {
  return { letters }
}

// Enedis-NOI-CPT_54E (sorties de télé-information client des appareils de comptage Linky), tables of the groups of the
// historic mode, which is that of the meters before Linky as well.
const HISTORIC: readonly Row[] = [
  [['ADCO'], code(12)],
  [['OPTARIF', 'PTEC', 'DEMAIN'], text(4)],
  [['BASE', 'HCHC', 'HCHP', 'EJPHN', 'EJPHPM'], number(9, 'Wh')],
  [['BBRHCJB', 'BBRHPJB', 'BBRHCJW', 'BBRHPJW', 'BBRHCJR', 'BBRHPJR'], number(9, 'Wh')],
  [['PEJP'], number(2, 'min')],
  [['ISOUSC'], number(2, 'A')],
  [['ADPS', ...numbered('ADIR', 3)], number(3, 'A')],
  [['IINST', ...numbered('IINST', 3), 'IMAX', ...numbered('IMAX', 3)], number(3, 'A')],
  [['PMAX'], number(5, 'W')],
  [['PAPP'], number(5, 'VA')],
  [['HHPHC'], text(1)],
  [['MOTDETAT'], code(6, HEXADECIMAL)],
  [['PPOT'], code(2, HEXADECIMAL)],
]

// The same document, tables of the groups of the standard mode.
const STANDARD: readonly Row[] = [
  [['ADSC'], code(12)],
  [['PRM'], code(14)],
  [['VTIC', 'NTARF', 'NJOURF', 'NJOURF+1'], code(2)],
  [['RELAIS'], code(3)],
  [[...numbered('DPM', 3), ...numbered('FPM', 3)], code(2)],
  [['STGE'], code(8, HEXADECIMAL)],
  [['NGTF', 'LTARF', 'MSG2'], text(16)],
  [['MSG1'], text(32)],
  [['PJOURF+1', 'PPOINTE'], text(98)],
  [['EAST', 'EAIT'], number(9, 'Wh')],
  [[...numbered('EASF', 10, 2), ...numbered('EASD', 4, 2)], number(9, 'Wh')],
  [numbered('ERQ', 4), number(9, 'varh')],
  [numbered('IRMS', 3), number(3, 'A')],
  [[...numbered('URMS', 3), ...numbered('UMOY', 3)], number(3, 'V')],
  [['PREF', 'PCOUP'], number(2, 'VA', KILO)],
  [['SINSTS', ...numbered('SINSTS', 3), 'SINSTI'], number(5, 'VA')],
  [['SMAXSN', ...numbered('SMAXSN', 3), 'SMAXIN'], number(5, 'VA')],
  [['SMAXSN-1', 'SMAXSN1-1', 'SMAXSN2-1', 'SMAXSN3-1', 'SMAXIN-1'], number(5, 'VA')],
  [['CCASN', 'CCASN-1', 'CCAIN', 'CCAIN-1'], number(5, 'W')],
]

/** The labels that are known; any other is a text of letters that nobody told us of. */
export const TIC_LABELS: ReadonlyMap<string, TicLabel> = new Map(
  [...HISTORIC, ...STANDARD].flatMap(([labels, label]) => labels.map((name) => [name, label] as const)),
)

function numbered(name: string, count: number, digits = 1): string[] {
  return Array.from({ length: count }, (_, at) => `${name}${String(at + 1).padStart(digits, '0')}`)
}
