import type { MeterFace } from './meter-face.ts'

const PHASES = 3
const VOLTAGE_V = 230

/** What a HomeWizard P1 meter answers at `/api/v1/data` (its local API, version 1). */
export function homeWizardBody({ serial, importWh, exportWh, powerW }: MeterFace): string {
  return JSON.stringify({
    unique_id: serial,
    total_power_import_kwh: kilo(importWh),
    total_power_export_kwh: kilo(exportWh),
    active_power_w: powerW,
  })
}

/** What a Shelly 3EM answers at `/status` (Gen1 HTTP API): three phases that share what the meter shows. */
export function shellyBody({ importWh, exportWh, powerW }: MeterFace): string {
  const [powers, totals, returned] = [thirds(powerW), thirds(importWh), thirds(exportWh)]
  const emeters = powers.map((power, phase) => ({
    power,
    voltage: VOLTAGE_V,
    total: totals[phase],
    total_returned: returned[phase],
  }))
  return JSON.stringify({ emeters })
}

/** What an optical head with Tasmota publishes under `tele/<device>/SENSOR` (smart meter interface, usual names). */
export function tasmotaBody({ at, importWh, exportWh, powerW }: MeterFace): string {
  const time = Temporal.Instant.fromEpochMilliseconds(at).toString({ smallestUnit: 'second' }).slice(0, -1)
  const meter = { Total_in: kilo(importWh), Total_out: kilo(exportWh), Power_curr: powerW }
  return JSON.stringify({ Time: time, SML: meter })
}

const kilo = (wh: number) => Number(`${wh}e-3`)

/** Whole numbers that sum to the whole. */
function thirds(whole: number): number[] {
  const part = Math.trunc(whole / PHASES)
  return [part, part, whole - 2 * part]
}
