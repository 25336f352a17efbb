import { frameByRules, cutRules } from './payload-rules.ts'
import type { PayloadProtocol } from './payload-reader.ts'

const WATT_MINUTES_PER_WATT_HOUR = 60

// Gen1 HTTP API and its MQTT topics, then the components of Gen2 and later (shelly-api-docs.shelly.cloud). Relays of Gen1
// count watt-minutes, its energy meters count Wh.
const rules = cutRules([
  { at: 'emeters.*.power', unit: 'W' },
  { at: 'emeters.*.voltage', unit: 'V' },
  { at: 'emeters.*.current', unit: 'A' },
  { at: 'emeters.*.reactive', unit: 'var' },
  { at: 'emeters.*.total', unit: 'Wh' },
  { at: 'emeters.*.total_returned', unit: 'Wh' },
  { at: 'meters.*.power', unit: 'W' },
  { at: 'meters.*.total', unit: 'Wh', divisor: WATT_MINUTES_PER_WATT_HOUR },
  { at: 'emeter.*.power', unit: 'W' },
  { at: 'emeter.*.voltage', unit: 'V' },
  { at: 'emeter.*.current', unit: 'A' },
  { at: 'emeter.*.reactive_power', unit: 'var' },
  { at: 'emeter.*.total', unit: 'Wh' },
  { at: 'emeter.*.total_returned', unit: 'Wh' },
  { at: 'relay.*.power', unit: 'W' },
  { at: 'relay.*.energy', unit: 'Wh', divisor: WATT_MINUTES_PER_WATT_HOUR },
  { at: 'a_act_power', unit: 'W' },
  { at: 'b_act_power', unit: 'W' },
  { at: 'c_act_power', unit: 'W' },
  { at: 'a_voltage', unit: 'V' },
  { at: 'b_voltage', unit: 'V' },
  { at: 'c_voltage', unit: 'V' },
  { at: 'a_current', unit: 'A' },
  { at: 'b_current', unit: 'A' },
  { at: 'c_current', unit: 'A' },
  { at: 'a_aprt_power', unit: 'VA' },
  { at: 'b_aprt_power', unit: 'VA' },
  { at: 'c_aprt_power', unit: 'VA' },
  { at: 'total_act_power', unit: 'W' },
  { at: 'total_aprt_power', unit: 'VA' },
  { at: 'a_total_act_energy', unit: 'Wh' },
  { at: 'b_total_act_energy', unit: 'Wh' },
  { at: 'c_total_act_energy', unit: 'Wh' },
  { at: 'a_total_act_ret_energy', unit: 'Wh' },
  { at: 'b_total_act_ret_energy', unit: 'Wh' },
  { at: 'c_total_act_ret_energy', unit: 'Wh' },
  { at: 'total_act', unit: 'Wh' },
  { at: 'total_act_ret', unit: 'Wh' },
  { at: 'total_act_energy', unit: 'Wh' },
  { at: 'total_act_ret_energy', unit: 'Wh' },
  { at: 'act_power', unit: 'W' },
  { at: 'aprt_power', unit: 'VA' },
  { at: 'apower', unit: 'W' },
  { at: 'ret_aenergy.total', unit: 'Wh' },
  { at: 'aenergy.total', unit: 'Wh' },
  { at: 'voltage', unit: 'V' },
  { at: 'current', unit: 'A' },
  { at: 'freq', unit: 'Hz' },
  { at: 'temperature.tC', unit: '°C' },
  { at: 'tmp.tC', unit: '°C' },
  { at: 'ison' },
  { at: 'output' },
])

/** Shelly of every generation: status answers, notifications and topics. */
export const shelly: PayloadProtocol = {
  protocol: 'shelly',
  open: () => ({ read: (payload) => frameByRules('shelly', rules, payload) }),
}
