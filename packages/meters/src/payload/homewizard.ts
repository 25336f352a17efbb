import { cutRules, frameByRules, type PayloadRule } from './payload-rules.ts'
import type { PayloadProtocol } from './payload-reader.ts'

const KILO = 3
const kiloWattHours = (at: string): PayloadRule => ({ at, unit: 'Wh', exponent: KILO })

const TARIFFS = ['_t1', '_t2', '_t3', '_t4'] as const
const PHASES = ['_l1', '_l2', '_l3'] as const

// API v1 (`/api/v1/data`), then API v2 (`/api/measurement`), api-documentation.homewizard.com.
const rules = cutRules([
  kiloWattHours('total_power_import_kwh'),
  kiloWattHours('total_power_export_kwh'),
  ...TARIFFS.flatMap((of) => [
    kiloWattHours(`total_power_import${of}_kwh`),
    kiloWattHours(`total_power_export${of}_kwh`),
    kiloWattHours(`energy_import${of}_kwh`),
    kiloWattHours(`energy_export${of}_kwh`),
  ]),
  kiloWattHours('energy_import_kwh'),
  kiloWattHours('energy_export_kwh'),
  { at: 'active_power_w', unit: 'W' },
  { at: 'power_w', unit: 'W' },
  { at: 'active_current_a', unit: 'A' },
  { at: 'current_a', unit: 'A' },
  { at: 'active_voltage_v', unit: 'V' },
  { at: 'voltage_v', unit: 'V' },
  { at: 'active_frequency_hz', unit: 'Hz' },
  { at: 'frequency_hz', unit: 'Hz' },
  ...PHASES.flatMap((of): PayloadRule[] => [
    { at: `active_power${of}_w`, unit: 'W' },
    { at: `power${of}_w`, unit: 'W' },
    { at: `active_voltage${of}_v`, unit: 'V' },
    { at: `voltage${of}_v`, unit: 'V' },
    { at: `active_current${of}_a`, unit: 'A' },
    { at: `current${of}_a`, unit: 'A' },
  ]),
  { at: 'state_of_charge_pct', unit: '%' },
  { at: 'total_gas_m3', unit: 'm³' },
  { at: 'total_liter_m3', unit: 'm³' },
  { at: 'meter_model' },
  { at: 'unique_id' },
  { at: 'active_tariff' },
  { at: 'tariff' },
])

/** HomeWizard: the P1 meter, the kWh meters, sockets and the battery of the local API. */
export const homeWizard: PayloadProtocol = {
  protocol: 'homewizard',
  open: () => ({ read: (payload) => frameByRules('homewizard', rules, payload) }),
}
