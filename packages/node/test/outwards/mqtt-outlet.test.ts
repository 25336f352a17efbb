import { randomUUID } from 'node:crypto'

import { memoryStore } from '@tri/community'
import { openBroker, dialMqtt, type Broker, type MqttMessage, type MqttVoice } from '@tri/meters'
import { lineRig, until, type LineRig } from '@tri/meters/testing'
import { epochMs } from '@tri/units'
import { expect, test } from 'vitest'

import {
  DEVICE_ENTITIES,
  deviceId,
  discoveryTopic,
  HOME_ENTITIES,
  homeId,
} from '../../src/outwards/discovery.ts'
import { openOutwards, type Outwards } from '../../src/outwards/open-outwards.ts'
import { toldMemory } from '../../src/outwards/told-memory.ts'
import { DEVICE_TOPICS, HOME_TOPICS } from '../../src/outwards/topics.ts'
import {
  fullFigures,
  handPorts,
  handSources,
  noFigures,
  reportOf,
  sampleReports,
  settingsOf,
  type HandPorts,
  type HandSources,
} from './outwards-rig.ts'

const ROOT = 'tri/v1/viottolo/home-1'
/** Shorter than the wait for a confirmation, so that a round never ends it. */
const ROUND_MS = 7000
const home = { community: 'viottolo', member: 'home-1' }

const wordOf = ({ payload }: MqttMessage) => new TextDecoder().decode(payload)

/** Everything on a broker, as somebody in the house hears it. */
function listenerAt({ port }: Broker): LineRig<MqttMessage> {
  const clientId = `listener-${randomUUID()}`
  return lineRig(() => dialMqtt({ url: `mqtt://127.0.0.1:${port}`, clientId }, ['#']))
}

/** The last text of a topic; undefined when it was never said, '' when it was taken back. */
function lastOn({ items }: LineRig<MqttMessage>, topic: string): string | undefined {
  const last = items.findLast((message) => message.topic === topic)
  return last === undefined ? undefined : wordOf(last)
}

async function heard(rig: LineRig<MqttMessage>, topic: string, text: string): Promise<void> {
  await rig.until(() => lastOn(rig, topic) === text)
}

function tellingTo(
  { port }: Broker,
  sources: HandSources,
  ports: HandPorts,
  wish: { readonly language?: string; readonly homeAssistant?: unknown } = {},
): Outwards {
  const { language = 'en', ...mqtt } = wish
  return openOutwards(
    settingsOf({
      language,
      mqtt: { broker: `mqtt://127.0.0.1:${port}`, everySeconds: ROUND_MS / 1000, ...mqtt },
    }),
    sources,
    ports,
  )
}

type Kept = ReadonlyMap<string, string>

/** What the broker keeps, by topic, once it holds what was waited for. */
async function keptBy(broker: Broker, holds: (kept: Kept) => boolean): Promise<Kept> {
  // Who listens already hears a message as a live one, so what is kept is read by one who comes later.
  await using early = listenerAt(broker)
  await early.until(({ items }) =>
    holds(
      new Map(
        items.map((message) => [message.topic, wordOf(message)] as const).filter(([, word]) => word !== ''),
      ),
    ),
  )
  await using late = listenerAt(broker)
  const kept = () =>
    new Map(late.items.filter(({ retained }) => retained).map((message) => [message.topic, wordOf(message)]))
  await late.until(() => holds(kept()))
  return kept()
}

/** Lets the time of one round pass, once the one before has ended, and waits for its end. */
async function nextRound(ports: HandPorts): Promise<void> {
  const rests = () => ports.rests(ROUND_MS)
  await until(rests, () => 'the rest after a round')
  ports.advance(ROUND_MS)
  await until(rests, () => 'the rest after the next round')
}

