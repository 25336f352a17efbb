import { createHash } from 'node:crypto'

import type { DeviceReport } from '@tri/meters'

import type { OutwardsLanguage } from './outwards-shape.ts'
import type { HomeSource } from './outwards-sources.ts'
import { deviceRoot, homeRoot, type DeviceTopic, type HomeTopic } from './topics.ts'

/** One entity as Home Assistant's MQTT discovery wants it; keys are Home Assistant's own. */
export interface Component {
  readonly platform: 'sensor' | 'binary_sensor'
  readonly unique_id: string
  readonly name: string
  readonly state_topic: string
  readonly device_class?: string
  readonly state_class?: string
  readonly unit_of_measurement?: string
  readonly value_template?: string
  readonly last_reset_value_template?: string
  readonly suggested_display_precision?: number
  readonly expire_after?: number
  readonly options?: readonly string[]
  readonly payload_on?: string
  readonly payload_off?: string
  readonly entity_category?: 'diagnostic'
  readonly icon?: string
  readonly availability: readonly { readonly topic: string }[]
  readonly availability_mode: 'all'
}

/** A component that is gone: named with its platform alone, Home Assistant forgets it. */
export type GoneComponent = Pick<Component, 'platform'>

/** The discovery message of one device, device-based (Home Assistant 2024.12 and later). */
export interface DiscoveryMessage {
  readonly device: {
    readonly identifiers: readonly string[]
    readonly name: string
    readonly manufacturer: string
    readonly model: string
    readonly sw_version?: string
    readonly via_device?: string
  }
  readonly origin: { readonly name: string; readonly sw_version: string }
  readonly components: Readonly<Record<string, Component | GoneComponent>>
  readonly qos: 1
}

type Words = Readonly<Record<OutwardsLanguage, string>>
type Kind = Omit<Component, 'unique_id' | 'name' | 'state_topic' | 'availability' | 'availability_mode'>

/** What a topic is to Home Assistant. The key is that of the component, and stays: histories hang on it. */
export interface EntityFact<Path extends string> {
  readonly key: string
  readonly path: Path
  readonly name: Words
  readonly kind: Kind
  /** A further topic that must say `online`. */
  readonly needs?: Path
}

/** A live value that nobody repeated for so long is no longer shown, seconds: three times the slowest rhythm. */
const EXPIRES_SECONDS = 180

const power: Kind = {
  platform: 'sensor',
  device_class: 'power',
  state_class: 'measurement',
  unit_of_measurement: 'W',
  expire_after: EXPIRES_SECONDS,
}
const KILO = '{{ (value | float) / 1000 }}'
const register: Kind = {
  platform: 'sensor',
  device_class: 'energy',
  state_class: 'total_increasing',
  unit_of_measurement: 'kWh',
  value_template: KILO,
  suggested_display_precision: 3,
}
// A restatement may lower what was shared today, so it is a total with its midnight and no register.
const ofToday: Kind = {
  platform: 'sensor',
  device_class: 'energy',
  state_class: 'total',
  unit_of_measurement: 'kWh',
  value_template: KILO,
  last_reset_value_template: "{{ today_at('00:00').isoformat() }}",
  suggested_display_precision: 3,
}

export const HOME_ENTITIES: readonly EntityFact<HomeTopic>[] = [
  { key: 'power', path: 'power', name: { en: 'Power', it: 'Potenza' }, kind: power },
  { key: 'import', path: 'energy/import', name: { en: 'Import', it: 'Prelievo' }, kind: register },
  { key: 'export', path: 'energy/export', name: { en: 'Export', it: 'Immissione' }, kind: register },
  {
    key: 'credit',
    path: 'credit',
    name: { en: 'Community Credit', it: 'Credito di Comunità' },
    // No currency, so no class `monetary`.
    kind: {
      platform: 'sensor',
      state_class: 'measurement',
      unit_of_measurement: 'CC',
      suggested_display_precision: 2,
      icon: 'mdi:hand-coin-outline',
    },
  },
  {
    key: 'from_neighbours',
    path: 'shared/from-neighbours',
    name: { en: 'From neighbours today', it: 'Dai vicini oggi' },
    kind: ofToday,
  },
  {
    key: 'to_neighbours',
    path: 'shared/to-neighbours',
    name: { en: 'To neighbours today', it: 'Ai vicini oggi' },
    kind: ofToday,
  },
  {
    key: 'advice',
    path: 'advice',
    name: { en: 'Advice', it: 'Consiglio' },
    kind: { platform: 'sensor', icon: 'mdi:lightbulb-outline' },
    needs: 'advice/status',
  },
  {
    key: 'advice_code',
    path: 'advice/code',
    name: { en: 'Advice, code', it: 'Consiglio, codice' },
    kind: { platform: 'sensor', device_class: 'enum', options: ['good-time', 'wait', 'neutral'] },
    needs: 'advice/status',
  },
]

