import { evcc } from '../payload/evcc.ts'
import { homeWizard } from '../payload/homewizard.ts'
import { openEms } from '../payload/openems.ts'
import { shelly } from '../payload/shelly.ts'
import { tasmota } from '../payload/tasmota.ts'
import type { DeviceTemplate } from './device-template.ts'
import type { Sense } from './sense.ts'

const MINUTE_MS = 60_000
const phases = [0, 1, 2] as const
const LETTERS = ['a', 'b', 'c'] as const

const shellyPhases = phases.flatMap((phase): Sense[] => [
  { gives: `phasePowersW.${phase}`, plus: [`emeters.${phase}.power`] },
  { gives: `phaseVoltagesV.${phase}`, plus: [`emeters.${phase}.voltage`] },
  { gives: `phaseCurrentsA.${phase}`, plus: [`emeters.${phase}.current`] },
])
const three = (of: string, field: string) => phases.map((phase) => `${of}.${phase}.${field}`)

/** Devices that speak JSON, over HTTP or MQTT. */
export const payloadTemplates: readonly DeviceTemplate[] = [
  {
    id: 'homewizard-p1',
    title: 'HomeWizard P1 meter or kWh meter',
    role: 'grid',
    speech: { by: 'payloads', protocol: homeWizard, topics: [], path: '/api/v1/data' },
    senses: [
      { gives: 'importWh', plus: ['total_power_import_kwh'] },
      { gives: 'importWh', plus: ['energy_import_kwh'] },
      { gives: 'exportWh', plus: ['total_power_export_kwh'] },
      { gives: 'exportWh', plus: ['energy_export_kwh'] },
      { gives: 'powerW', plus: ['active_power_w'] },
      { gives: 'powerW', plus: ['power_w'] },
      ...phases.flatMap((phase): Sense[] => [
        { gives: `phasePowersW.${phase}`, plus: [`active_power_l${phase + 1}_w`] },
        { gives: `phasePowersW.${phase}`, plus: [`power_l${phase + 1}_w`] },
        { gives: `phaseVoltagesV.${phase}`, plus: [`active_voltage_l${phase + 1}_v`] },
        { gives: `phaseCurrentsA.${phase}`, plus: [`active_current_l${phase + 1}_a`] },
      ]),
    ],
    silentMs: MINUTE_MS,
  },
  {
    id: 'shelly-em',
    title: 'Shelly EM, first channel',
    role: 'grid',
    speech: { by: 'payloads', protocol: shelly, topics: [], path: '/status' },
    senses: [
      { gives: 'importWh', plus: ['emeters.0.total'] },
      { gives: 'exportWh', plus: ['emeters.0.total_returned'] },
      { gives: 'powerW', plus: ['emeters.0.power'] },
      { gives: 'phaseVoltagesV.0', plus: ['emeters.0.voltage'] },
    ],
    silentMs: MINUTE_MS,
  },
  {
    id: 'shelly-3em',
    title: 'Shelly 3EM, three phases',
    role: 'grid',
    speech: { by: 'payloads', protocol: shelly, topics: [], path: '/status' },
    senses: [
      { gives: 'importWh', plus: three('emeters', 'total') },
      { gives: 'exportWh', plus: three('emeters', 'total_returned') },
      { gives: 'powerW', plus: three('emeters', 'power') },
      ...shellyPhases,
    ],
    silentMs: MINUTE_MS,
  },
  {
    id: 'shelly-pro-3em',
    title: 'Shelly Pro 3EM and other meters of Gen2 and later, three phases',
    role: 'grid',
    speech: {
      by: 'payloads',
      protocol: shelly,
      topics: ['{name}/events/rpc'],
      path: '/rpc/Shelly.GetStatus',
    },
    senses: [
      { gives: 'importWh', plus: ['emdata:0.total_act'] },
      { gives: 'exportWh', plus: ['emdata:0.total_act_ret'] },
      { gives: 'powerW', plus: ['em:0.total_act_power'] },
      ...phases.flatMap((phase): Sense[] => [
        { gives: `phasePowersW.${phase}`, plus: [`em:0.${LETTERS[phase]}_act_power`] },
        { gives: `phaseVoltagesV.${phase}`, plus: [`em:0.${LETTERS[phase]}_voltage`] },
        { gives: `phaseCurrentsA.${phase}`, plus: [`em:0.${LETTERS[phase]}_current`] },
      ]),
    ],
    silentMs: MINUTE_MS,
  },
  {
    id: 'shelly-plug',
    title: 'Shelly plug or switch of any generation',
    role: 'load',
    speech: {
      by: 'payloads',
      protocol: shelly,
      topics: ['{name}/events/rpc'],
      path: '/rpc/Switch.GetStatus?id=0',
    },
    // `aenergy` counts both directions where the device tells the returned one too.
    senses: [
      { gives: 'importWh', plus: ['aenergy.total'], minus: ['ret_aenergy.total'] },
      { gives: 'importWh', plus: ['aenergy.total'] },
      { gives: 'importWh', plus: ['meters.0.total'] },
      { gives: 'exportWh', plus: ['ret_aenergy.total'] },
      { gives: 'powerW', plus: ['apower'] },
      { gives: 'powerW', plus: ['meters.0.power'] },
      { gives: 'temperatureC', plus: ['temperature.tC'] },
    ],
    silentMs: 5 * MINUTE_MS,
  },
  {
    id: 'tasmota-plug',
    title: 'Plug with Tasmota',
    role: 'load',
    speech: {
      by: 'payloads',
      protocol: tasmota,
      topics: ['tele/{name}/SENSOR'],
      path: '/cm?cmnd=Status%2010',
    },
    senses: [
      { gives: 'importWh', plus: ['ENERGY.Total'] },
      { gives: 'powerW', plus: ['ENERGY.Power'] },
      { gives: 'powerW', plus: three('ENERGY.Power', '').map((name) => name.slice(0, -1)) },
      { gives: 'phaseVoltagesV.0', plus: ['ENERGY.Voltage'] },
    ],
    silentMs: 15 * MINUTE_MS,
  },
  {
    id: 'tasmota-meter',
    title: 'Optical head with Tasmota (smart meter interface)',
    role: 'grid',
    speech: {
      by: 'payloads',
      protocol: tasmota,
      topics: ['tele/{name}/SENSOR'],
      path: '/cm?cmnd=Status%2010',
    },
    senses: [
      { gives: 'importWh', plus: ['Total_in'] },
      { gives: 'importWh', plus: ['total_in'] },
      { gives: 'exportWh', plus: ['Total_out'] },
      { gives: 'exportWh', plus: ['total_out'] },
      { gives: 'powerW', plus: ['Power_curr'] },
      { gives: 'powerW', plus: ['power_curr'] },
      { gives: 'powerW', plus: ['Power_cur'] },
      ...phases.flatMap((phase): Sense[] => [
        { gives: `phasePowersW.${phase}`, plus: [`power_l${phase + 1}`] },
        { gives: `phaseVoltagesV.${phase}`, plus: [`voltage_l${phase + 1}`] },
        { gives: `phaseCurrentsA.${phase}`, plus: [`current_l${phase + 1}`] },
      ]),
    ],
    silentMs: 15 * MINUTE_MS,
  },
  {
    id: 'evcc-grid',
    title: 'The grid as evcc sees it',
    role: 'grid',
    speech: { by: 'payloads', protocol: evcc, topics: ['evcc/site/grid/#'], path: '/api/state' },
    senses: [
      { gives: 'importWh', plus: ['grid.energy'] },
      { gives: 'importWh', plus: ['gridEnergy'] },
      { gives: 'powerW', plus: ['grid.power'] },
      { gives: 'powerW', plus: ['gridPower'] },
    ],
    silentMs: 5 * MINUTE_MS,
  },
  {
    id: 'openems-grid',
    title: 'The grid as OpenEMS sees it',
    role: 'grid',
    speech: { by: 'payloads', protocol: openEms, topics: [], path: '/rest/channel/_sum/.*' },
    senses: [
      { gives: 'importWh', plus: ['_sum/GridBuyActiveEnergy'] },
      { gives: 'exportWh', plus: ['_sum/GridSellActiveEnergy'] },
      { gives: 'powerW', plus: ['_sum/GridActivePower'] },
      { gives: 'charge100', plus: ['_sum/EssSoc'] },
    ],
    silentMs: MINUTE_MS,
  },
  {
    id: 'openems-plant',
    title: 'The plant as OpenEMS sees it',
    role: 'plant',
    speech: { by: 'payloads', protocol: openEms, topics: [], path: '/rest/channel/_sum/.*' },
    senses: [
      { gives: 'exportWh', plus: ['_sum/ProductionActiveEnergy'] },
      { gives: 'powerW', plus: [], minus: ['_sum/ProductionActivePower'] },
    ],
    silentMs: MINUTE_MS,
  },
]
