import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { z } from 'zod'

const CASE = join(import.meta.dirname, '..', 'cases', 'home-assistant-discovery')

const keysShape = z.strictObject({ keys: z.array(z.string()), required: z.array(z.string()) })
const rulesShape = z.strictObject({
  package: z.string(),
  topic: z.string(),
  message: keysShape,
  device: keysShape,
  origin: keysShape,
  shared: z.array(z.string()),
  platforms: z.record(z.string(), keysShape),
  availability: z.array(z.string()),
  availabilityModes: z.array(z.string()),
  stateClasses: z.array(z.string()),
  sensorClasses: z.record(
    z.string(),
    z.strictObject({
      units: z.array(z.string().nullable()).nullable(),
      stateClasses: z.array(z.string()),
    }),
  ),
  binarySensorClasses: z.array(z.string()),
})

/** What Home Assistant's own code says of discovery messages: see source.md beside it. */
export const rules = rulesShape.parse(JSON.parse(readFileSync(join(CASE, 'rules.json'), 'utf8')))

/** Messages that Home Assistant's own code has taken, by topic. */
export const takenMessages = z
  .record(z.string(), z.unknown())
  .parse(JSON.parse(readFileSync(join(CASE, 'messages.json'), 'utf8')))

const messageShape = z.strictObject({
  device: z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])),
  origin: z.record(z.string(), z.string()),
  components: z.record(z.string().regex(/^[a-zA-Z0-9_-]+$/), z.record(z.string(), z.unknown())),
  qos: z.literal([0, 1, 2]),
})

/** What is wrong with a message by those rules; empty when nothing is. */
export function brokenRules(topic: string, message: unknown): string[] {
  const rest = topic.slice(topic.indexOf('/') + 1)
  const broken = new RegExp(`^${rules.topic}$`).test(rest) ? [] : [`topic ${topic}`]
  const read = messageShape.safeParse(message)
  if (!read.success) return [...broken, z.prettifyError(read.error)]
  const { device, origin, components } = read.data
  broken.push(
    ...keysBroken('message', Object.keys(read.data), withShared(rules.message)),
    ...keysBroken('device', Object.keys(device), rules.device),
    ...keysBroken('origin', Object.keys(origin), rules.origin),
  )
  for (const [key, component] of Object.entries(components)) {
    const parts = Object.keys(component)
    // A component with its platform alone is one that goes.
    if (parts.length > 1) broken.push(...componentBroken(key, component))
    else if (!parts.includes('platform')) broken.push(`${key}: no platform`)
  }
  return broken
}

function withShared({ keys, required }: z.infer<typeof keysShape>) {
  return { keys: [...keys, ...rules.shared], required }
}

function keysBroken(
  of: string,
  there: readonly string[],
  { keys, required }: z.infer<typeof keysShape>,
): string[] {
  return [
    ...there.filter((key) => !keys.includes(key)).map((key) => `${of}: unknown ${key}`),
    ...required.filter((key) => !there.includes(key)).map((key) => `${of}: no ${key}`),
  ]
}

const componentShape = z.looseObject({
  platform: z.string(),
  unique_id: z.string().min(1),
  device_class: z.string().optional(),
  state_class: z.string().optional(),
  unit_of_measurement: z.string().optional(),
  options: z.array(z.string()).min(1).optional(),
  last_reset_value_template: z.string().optional(),
  availability: z.array(z.record(z.string(), z.string())).optional(),
  availability_mode: z.string().optional(),
})

function componentBroken(key: string, component: unknown): string[] {
  const read = componentShape.safeParse(component)
  if (!read.success) return [`${key}: ${z.prettifyError(read.error)}`]
  const { platform, availability = [], availability_mode: mode, ...config } = read.data
  const known = rules.platforms[platform]
  if (known === undefined) return [`${key}: unknown platform ${platform}`]
  const there = Object.keys(read.data).filter((part) => part !== 'platform')
  const broken = keysBroken(key, there, known)
  if (mode !== undefined && !rules.availabilityModes.includes(mode)) broken.push(`${key}: mode ${mode}`)
  for (const place of availability)
    broken.push(...keysBroken(key, Object.keys(place), { keys: rules.availability, required: ['topic'] }))
  const { device_class: named } = config
  if (platform === 'binary_sensor')
    return named === undefined || rules.binarySensorClasses.includes(named)
      ? broken
      : [...broken, `${key}: class ${named}`]
  return [...broken, ...sensorBroken(key, read.data)]
}

function sensorBroken(key: string, sensor: z.infer<typeof componentShape>): string[] {
  const { device_class: named, state_class: state, unit_of_measurement: unit, options } = sensor
  const broken: string[] = []
  if (state !== undefined && !rules.stateClasses.includes(state)) broken.push(`${key}: state ${state}`)
  if (sensor.last_reset_value_template !== undefined && state !== 'total')
    broken.push(`${key}: a reset without a total`)
  if (options !== undefined && (named !== 'enum' || state !== undefined || unit !== undefined))
    broken.push(`${key}: options beside a unit or a state`)
  if (named === undefined) return broken
  const facts = rules.sensorClasses[named]
  if (facts === undefined) return [...broken, `${key}: class ${named}`]
  if (facts.units !== null && !facts.units.includes(unit ?? null)) broken.push(`${key}: unit ${unit}`)
  if (state !== undefined && !facts.stateClasses.includes(state)) broken.push(`${key}: ${named} as ${state}`)
  return broken
}