test('a home’s figures and its devices stand under their topics', async () => {
  await using broker = await openBroker({ port: 0 })
  await using listener = listenerAt(broker)
  await listener.until(({ states }) => states.some(({ is }) => is === 'up'))
  await using outwards = tellingTo(broker, handSources(), handPorts())
  await heard(listener, `${ROOT}/device/attic/status`, 'offline')
  const said = Object.fromEntries(
    listener.items
      .filter(({ topic }) => topic.startsWith(ROOT))
      .map((message) => [message.topic.slice(ROOT.length + 1), wordOf(message)]),
  )
  expect(said).toEqual({
    status: 'online',
    power: '-640',
    'energy/import': '4512345',
    'energy/export': '812000',
    credit: '-1.23456',
    'credit/micro': '-1234560',
    'shared/from-neighbours': '1830',
    'shared/to-neighbours': '412',
    advice:
      'The neighbourhood has energy to spare now: a good time to use power, until 15:30 if today is like yesterday.',
    'advice/code': 'good-time',
    'advice/because': 'spare-nearby',
    'advice/until': '2026-11-22T14:30:00Z',
    'advice/status': 'online',
    'device/p1/status': 'online',
    'device/p1/power': '-640',
    'device/p1/energy/import': '4512345',
    'device/p1/energy/export': '812000',
    'device/roof/status': 'online',
    'device/roof/power': '-1820',
    'device/roof/energy/export': '9000001',
    'device/battery/status': 'online',
    'device/battery/power': '310',
    'device/battery/charge': '71',
    'device/battery/temperature': '19.5',
    'device/battery/switch': 'on',
    'device/attic/status': 'offline',
  })
  expect(outwards.report().broker?.is).toBe('up')
})

test('the broker keeps what lasts and never a live value', async () => {
  await using broker = await openBroker({ port: 0 })
  await using listener = listenerAt(broker)
  await listener.until(({ states }) => states.some(({ is }) => is === 'up'))
  await using outwards = tellingTo(broker, handSources(), handPorts(), { language: 'it' })
  await heard(listener, `${ROOT}/device/attic/status`, 'offline')
  const kept = await keptBy(broker, (now) => now.has(`${ROOT}/device/attic/status`))
  const live = [...HOME_TOPICS, ...DEVICE_TOPICS].filter(({ isKept }) => !isKept).map(({ path }) => path)
  for (const topic of kept.keys()) expect(live).not.toContain(topic.split('/').at(-1))
  expect(kept.get(`${ROOT}/advice`)).toContain('Nel vicinato ora c’è eccedenza')
  expect(outwards.report().broker?.is).toBe('up')
})

test('the last will says that the node is gone', async () => {
  await using broker = await openBroker({ port: 0 })
  await using listener = listenerAt(broker)
  const outwards = tellingTo(broker, handSources(), handPorts())
  await heard(listener, `${ROOT}/status`, 'online')
  await outwards[Symbol.asyncDispose]()
  await heard(listener, `${ROOT}/status`, 'offline')
  await keptBy(broker, (now) => now.get(`${ROOT}/status`) === 'offline')
})

test('without a basis there is no advice, and one that no longer holds is taken back', async () => {
  await using broker = await openBroker({ port: 0 })
  await using listener = listenerAt(broker)
  await listener.until(({ states }) => states.some(({ is }) => is === 'up'))
  const [sources, ports] = [handSources(), handPorts()]
  await using outwards = tellingTo(broker, sources, ports)
  await heard(listener, `${ROOT}/advice/code`, 'good-time')
  await heard(listener, `${ROOT}/device/attic/status`, 'offline')
  sources.figures = noFigures
  // Figures are asked once a minute.
  for (let passedMs = 0; passedMs < 60_000; passedMs += ROUND_MS) await nextRound(ports)
  await heard(listener, `${ROOT}/advice`, '')
  await heard(listener, `${ROOT}/shared/from-neighbours`, '')
  const kept = await keptBy(broker, (now) => now.get(`${ROOT}/advice/status`) === 'offline')
  expect(kept.has(`${ROOT}/advice`)).toBe(false)
  // What the node knew of the account stays true.
  expect(kept.get(`${ROOT}/credit`)).toBe('-1.23456')
  expect(outwards.report().broker?.is).toBe('up')
})

