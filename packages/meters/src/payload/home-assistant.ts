import { scaled } from '../decimal.ts'
import type { Frame, MeterValue } from '../frame.ts'
import { unitScale } from '../iec62056/unit-scale.ts'
import { jsonLeaves, type JsonLeaf } from './json-leaves.ts'
import type { Payload, PayloadProtocol, PayloadReader } from './payload-reader.ts'

/** Entities whose unit a reader remembers; the oldest is forgotten first. */
export const ENTITIES_MAX = 256

/** Home Assistant: states of its REST interface, and the topics of its MQTT Statestream. */
export const homeAssistant: PayloadProtocol = { protocol: 'home-assistant', open: openReader }

function openReader(): PayloadReader {
  const units = new Map<string, string>()
  return {
    read: (payload) => (payload.topic === '' ? fromStates(payload) : fromStatestream(payload, units)),
  }
}

// `{"entity_id": "sensor.grid", "state": "12.5", "attributes": {"unit_of_measurement": "kWh"}}`, or a list of such.
function fromStates({ payload }: Payload): Frame | undefined {
  const leaves = jsonLeaves(payload)
  if (leaves === undefined) return unreadable(payload)
  const entities = new Map<string, { entity?: string; state?: JsonLeaf['value']; unit?: string }>()
  for (const { path, value } of leaves) {
    const isAttribute = path.at(-2) === 'attributes'
    const at = path.slice(0, isAttribute ? -2 : -1).join('.')
    const of = entities.get(at) ?? {}
    entities.set(at, of)
    if (!isAttribute && path.at(-1) === 'state') of.state = value
    if (!isAttribute && path.at(-1) === 'entity_id') of.entity = String(value)
    if (isAttribute && path.at(-1) === 'unit_of_measurement') of.unit = String(value)
  }
  const values = [...entities.values()].flatMap(({ entity, state, unit }) =>
    entity === undefined || state === undefined ? [] : (valueOf(entity, state, unit) ?? []),
  )
  return frameOf(payload, values)
}

// `<base>/sensor/<name>/state` is bare text; `<base>/sensor/<name>/unit_of_measurement` is JSON and comes at its own time.
function fromStatestream({ topic, payload }: Payload, units: Map<string, string>): Frame | undefined {
  const steps = topic.split('/')
  const [domain, name, field] = steps.slice(-3)
  if (domain === undefined || name === undefined) return undefined
  const entity = `${domain}.${name}`
  const text = new TextDecoder().decode(payload)
  if (field === 'unit_of_measurement') remember(units, entity, text.replaceAll('"', ''))
  if (field !== 'state') return undefined
  const unit = units.get(entity)
  // A number without its unit would be a guess; the unit is kept by the broker and comes with the subscription.
  if (unit === undefined) return undefined
  return frameOf(payload, [valueOf(entity, text, unit) ?? []].flat())
}

function remember(units: Map<string, string>, entity: string, unit: string): void {
  units.delete(entity)
  units.set(entity, unit)
  const [oldest] = units.keys()
  if (units.size > ENTITIES_MAX && oldest !== undefined) units.delete(oldest)
}

function valueOf(entity: string, state: JsonLeaf['value'], unit: string | undefined): MeterValue | undefined {
  if (state === 'unavailable' || state === 'unknown' || state === '') return undefined
  if (unit === undefined) return { name: entity, value: state }
  const number = Number(state)
  if (!Number.isFinite(number)) return undefined
  const scale = unitScale(unit)
  if (scale === undefined) return { name: entity, value: number, unit }
  return { name: entity, value: scaled(number, scale.exponent), unit: scale.unit }
}

function frameOf(bytes: Uint8Array, values: readonly MeterValue[]): Frame | undefined {
  return values.length === 0 ? undefined : { protocol: 'home-assistant', check: 'absent', values, bytes }
}

function unreadable(bytes: Uint8Array): Frame {
  return { protocol: 'home-assistant', check: 'absent', problem: 'not-json', values: [], bytes }
}