export const DEVICE_ENTITIES: readonly EntityFact<DeviceTopic>[] = [
  {
    key: 'status',
    path: 'status',
    name: { en: 'Heard', it: 'Ricevuto' },
    kind: {
      platform: 'binary_sensor',
      device_class: 'connectivity',
      payload_on: 'online',
      payload_off: 'offline',
      entity_category: 'diagnostic',
    },
  },
  { key: 'power', path: 'power', name: { en: 'Power', it: 'Potenza' }, kind: power },
  { key: 'import', path: 'energy/import', name: { en: 'Import', it: 'Prelievo' }, kind: register },
  { key: 'export', path: 'energy/export', name: { en: 'Export', it: 'Immissione' }, kind: register },
  {
    key: 'charge',
    path: 'charge',
    name: { en: 'Charge', it: 'Carica' },
    kind: {
      platform: 'sensor',
      device_class: 'battery',
      state_class: 'measurement',
      unit_of_measurement: '%',
      expire_after: EXPIRES_SECONDS,
    },
  },
  {
    key: 'temperature',
    path: 'temperature',
    name: { en: 'Temperature', it: 'Temperatura' },
    kind: {
      platform: 'sensor',
      device_class: 'temperature',
      state_class: 'measurement',
      unit_of_measurement: '°C',
      expire_after: EXPIRES_SECONDS,
    },
  },
  {
    key: 'switch',
    path: 'switch',
    name: { en: 'Switched on', it: 'Acceso' },
    kind: {
      platform: 'binary_sensor',
      device_class: 'power',
      payload_on: 'on',
      payload_off: 'off',
      expire_after: EXPIRES_SECONDS,
    },
  },
]

/** How the messages of one node are made. */
export interface DiscoveryFrame {
  readonly home: Pick<HomeSource, 'community' | 'member' | 'name'>
  readonly language: OutwardsLanguage
  /** Of the node's program. */
  readonly version: string
}

/**
 * The home's own id at Home Assistant: it stays as long as the member and the community do, and has only letters that Home
 * Assistant takes in a topic. Ids of a book have more of them, so they are digested.
 */
export function homeId({ community, member }: Pick<HomeSource, 'community' | 'member'>): string {
  return `tri_${createHash('sha256').update(`${community}/${member}`).digest('hex').slice(0, 16)}`
}

/** The id of a device of that home. */
export function deviceId(home: Pick<HomeSource, 'community' | 'member'>, device: string): string {
  return `${homeId(home)}_${device}`
}

/** The topic of a discovery message. */
export function discoveryTopic(prefix: string, id: string): string {
  return `${prefix}/device/${id}/config`
}

/** The home as Home Assistant shows it. @param keys components that are there */
export function homeDiscovery(frame: DiscoveryFrame, keys: ReadonlySet<string>): DiscoveryMessage {
  const root = homeRoot(frame.home)
  const id = homeId(frame.home)
  return {
    device: {
      identifiers: [id],
      name: frame.home.name,
      manufacturer: 'TRI Toolkit',
      model: 'TRI node',
      sw_version: frame.version,
    },
    origin: { name: 'TRI Toolkit', sw_version: frame.version },
    components: componentsOf(HOME_ENTITIES, keys, { root, id, frame, alive: [`${root}/status`] }),
    qos: 1,
  }
}

/** One of its devices as Home Assistant shows it. @param keys components that are there */
export function deviceDiscovery(
  frame: DiscoveryFrame,
  { id: device, template }: Pick<DeviceReport['settings'], 'id' | 'template'>,
  keys: ReadonlySet<string>,
): DiscoveryMessage {
  const home = homeRoot(frame.home)
  const root = deviceRoot(home, device)
  const id = deviceId(frame.home, device)
  return {
    device: {
      identifiers: [id],
      name: device,
      manufacturer: 'TRI Toolkit',
      model: template,
      via_device: homeId(frame.home),
    },
    origin: { name: 'TRI Toolkit', sw_version: frame.version },
    components: componentsOf(DEVICE_ENTITIES, keys, { root, id, frame, alive: [`${home}/status`] }),
    qos: 1,
  }
}

/** The same message, with components of an earlier one named as gone. */
export function withGone(
  message: DiscoveryMessage,
  gone: Readonly<Record<string, GoneComponent>>,
): DiscoveryMessage {
  return { ...message, components: { ...gone, ...message.components } }
}

interface Place {
  readonly root: string
  readonly id: string
  readonly frame: DiscoveryFrame
  /** Topics that must say `online`. */
  readonly alive: readonly string[]
}

function componentsOf<Path extends string>(
  facts: readonly EntityFact<Path>[],
  keys: ReadonlySet<string>,
  { root, id, frame, alive }: Place,
): Record<string, Component> {
  const there = facts.filter(({ key }) => keys.has(key))
  return Object.fromEntries(
    there.map(({ key, path, name, kind, needs }) => [
      key,
      {
        ...kind,
        unique_id: `${id}_${key}`,
        name: name[frame.language],
        state_topic: `${root}/${path}`,
        availability: [...alive, ...(needs === undefined ? [] : [`${root}/${needs}`])].map((topic) => ({
          topic,
        })),
        availability_mode: 'all',
      } satisfies Component,
    ]),
  )
}