test('a device that fell silent is offline, says no live value, and its register stays', async () => {
  await using broker = await openBroker({ port: 0 })
  await using listener = listenerAt(broker)
  await listener.until(({ states }) => states.some(({ is }) => is === 'up'))
  const [sources, ports] = [handSources(), handPorts()]
  await using outwards = tellingTo(broker, sources, ports)
  await heard(listener, `${ROOT}/device/attic/status`, 'offline')
  await nextRound(ports)
  const powers = () => listener.items.filter(({ topic }) => topic.endsWith('/power')).length
  await listener.until(() => powers() === 8)
  sources.reports = sampleReports(epochMs(ports.now() - 300_000))
  await nextRound(ports)
  await heard(listener, `${ROOT}/device/battery/status`, 'offline')
  expect(powers()).toBe(8)
  await keptBy(broker, (now) => now.get(`${ROOT}/device/p1/energy/import`) === '4512345')
  expect(outwards.report().broker?.is).toBe('up')
})

test('a device that is taken out of the settings takes its topics and entities with it', async () => {
  await using broker = await openBroker({ port: 0 })
  const store = memoryStore()
  const config = discoveryTopic('homeassistant', deviceId(home, 'roof'))
  const first = tellingTo(broker, handSources(), handPorts(store))
  await keptBy(broker, (now) => now.has(config) && now.has(`${ROOT}/device/attic/status`))
  await first[Symbol.asyncDispose]()
  await using listener = listenerAt(broker)
  await listener.until((rig) => lastOn(rig, config) !== undefined)
  const left = sampleReports().filter(({ settings }) => settings.id !== 'roof')
  await using again = tellingTo(broker, handSources(fullFigures, left), handPorts(store))
  await heard(listener, config, '')
  await heard(listener, `${ROOT}/status`, 'online')
  const p1 = discoveryTopic('homeassistant', deviceId(home, 'p1'))
  const kept = await keptBy(broker, (now) => now.get(`${ROOT}/status`) === 'online' && now.has(p1))
  expect([...kept.keys()].filter((topic) => topic.includes('roof'))).toEqual([])
  expect(again.report().broker?.is).toBe('up')
})

test('an entity that this program no longer knows is named as gone once', async () => {
  await using broker = await openBroker({ port: 0 })
  await using listener = listenerAt(broker)
  await listener.until(({ states }) => states.some(({ is }) => is === 'up'))
  const store = memoryStore()
  const components = { power: 'sensor', forecast: 'sensor' } as const
  toldMemory(store, homeId(home)).put(homeId(home), { device: null, prefix: 'homeassistant', components })
  await using outwards = tellingTo(broker, handSources(), handPorts(store))
  await heard(listener, `${ROOT}/status`, 'online')
  const messages = listener.items
    .filter(({ topic }) => topic === discoveryTopic('homeassistant', homeId(home)))
    .map((message): { components: Record<string, unknown> } => JSON.parse(wordOf(message)))
  expect(messages.map(({ components: of }) => of['forecast'])).toEqual([{ platform: 'sensor' }, undefined])
  expect(toldMemory(store, homeId(home)).get(homeId(home))?.components).not.toHaveProperty('forecast')
  expect(outwards.report().broker?.is).toBe('up')
})

test('an entity stays while its device does not say its value', async () => {
  await using broker = await openBroker({ port: 0 })
  const store = memoryStore()
  const p1 = discoveryTopic('homeassistant', deviceId(home, 'p1'))
  const first = tellingTo(broker, handSources(), handPorts(store))
  const before = await keptBy(broker, (now) => now.has(p1))
  await first[Symbol.asyncDispose]()
  const unheard = [reportOf({ id: 'p1', meter: 'm1' })]
  await using listener = listenerAt(broker)
  await using again = tellingTo(broker, handSources(noFigures, unheard), handPorts(store))
  await heard(listener, `${ROOT}/device/p1/status`, 'offline')
  const after = await keptBy(broker, (now) => now.get(`${ROOT}/device/p1/status`) === 'offline')
  expect(after.get(p1)).toBe(before.get(p1))
  // A sum that misses its meter is not said, and what the broker keeps of it stays.
  expect(after.get(`${ROOT}/energy/import`)).toBe('4512345')
  expect(again.report().broker?.is).toBe('up')
})

