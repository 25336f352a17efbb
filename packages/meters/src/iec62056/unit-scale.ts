/** What a unit of the wire is called here, and the power of ten between the two. */
export interface UnitScale {
  readonly unit: string
  readonly exponent: number
}

const KILO = 3
const MEGA = 6
const GIGA = 9
const MILLI = -3

// As meters write them; capitals differ from maker to maker (`kVArh`, `kvarh`, `KWH`), so they are looked up without.
const SCALES: readonly (readonly [string, string, number])[] = [
  ['Wh', 'Wh', 0],
  ['kWh', 'Wh', KILO],
  ['MWh', 'Wh', MEGA],
  ['GWh', 'Wh', GIGA],
  ['W', 'W', 0],
  ['kW', 'W', KILO],
  ['MW', 'W', MEGA],
  ['varh', 'varh', 0],
  ['kvarh', 'varh', KILO],
  ['Mvarh', 'varh', MEGA],
  ['var', 'var', 0],
  ['kvar', 'var', KILO],
  ['Mvar', 'var', MEGA],
  ['VAh', 'VAh', 0],
  ['kVAh', 'VAh', KILO],
  ['MVAh', 'VAh', MEGA],
  ['VA', 'VA', 0],
  ['kVA', 'VA', KILO],
  ['MVA', 'VA', MEGA],
  ['V', 'V', 0],
  ['kV', 'V', KILO],
  ['A', 'A', 0],
  ['kA', 'A', KILO],
  ['mA', 'A', MILLI],
  ['Hz', 'Hz', 0],
  ['s', 's', 0],
  ['min', 'min', 0],
  ['h', 'h', 0],
  ['m3', 'm³', 0],
  ['dm3', 'm³', MILLI],
  ['l', 'm³', MILLI],
  ['m3ph', 'm³/h', 0],
  ['m3/h', 'm³/h', 0],
  ['J', 'J', 0],
  ['kJ', 'kJ', 0],
  ['MJ', 'MJ', 0],
  ['GJ', 'GJ', 0],
  ['C', '°C', 0],
  ['Deg', '°', 0],
]

// A small m before a capital is a thousandth; no meter was seen that sends one, so it is given as it was sent.
const MILLI_WRITTEN = /^m(?:W|V|J)/
/** Heat meters join values: `088*C&082*C`. */
const NO_UNIT = /[*&]/
const asWritten = new Map<string, UnitScale>()
for (const [written, unit, exponent] of SCALES)
  for (const form of [written, written.toLowerCase(), written.toUpperCase()])
    if (!asWritten.has(form)) asWritten.set(form, { unit, exponent })

/** The unit and scale behind a unit as it was sent; one that is not known stays as it is. Nothing where it is none. */
export function unitScale(written: string): UnitScale | undefined {
  const known = asWritten.get(written)
  if (known !== undefined) return known
  if (NO_UNIT.test(written)) return undefined
  const folded = MILLI_WRITTEN.test(written) ? undefined : asWritten.get(written.trim().toLowerCase())
  return folded ?? { unit: written.trim(), exponent: 0 }
}
