import { memoryStore } from '@tri/community'
import { dialMqtt, openBroker, type MqttMessage } from '@tri/meters'
import { lineRig, type LineRig } from '@tri/meters/testing'
import { slot } from '@tri/units'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { homeSource } from '../../src/outwards/home-source.ts'
import { openOutwards } from '../../src/outwards/open-outwards.ts'
import type { HomeSource } from '../../src/outwards/outwards-sources.ts'
import { deviceRoot, DEVICE_TOPICS, homeRoot, HOME_TOPICS } from '../../src/outwards/topics.ts'
import { homeOf } from '../../src/services/home-service.ts'
import { settleRange } from '../../src/services/month-acts.ts'
import type { NodeView } from '../../src/services/view.ts'
import { openStreet, rangeOf, smallStreet, type Street } from '../services/small-street.ts'
import { handPorts, handSources, sampleReports, settingsOf } from './outwards-rig.ts'

const day = rangeOf('2026-04-10')
let street: Street
beforeAll(async () => {
  street = await openStreet('2026-04-11T08:00:00Z')
  await street.bring(day)
  await settleRange(street.node, day)
  street.setNow(slot(day.firstSlot + 60))
})
afterAll(() => street[Symbol.asyncDispose]())

/** The street’s view with meters that report: home 4 has something to spare, the others take. */
function livingView(meters: readonly string[] = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7']): NodeView {
  const byMeter = new Map(
    meters.map((meter, n) => [
      meter,
      meter === 'm4' || meter === 'm7' ? { importW: 0, exportW: 3111 } : { importW: 417 + n, exportW: 0 },
    ]),
  )
  return { ...street.node.view, livePower: () => ({ at: street.clock.now, byMeter }) }
}

const wordOf = ({ payload }: MqttMessage) => new TextDecoder().decode(payload)

async function everythingSaid(home: HomeSource): Promise<readonly MqttMessage[]> {
  await using broker = await openBroker({ port: 0 })
  const url = `mqtt://127.0.0.1:${broker.port}`
  await using listener: LineRig<MqttMessage> = lineRig(() => dialMqtt({ url, clientId: 'anybody' }, ['#']))
  await listener.until(({ states }) => states.some(({ is }) => is === 'up'))
  const ports = { ...handPorts(memoryStore()), now: () => street.clock.now }
  const sources = { ...handSources(undefined, sampleReports(street.clock.now)), home }
  await using outwards = openOutwards(settingsOf({ mqtt: { broker: url } }), sources, ports)
  const last = `${deviceRoot(homeRoot(home), 'attic')}/status`
  await listener.until(({ items }) => items.some(({ topic }) => topic === last))
  expect(outwards.report().broker?.is).toBe('up')
  return [...listener.items]
}

test('whoever hears everything hears this home alone: no other member, no meter of hers, no series of readings', async () => {
  const view = livingView()
  const said = await everythingSaid(homeSource(view, 'home-1'))
  const topics = new Set(said.map(({ topic }) => topic))
  const root = 'tri/v1/viottolo/home-1'
  const allowed = new Set([
    ...HOME_TOPICS.map(({ path }) => `${root}/${path}`),
    ...['p1', 'roof', 'battery', 'attic'].flatMap((device) =>
      DEVICE_TOPICS.map(({ path }) => `${root}/device/${device}/${path}`),
    ),
  ])
  for (const topic of topics)
    expect(allowed.has(topic) || topic.startsWith('homeassistant/device/tri_')).toBe(true)
  const others = [
    ...smallStreet.members.filter(({ id }) => id !== 'home-1').flatMap(({ id, name }) => [id, name]),
    ...smallStreet.meters.map(({ id }) => id),
    ...smallStreet.network.map(({ id }) => id),
    '3111',
  ]
  for (const message of said) {
    const text = `${message.topic} ${wordOf(message)}`
    for (const other of others) expect(text).not.toMatch(new RegExp(`\\b${other}\\b`))
    // A value is one value: nothing that is a list of readings fits into it.
    if (message.topic.startsWith('tri/'))
      expect(wordOf(message)).toMatch(/^[^[\]{};,]{0,40}$|^[^[\]{}\d]*(?:\d\d:\d\d)?[^[\]{}\d]*$/)
  }
})

test('what is told of a home is what its page says', async () => {
  const view = livingView()
  const page = homeOf(view, 'home-1')
  const said = await everythingSaid(homeSource(view, 'home-1'))
  const last = (path: string) => said.findLast(({ topic }) => topic === `tri/v1/viottolo/home-1/${path}`)
  const text = (path: string) => {
    const message = last(path)
    return message === undefined ? undefined : wordOf(message)
  }
  const { home: _own, ...received } = { home: 0, ...page.today.receivedWh }
  const sum = Object.entries(received).reduce((before, [ring, wh]) => before + (ring === 'grid' ? 0 : wh), 0)
  expect(sum).toBeGreaterThan(0)
  expect(text('shared/from-neighbours')).toBe(String(sum))
  expect(text('credit/micro')).toBe(String(page.credit.balanceMicroCredit))
  expect(text('advice/code')).toBe(page.answer.code)
  expect(text('advice/because')).toBe(page.answer.because?.code)
})

test('power of a home is that of all meters at its connection, or nothing', () => {
  expect(homeSource(livingView(), 'home-1').powerW()).toBe(417)
  expect(homeSource(livingView(), 'home-4').powerW()).toBe(-3111)
  expect(homeSource(livingView(['m2']), 'home-1').powerW()).toBeUndefined()
})

test('a node without live power has no advice, and one that knows no such member says so', () => {
  const source = homeSource(street.node.view, 'home-1')
  expect(source.figures().advice).toBeUndefined()
  expect(source.powerW()).toBeUndefined()
  expect(() => homeSource(street.node.view, 'home-9')).toThrow(/outwards-member-unknown/)
})
