import type { DeviceTemplate, RegisterFact } from './device-template.ts'
import type { Sense } from './sense.ts'

const MINUTE_MS = 60_000
const KILO = 3
const phases = [0, 1, 2] as const

const float = (name: string, at: number, unit: string, exponent = 0): RegisterFact => ({
  name,
  at,
  table: 'input',
  kind: 'f32',
  exponent,
  unit,
})

// Input registers of Eastron: 32-bit floats, high word first.
const sdm630: readonly RegisterFact[] = [
  float('voltageL1', 0x0000, 'V'),
  float('voltageL2', 0x0002, 'V'),
  float('voltageL3', 0x0004, 'V'),
  float('currentL1', 0x0006, 'A'),
  float('currentL2', 0x0008, 'A'),
  float('currentL3', 0x000a, 'A'),
  float('powerL1', 0x000c, 'W'),
  float('powerL2', 0x000e, 'W'),
  float('powerL3', 0x0010, 'W'),
  float('power', 0x0034, 'W'),
  float('imported', 0x0048, 'Wh', KILO),
  float('exported', 0x004a, 'Wh', KILO),
]

const sdm72: readonly RegisterFact[] = [
  float('power', 0x0034, 'W'),
  float('imported', 0x0048, 'Wh', KILO),
  float('exported', 0x004a, 'Wh', KILO),
]

const energyAndPower: readonly Sense[] = [
  { gives: 'importWh', plus: ['imported'] },
  { gives: 'exportWh', plus: ['exported'] },
  { gives: 'powerW', plus: ['power'] },
]

/** Meters whose registers are a table in their maker's manual. */
export const registerTemplates: readonly DeviceTemplate[] = [
  {
    id: 'eastron-sdm630',
    title: 'Eastron SDM630, three phases',
    role: 'grid',
    speech: { by: 'registers', facts: sdm630, source: 'SDM630Modbus MID V2 user manual, 1.2.1' },
    senses: [
      ...energyAndPower,
      ...phases.flatMap((phase): Sense[] => [
        { gives: `phasePowersW.${phase}`, plus: [`powerL${phase + 1}`] },
        { gives: `phaseVoltagesV.${phase}`, plus: [`voltageL${phase + 1}`] },
        { gives: `phaseCurrentsA.${phase}`, plus: [`currentL${phase + 1}`] },
      ]),
    ],
    silentMs: MINUTE_MS,
  },
  {
    id: 'eastron-sdm72',
    title: 'Eastron SDM72D-M, three phases, totals only',
    role: 'grid',
    speech: { by: 'registers', facts: sdm72, source: 'SDM72D-M user manual V1.5, page 14' },
    senses: energyAndPower,
    silentMs: MINUTE_MS,
  },
]
