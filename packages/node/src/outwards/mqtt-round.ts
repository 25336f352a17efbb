import type { DeviceReport } from '@tri/meters'

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
  type DiscoveryMessage,
  type EntityFact,
} from './discovery.ts'
import { connectionShown, deviceTexts, homeTexts, isHeard } from './home-texts.ts'
import type { MqttSpeech } from './mqtt-speech.ts'
import type { HomeFigures, OutwardsSources } from './outwards-sources.ts'
import type { ToldMemory, ToldRow } from './told-memory.ts'
import { DEVICE_TOPICS, deviceRoot, HOME_TOPICS, homeRoot, type Texts, type TopicFact } from './topics.ts'

/** What one round says, and to whom. */
export interface MqttRound {
  readonly sources: Pick<OutwardsSources, 'home' | 'devices'>
  readonly figures: HomeFigures
  readonly frame: DiscoveryFrame
  /** Where Home Assistant listens; null where there is none. */
  readonly prefix: string | null
  readonly nowMs: Parameters<typeof isHeard>[1]
  readonly silentMs: number
  readonly memory: ToldMemory
  readonly speech: MqttSpeech
}

/** Says once what there is to say: what is gone, what there is, and what it is now. */
export async function sayRound(round: MqttRound): Promise<void> {
  const { sources, figures, frame, nowMs, silentMs } = round
  const { home } = sources
  const reports = sources.devices.reports()
  const root = homeRoot(home)
  await takeBackGone(round, reports)
  const isFresh = (report: DeviceReport) => isHeard(report, nowMs, silentMs)
  const shown = connectionShown(reports, isFresh)
  const texts = homeTexts(figures, { ...shown, powerW: shown.powerW ?? home.powerW() }, frame.language)
  await tellEntities(round, HOME_ENTITIES, {
    id: homeId(home),
    device: null,
    texts,
    message: (keys) => homeDiscovery(frame, keys),
  })
  await sayTexts(round.speech, root, HOME_TOPICS, texts)
  for (const report of reports) {
    const { settings } = report
    const said = deviceTexts(report, isFresh(report))
    await tellEntities(round, DEVICE_ENTITIES, {
      id: deviceId(home, settings.id),
      device: settings.id,
      texts: said,
      message: (keys) => deviceDiscovery(frame, settings, keys),
    })
    await sayTexts(round.speech, deviceRoot(root, settings.id), DEVICE_TOPICS, said)
  }
}

async function sayTexts<Path extends string>(
  speech: MqttSpeech,
  root: string,
  topics: readonly (TopicFact & { readonly path: Path })[],
  texts: Texts<Path>,
): Promise<void> {
  for (const { path, isKept, isLasting } of topics) {
    const text: string | undefined = texts[path]
    if (text === undefined && (!isKept || isLasting)) continue
    if (isKept) await speech.keep(`${root}/${path}`, text ?? '')
    else await speech.say(`${root}/${path}`, text ?? '')
  }
}

interface Entities<Path extends string> {
  readonly id: string
  readonly device: string | null
  readonly texts: Texts<Path>
  readonly message: (keys: ReadonlySet<string>) => DiscoveryMessage
}

/**
 * Tells Home Assistant what there is. A component that was there once stays: a device that just does not say its register would
 * lose its history. One that this program no longer knows is named as gone first.
 */
async function tellEntities<Path extends string>(
  { memory, speech, prefix }: MqttRound,
  facts: readonly EntityFact<Path>[],
  { id, device, texts, message }: Entities<Path>,
): Promise<void> {
  const before: ToldRow = memory.get(id) ?? { device, prefix: null, components: {} }
  if (before.prefix !== null && before.prefix !== prefix)
    await speech.keep(discoveryTopic(before.prefix, id), '')
  const there = facts.filter(({ key, path }) => key in before.components || texts[path] !== undefined)
  const gone = Object.entries(before.components).filter(([name]) => !facts.some(({ key }) => key === name))
  const components = Object.fromEntries(there.map(({ key, kind }) => [key, kind.platform]))
  memory.put(id, { device, prefix, components: { ...Object.fromEntries(gone), ...components } })
  if (prefix === null || there.length === 0) return
  const now = message(new Set(Object.keys(components)))
  const topic = discoveryTopic(prefix, id)
  if (gone.length > 0) {
    const stubs = Object.fromEntries(gone.map(([key, platform]) => [key, { platform }]))
    await speech.keep(topic, JSON.stringify(withGone(now, stubs)))
    memory.put(id, { device, prefix, components })
  }
  await speech.keep(topic, JSON.stringify(now))
}

/** Takes back everything of a device that is no longer in the settings. */
async function takeBackGone(
  { memory, speech, sources }: MqttRound,
  reports: readonly DeviceReport[],
): Promise<void> {
  const there = new Set(reports.map(({ settings }) => settings.id))
  for (const [id, { device, prefix }] of memory.all()) {
    if (device === null || there.has(device)) continue
    if (prefix !== null) await speech.keep(discoveryTopic(prefix, id), '')
    const root = deviceRoot(homeRoot(sources.home), device)
    for (const { path, isKept } of DEVICE_TOPICS) if (isKept) await speech.keep(`${root}/${path}`, '')
    memory.forget(id)
  }
}
