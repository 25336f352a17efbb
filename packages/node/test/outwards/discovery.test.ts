import { law } from '@tri/units/testing'
import { constantFrom, record, string, subarray } from 'fast-check'
import { expect, test } from 'vitest'

import {
  DEVICE_ENTITIES,
  deviceDiscovery,
  deviceId,
  discoveryTopic,
  HOME_ENTITIES,
  homeDiscovery,
  homeId,
  withGone,
  type DiscoveryFrame,
} from '../../src/outwards/discovery.ts'
import { brokenRules, rules, takenMessages } from './discovery-rules.ts'

const frame: DiscoveryFrame = {
  home: { community: 'viottolo', member: 'home-1', name: 'Ada' },
  language: 'it',
  version: '0.1.0',
}
const allKeys = (facts: readonly { readonly key: string }[]) => new Set(facts.map(({ key }) => key))
const plainly = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** Every entity there is, and one that goes. */
function sampleMessages(): Record<string, unknown> {
  const { home } = frame
  const device = { id: 'battery', template: 'shelly-plug' }
  const whole = homeDiscovery(frame, allKeys(HOME_ENTITIES))
  const english = { ...frame, language: 'en' } as const
  return {
    [discoveryTopic('homeassistant', homeId(home))]: whole,
    [discoveryTopic('homeassistant', deviceId(home, device.id))]: deviceDiscovery(
      english,
      device,
      allKeys(DEVICE_ENTITIES),
    ),
    [discoveryTopic('ha-test', homeId(home))]: withGone(whole, { forecast: { platform: 'sensor' } }),
  }
}

test('the messages of every entity are those that Home Assistant’s own code has taken', () => {
  expect(plainly(sampleMessages())).toEqual(takenMessages)
})

test('every message keeps Home Assistant’s rules', () => {
  expect(rules.package).toMatch(/^homeassistant \d{4}\./)
  for (const [topic, message] of Object.entries(sampleMessages()))
    expect(brokenRules(topic, plainly(message))).toEqual([])
})

test('the rules find what is wrong', () => {
  const topic = discoveryTopic('homeassistant', homeId(frame.home))
  const message = takenMessages[topic]
  const broken = (change: (text: string) => string) =>
    brokenRules(topic, JSON.parse(change(JSON.stringify(message))))
  expect(broken((text) => text)).toEqual([])
  expect(broken((text) => text.replace('"kWh"', '"kW"'))).toEqual(['import: unit kW'])
  expect(broken((text) => text.replace('"total_increasing"', '"measurement"'))).toEqual([
    'import: energy as measurement',
  ])
  expect(broken((text) => text.replace('"state_topic"', '"state_topics"'))).toEqual([
    'power: unknown state_topics',
    'power: no state_topic',
  ])
  expect(broken((text) => text.replace('"device_class":"power"', '"device_class":"might"'))).toEqual([
    'power: class might',
  ])
  expect(broken((text) => text.replace('"origin"', '"origins"'))).not.toEqual([])
  expect(brokenRules('homeassistant/device/a b/config', message)).toEqual([
    'topic homeassistant/device/a b/config',
  ])
})

law(
  'whatever a home, its devices and their entities are called, the message keeps the rules, and every id is its own',
  record({
    community: string({ minLength: 1, maxLength: 64, unit: constantFrom('a', 'Z', '0', '.', '_', ':', '-') }),
    member: string({ minLength: 1, maxLength: 64, unit: constantFrom('a', 'Z', '0', '.', '_', ':', '-') }),
    name: string(),
    device: string({ minLength: 1, maxLength: 32, unit: constantFrom('a', '0', '-') }),
    language: constantFrom('en', 'it'),
    home: subarray([...allKeys(HOME_ENTITIES)]),
    keys: subarray([...allKeys(DEVICE_ENTITIES)]),
  }),
  ({ community, member, name, device, language, home, keys }) => {
    const of: DiscoveryFrame = { home: { community, member, name }, language, version: '1' }
    const messages = [
      [homeId(of.home), homeDiscovery(of, new Set(home))],
      [deviceId(of.home, device), deviceDiscovery(of, { id: device, template: 'p1' }, new Set(keys))],
    ] as const
    for (const [id, message] of messages)
      expect(brokenRules(discoveryTopic('homeassistant', id), plainly(message))).toEqual([])
    const ids = messages.flatMap(([, { components }]) =>
      Object.values(components).map((one) => ('unique_id' in one ? one.unique_id : '')),
    )
    expect(new Set(ids).size).toBe(home.length + keys.length)
  },
  { runs: 60 },
)