test('Home Assistant off takes its messages back and leaves the topics', async () => {
  await using broker = await openBroker({ port: 0 })
  const store = memoryStore()
  const config = discoveryTopic('homeassistant', homeId(home))
  const first = tellingTo(broker, handSources(), handPorts(store))
  await keptBy(broker, (now) => now.has(config) && now.has(`${ROOT}/device/attic/status`))
  await first[Symbol.asyncDispose]()
  await using listener = listenerAt(broker)
  await listener.until((rig) => lastOn(rig, config) !== undefined)
  await using again = tellingTo(broker, handSources(), handPorts(store), { homeAssistant: false })
  for (const id of [homeId(home), ...['p1', 'roof', 'battery', 'attic'].map((one) => deviceId(home, one))])
    await heard(listener, discoveryTopic('homeassistant', id), '')
  const kept = await keptBy(broker, (now) => now.has(`${ROOT}/credit`))
  expect([...kept.keys()].filter((topic) => topic.startsWith('homeassistant'))).toEqual([])
  expect(again.report().broker?.is).toBe('up')
})

test('when Home Assistant starts, everything is said again', async () => {
  await using broker = await openBroker({ port: 0 })
  await using listener = listenerAt(broker)
  await listener.until(({ states }) => states.some(({ is }) => is === 'up'))
  const ports = handPorts()
  await using outwards = tellingTo(broker, handSources(), ports)
  await heard(listener, `${ROOT}/device/attic/status`, 'offline')
  let voice: MqttVoice | undefined
  const url = `mqtt://127.0.0.1:${broker.port}`
  await using assistant = lineRig(() =>
    dialMqtt({ url, clientId: 'ha' }, [], (given) => void (voice = given)),
  )
  await assistant.until(() => voice !== undefined)
  const config = discoveryTopic('homeassistant', homeId(home))
  const times = () => listener.items.filter(({ topic }) => topic === config).length
  expect(times()).toBe(1)
  const online = new TextEncoder().encode('online')
  await voice?.publish({ topic: 'homeassistant/status', payload: online, retained: false })
  await heard(listener, 'homeassistant/status', 'online')
  // The node may hear it a moment after the listener did: rounds go on until it has.
  while (times() < 2) await nextRound(ports)
  expect(times()).toBe(2)
  expect(outwards.report().broker?.is).toBe('up')
})

test('a broker that goes and comes is told everything again, and what is shown of its line says so', async () => {
  const first = await openBroker({ port: 0 })
  const { port } = first
  const ports = handPorts()
  await using outwards = tellingTo(first, handSources(), ports)
  await keptBy(first, (now) => now.has(`${ROOT}/credit`))
  expect(outwards.report().broker?.is).toBe('up')
  await first[Symbol.asyncDispose]()
  await using unheard = lineRig(() => dialMqtt({ url: `mqtt://127.0.0.1:${port}`, clientId: 'x' }, []))
  await unheard.until(() => outwards.report().broker?.is === 'waiting')
  await using again = await openBroker({ port })
  ports.advance(60_000)
  await keptBy(again, (now) => now.has(`${ROOT}/credit`))
  expect(ports.failures).toEqual([])
})

test('a name that leads out of the house is not dialled without encryption', async () => {
  const ports = { ...handPorts(), lookup: async () => ['93.184.216.34'] }
  await using outwards = openOutwards(
    settingsOf({ mqtt: { broker: 'mqtt://broker.example:1883' } }),
    handSources(),
    ports,
  )
  await using clock = lineRig(() => async () => undefined)
  await clock.until(() => outwards.report().broker?.is === 'waiting')
  expect(outwards.report().broker).toMatchObject({ problem: { code: 'outwards-address-refused' } })
})

test('every entity has a topic of the tree, and every key is named once', () => {
  const homePaths = HOME_TOPICS.map(({ path }) => path)
  for (const { path } of HOME_ENTITIES) expect(homePaths).toContain(path)
  const devicePaths = DEVICE_TOPICS.map(({ path }) => path)
  for (const { path } of DEVICE_ENTITIES) expect(devicePaths).toContain(path)
  for (const facts of [HOME_ENTITIES, DEVICE_ENTITIES])
    expect(new Set(facts.map(({ key }) => key)).size).toBe(facts.length)
})
