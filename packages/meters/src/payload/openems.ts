import { scaled } from '../decimal.ts'
import type { MeterValue } from '../frame.ts'
import { unitScale } from '../iec62056/unit-scale.ts'
import { jsonLeaves, type JsonLeaf } from './json-leaves.ts'
import type { Payload, PayloadProtocol } from './payload-reader.ts'

interface Channel {
  readonly address: string
  readonly value: JsonLeaf['value']
  readonly unit: string | undefined
}

/** A component and one of its channels, `_sum/GridActivePower`; nothing else is a channel's address. */
const ADDRESS = /^[A-Za-z0-9_]+\/[A-Za-z0-9_]+$/

// Where a message names no unit (JSON-RPC `currentData`), the channel's name does: the natures of OpenEMS Edge write it so.
const UNIT_BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/Energy(L[123])?$/, 'Wh'],
  [/ReactivePower(L[123])?$/, 'var'],
  [/Power(L[123])?$/, 'W'],
  [/Voltage(L[123])?$/, 'mV'],
  [/Current(L[123])?$/, 'mA'],
  [/Frequency$/, 'mHz'],
  [/Soc$/, '%'],
]
const THOUSANDTHS: ReadonlyMap<string, string> = new Map([
  ['mV', 'V'],
  ['mA', 'A'],
  ['mHz', 'Hz'],
])
const MILLI = -3

/** OpenEMS: answers of its REST interface, and current data of its JSON-RPC. */
export const openEms: PayloadProtocol = { protocol: 'openems', open: () => ({ read }) }

function read({ payload }: Payload) {
  const leaves = jsonLeaves(payload)
  const base = { protocol: 'openems', check: 'absent', bytes: payload } as const
  if (leaves === undefined) return { ...base, problem: 'not-json', values: [] }
  const values = [...objectsWithAddress(leaves), ...currentData(leaves)].map((channel) => valueOf(channel))
  return values.length === 0 ? undefined : { ...base, values }
}

// `[{"address": "_sum/GridActivePower", "type": "INTEGER", "unit": "W", "value": -318}, ...]`, or one such object.
function objectsWithAddress(leaves: readonly JsonLeaf[]): Channel[] {
  const objects = new Map<string, Map<string, JsonLeaf['value']>>()
  for (const { path, value } of leaves) {
    const at = path.slice(0, -1).join('.')
    const fields = objects.get(at) ?? new Map<string, JsonLeaf['value']>()
    objects.set(at, fields.set(path.at(-1) ?? '', value))
  }
  return [...objects.values()].flatMap((fields) => {
    const [address, value, unit] = [fields.get('address'), fields.get('value'), fields.get('unit')]
    if (typeof address !== 'string' || !ADDRESS.test(address) || value === undefined) return []
    return [{ address, value, unit: typeof unit === 'string' ? unit.replace('_Σ', '') : undefined }]
  })
}

function currentData(leaves: readonly JsonLeaf[]): Channel[] {
  return leaves.flatMap(({ path, value }) => {
    const address = path.at(-1) ?? ''
    return ADDRESS.test(address) ? [{ address, value, unit: undefined }] : []
  })
}

function valueOf({ address, value, unit }: Channel): MeterValue {
  const [, channel = ''] = address.split('/')
  const written =
    unit === undefined || unit === '' ? UNIT_BY_NAME.find(([name]) => name.test(channel))?.[1] : unit
  if (written === undefined || typeof value !== 'number') return { name: address, value }
  const whole = THOUSANDTHS.get(written)
  if (whole !== undefined) return { name: address, value: scaled(value, MILLI), unit: whole }
  const scale = unitScale(written)
  if (scale === undefined) return { name: address, value, unit: written }
  return { name: address, value: scaled(value, scale.exponent), unit: scale.unit }
}
