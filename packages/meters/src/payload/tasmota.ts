import { cutRules, frameByRules } from './payload-rules.ts'
import type { PayloadProtocol } from './payload-reader.ts'

const KILO = 3

// `ENERGY` of plugs and meters (arrays where there are several phases); names of scripts for optical heads are chosen by
// their authors: these are the ones of the published scripts (tasmota.github.io/docs/Smart-Meter-Interface).
const rules = cutRules([
  { at: 'ENERGY.Total', unit: 'Wh', exponent: KILO },
  { at: 'ENERGY.Total.*', unit: 'Wh', exponent: KILO },
  { at: 'ENERGY.Today', unit: 'Wh', exponent: KILO },
  { at: 'ENERGY.Yesterday', unit: 'Wh', exponent: KILO },
  { at: 'ENERGY.ExportActive', unit: 'Wh', exponent: KILO },
  { at: 'ENERGY.ExportActive.*', unit: 'Wh', exponent: KILO },
  { at: 'ENERGY.ImportActive', unit: 'Wh', exponent: KILO },
  { at: 'ENERGY.ImportActive.*', unit: 'Wh', exponent: KILO },
  { at: 'ENERGY.Power', unit: 'W' },
  { at: 'ENERGY.Power.*', unit: 'W' },
  { at: 'ENERGY.ApparentPower', unit: 'VA' },
  { at: 'ENERGY.ApparentPower.*', unit: 'VA' },
  { at: 'ENERGY.ReactivePower', unit: 'var' },
  { at: 'ENERGY.ReactivePower.*', unit: 'var' },
  { at: 'ENERGY.Voltage', unit: 'V' },
  { at: 'ENERGY.Voltage.*', unit: 'V' },
  { at: 'ENERGY.Current', unit: 'A' },
  { at: 'ENERGY.Current.*', unit: 'A' },
  { at: 'ENERGY.Frequency', unit: 'Hz' },
  { at: 'Total_in', unit: 'Wh', exponent: KILO },
  { at: 'Total_out', unit: 'Wh', exponent: KILO },
  { at: 'total_in', unit: 'Wh', exponent: KILO },
  { at: 'total_out', unit: 'Wh', exponent: KILO },
  { at: 'Power_curr', unit: 'W' },
  { at: 'power_curr', unit: 'W' },
  { at: 'Power_cur', unit: 'W' },
  { at: 'power_l1', unit: 'W' },
  { at: 'power_l2', unit: 'W' },
  { at: 'power_l3', unit: 'W' },
  { at: 'voltage_l1', unit: 'V' },
  { at: 'voltage_l2', unit: 'V' },
  { at: 'voltage_l3', unit: 'V' },
  { at: 'current_l1', unit: 'A' },
  { at: 'current_l2', unit: 'A' },
  { at: 'current_l3', unit: 'A' },
  { at: 'Meter_number' },
  { at: 'Meter_Id' },
  { at: 'Meter_id' },
])

/** Tasmota: `tele/<device>/SENSOR`, and the same body inside `StatusSNS`. */
export const tasmota: PayloadProtocol = {
  protocol: 'tasmota',
  open: () => ({ read: (payload) => frameByRules('tasmota', rules, payload) }),
}
