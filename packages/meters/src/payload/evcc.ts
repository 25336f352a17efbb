import { cutRules, frameByRules } from './payload-rules.ts'
import type { PayloadProtocol } from './payload-reader.ts'

const KILO = 3

// State of the API, whole (`/api/state`) or a topic a field (docs.evcc.io, MQTT API). Grid power is positive at import,
// battery power at discharge. Energies of counters are in kWh, those of a charging session in Wh.
const rules = cutRules([
  { at: 'grid.power', unit: 'W' },
  { at: 'grid.energy', unit: 'Wh', exponent: KILO },
  { at: 'grid.powers.*', unit: 'W' },
  { at: 'grid.currents.*', unit: 'A' },
  { at: 'gridPower', unit: 'W' },
  { at: 'gridEnergy', unit: 'Wh', exponent: KILO },
  { at: 'gridPowers.*', unit: 'W' },
  { at: 'gridCurrents.*', unit: 'A' },
  { at: 'pv.*.power', unit: 'W' },
  { at: 'pv.*.energy', unit: 'Wh', exponent: KILO },
  { at: 'pvPower', unit: 'W' },
  { at: 'pvEnergy', unit: 'Wh', exponent: KILO },
  { at: 'battery.power', unit: 'W' },
  { at: 'battery.energy', unit: 'Wh', exponent: KILO },
  { at: 'battery.soc', unit: '%' },
  { at: 'battery.*.power', unit: 'W' },
  { at: 'battery.*.energy', unit: 'Wh', exponent: KILO },
  { at: 'battery.*.soc', unit: '%' },
  { at: 'battery.devices.*.power', unit: 'W' },
  { at: 'battery.devices.*.energy', unit: 'Wh', exponent: KILO },
  { at: 'battery.devices.*.soc', unit: '%' },
  { at: 'batteryPower', unit: 'W' },
  { at: 'batteryEnergy', unit: 'Wh', exponent: KILO },
  { at: 'batterySoc', unit: '%' },
  { at: 'homePower', unit: 'W' },
  { at: 'loadpoints.*.chargePower', unit: 'W' },
  { at: 'loadpoints.*.chargedEnergy', unit: 'Wh' },
  { at: 'loadpoints.*.chargeTotalImport', unit: 'Wh', exponent: KILO },
  { at: 'loadpoints.*.chargeCurrent', unit: 'A' },
  { at: 'loadpoints.*.chargeCurrents.*', unit: 'A' },
  { at: 'loadpoints.*.vehicleSoc', unit: '%' },
  { at: 'loadpoints.*.charging' },
  { at: 'loadpoints.*.connected' },
])

/** evcc: what it knows of grid, plant, battery and chargers. */
export const evcc: PayloadProtocol = {
  protocol: 'evcc',
  open: () => ({ read: (payload) => frameByRules('evcc', rules, payload) }),
}
