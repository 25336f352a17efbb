import type { Sense } from './sense.ts'

// Codes of IEC 62056-61: 1 and 2 are active energy in and out, 16 the signed sum, 21, 41 and 61 the phases in, 22, 42 and 62
// out, 36, 56 and 76 the phases signed, 32, 52 and 72 voltages, 31, 51 and 71 currents; E counts tariffs.
const tariffs = (of: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${of}.8.${index + 1}`)
const signed = ['36.7.0', '56.7.0', '76.7.0'] as const
const inward = ['21.7.0', '41.7.0', '61.7.0'] as const
const outward = ['22.7.0', '42.7.0', '62.7.0'] as const
const phases = [0, 1, 2] as const

/** Meters that name their values by OBIS: P1, SML, IEC 62056-21, DLMS. */
export const obisSenses: readonly Sense[] = [
  { gives: 'importWh', plus: ['1.8.0'] },
  ...[4, 3, 2, 1].map((count): Sense => ({ gives: 'importWh', plus: tariffs('1', count) })),
  { gives: 'exportWh', plus: ['2.8.0'] },
  ...[4, 3, 2, 1].map((count): Sense => ({ gives: 'exportWh', plus: tariffs('2', count) })),
  { gives: 'powerW', plus: ['16.7.0'] },
  { gives: 'powerW', plus: ['1.7.0'], minus: ['2.7.0'] },
  { gives: 'powerW', plus: ['1.7.0'] },
  ...phases.flatMap((phase): Sense[] => [
    { gives: `phasePowersW.${phase}`, plus: [signed[phase]] },
    { gives: `phasePowersW.${phase}`, plus: [inward[phase]], minus: [outward[phase]] },
    { gives: `phasePowersW.${phase}`, plus: [inward[phase]] },
    { gives: `phaseVoltagesV.${phase}`, plus: [`${32 + 20 * phase}.7.0`] },
    { gives: `phaseCurrentsA.${phase}`, plus: [`${31 + 20 * phase}.7.0`] },
  ]),
]

// Enedis-NOI-CPT_54E: EAST and EAIT are the totals of the standard mode; a historic contract has one set of indices.
const CONTRACTS: readonly (readonly string[])[] = [
  ['BASE'],
  ['HCHC', 'HCHP'],
  ['EJPHN', 'EJPHPM'],
  ['BBRHCJB', 'BBRHPJB', 'BBRHCJW', 'BBRHPJW', 'BBRHCJR', 'BBRHPJR'],
]

/** Linky: it tells apparent power, which is no power in W and is not taken for it. */
export const linkySenses: readonly Sense[] = [
  { gives: 'importWh', plus: ['EAST'] },
  { gives: 'exportWh', plus: ['EAIT'] },
  ...CONTRACTS.map((plus): Sense => ({ gives: 'importWh', plus })),
  ...phases.map((phase): Sense => ({ gives: `phaseVoltagesV.${phase}`, plus: [`URMS${phase + 1}`] })),
]

/** SunSpec meters (201 to 204 and 211 to 214): positive is into what stands behind them. */
export const sunspecMeterSenses: readonly Sense[] = [201, 202, 203, 204, 211, 212, 213, 214].flatMap(
  (model): Sense[] => [
    { gives: 'importWh', plus: [`${model}.TotWhImp`] },
    { gives: 'exportWh', plus: [`${model}.TotWhExp`] },
    { gives: 'powerW', plus: [`${model}.W`] },
    { gives: 'phasePowersW.0', plus: [`${model}.WphA`] },
    { gives: 'phasePowersW.1', plus: [`${model}.WphB`] },
    { gives: 'phasePowersW.2', plus: [`${model}.WphC`] },
    { gives: 'phaseVoltagesV.0', plus: [`${model}.PhVphA`] },
    { gives: 'phaseVoltagesV.1', plus: [`${model}.PhVphB`] },
    { gives: 'phaseVoltagesV.2', plus: [`${model}.PhVphC`] },
  ],
)

/** SunSpec inverters (101 to 103, 111 to 113, 701): what they produce leaves them, and is their export. */
export const sunspecInverterSenses: readonly Sense[] = [
  { gives: 'exportWh', plus: ['701.TotWhInj'] },
  { gives: 'importWh', plus: ['701.TotWhAbs'] },
  { gives: 'powerW', plus: [], minus: ['701.W'] },
  ...[101, 102, 103, 111, 112, 113].flatMap((model): Sense[] => [
    { gives: 'exportWh', plus: [`${model}.WH`] },
    { gives: 'powerW', plus: [], minus: [`${model}.W`] },
    { gives: 'temperatureC', plus: [`${model}.TmpCab`] },
  ]),
  { gives: 'charge100', plus: ['713.SoC'] },
  { gives: 'charge100', plus: ['802.SoC'] },
  { gives: 'charge100', plus: ['124.ChaState'] },
]

// Names of OCPP 1.6 section 7.31 and 2.0.1 part 2, MeasurandEnumType. A car that feeds back draws what it imports less that.
const perPhase = (measurand: string) => [`${measurand}.L1`, `${measurand}.L2`, `${measurand}.L3`]

/** Chargers: what flows into the car is import. */
export const ocppSenses: readonly Sense[] = [
  { gives: 'importWh', plus: ['Energy.Active.Import.Register'] },
  { gives: 'importWh', plus: perPhase('Energy.Active.Import.Register') },
  { gives: 'exportWh', plus: ['Energy.Active.Export.Register'] },
  { gives: 'powerW', plus: ['Power.Active.Import'], minus: ['Power.Active.Export'] },
  { gives: 'powerW', plus: ['Power.Active.Import'] },
  { gives: 'powerW', plus: perPhase('Power.Active.Import') },
  ...phases.flatMap((phase): Sense[] => [
    { gives: `phasePowersW.${phase}`, plus: [`Power.Active.Import.L${phase + 1}`] },
    { gives: `phaseVoltagesV.${phase}`, plus: [`Voltage.L${phase + 1}-N`] },
    { gives: `phaseVoltagesV.${phase}`, plus: [`Voltage.L${phase + 1}`] },
    { gives: `phaseCurrentsA.${phase}`, plus: [`Current.Import.L${phase + 1}`] },
  ]),
  { gives: 'charge100', plus: ['SoC'] },
]
