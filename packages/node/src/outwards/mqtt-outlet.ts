import { dialMqtt, keepLine, type Dial, type LineState, type MqttMessage, type MqttVoice } from '@tri/meters'
import { Fault } from '@tri/units'

import { checkedAddress } from './checked-address.ts'
import { homeId } from './discovery.ts'
import { sayRound } from './mqtt-round.ts'
import { mqttSpeech } from './mqtt-speech.ts'
import { systemLookup, type OutwardsPorts } from './outwards-ports.ts'
import type { MqttSettings, OutwardsSettings } from './outwards-shape.ts'
import type { HomeFigures, OutwardsSources } from './outwards-sources.ts'
import { toldMemory } from './told-memory.ts'
import { homeRoot } from './topics.ts'

/** How often the home's figures are asked, ms: a settlement of today stands behind them. */
const FIGURES_EVERY_MS = 60_000

/** What is told to a broker, and where it comes from. */
export interface MqttOutlet {
  readonly settings: Pick<OutwardsSettings, 'language' | 'silentSeconds'>
  readonly mqtt: MqttSettings
  readonly sources: Pick<OutwardsSources, 'home' | 'devices'>
  readonly ports: OutwardsPorts
  readonly told: (state: LineState) => void
}

/**
 * Tells the household's broker until the signal is aborted, over a line that is dialled again after a growing pause. The will says
 * `offline` for the node; the first round says everything, the next ones what changed.
 */
export async function runMqttOutlet(outlet: MqttOutlet, signal: AbortSignal): Promise<void> {
  const { mqtt, sources, ports, told } = outlet
  const { prefix } = mqtt.homeAssistant === false ? { prefix: null } : mqtt.homeAssistant
  const births = { heard: false }
  const broker = {
    url: mqtt.broker,
    clientId: homeId(sources.home).replace('_', '-'),
    ...(mqtt.login === undefined ? {} : { login: mqtt.login }),
    will: {
      topic: `${homeRoot(sources.home)}/status`,
      payload: new TextEncoder().encode('offline'),
      retained: true,
    },
  }
  const figures = recentFigures(outlet)
  const dial: Dial<MqttMessage> = async (deliver, attempt) => {
    await checkedAddress(mqtt.broker, ports.lookup ?? systemLookup)
    const breaking = new AbortController()
    const speak = (voice: MqttVoice, gone: AbortSignal) => {
      speakRounds({ outlet, prefix, births, figures }, voice, gone).catch((cause: unknown) => {
        if (!gone.aborted) breaking.abort(cause)
      })
    }
    const topics = prefix === null ? [] : [`${prefix}/status`]
    const ended = AbortSignal.any([attempt.signal, breaking.signal])
    await dialMqtt(broker, topics, speak)(deliver, { ...attempt, signal: ended })
    if (breaking.signal.aborted) throw asError(breaking.signal.reason)
  }
  const heard = ({ topic, payload }: MqttMessage) => {
    // Home Assistant says so when it has started: it knows nothing of us then.
    if (topic === `${prefix}/status` && new TextDecoder().decode(payload) === 'online') births.heard = true
  }
  await keepLine(dial, heard, { name: mqtt.broker }, { ...ports, signal, told })
}

interface Speaking {
  readonly outlet: MqttOutlet
  readonly prefix: string | null
  readonly births: { heard: boolean }
  readonly figures: () => HomeFigures
}

async function speakRounds(
  { outlet, prefix, births, figures }: Speaking,
  voice: MqttVoice,
  gone: AbortSignal,
): Promise<void> {
  const { settings, mqtt, sources, ports } = outlet
  const { home } = sources
  const speech = mqttSpeech(voice, gone, ports)
  const memory = toldMemory(ports.store, homeId(home))
  while (!gone.aborted) {
    if (births.heard) speech.forget()
    births.heard = false
    await sayRound({
      sources,
      figures: figures(),
      frame: { home, language: settings.language, version: ports.version },
      prefix,
      nowMs: ports.now(),
      silentMs: settings.silentSeconds * 1000,
      memory,
      speech,
    })
    await ports.pause(mqtt.everySeconds * 1000, gone).catch(() => undefined)
  }
}

function recentFigures({ sources, ports }: MqttOutlet): () => HomeFigures {
  let recent: { readonly figures: HomeFigures; readonly at: number } | undefined
  return () => {
    const at = ports.now()
    // A clock that went back asks again too.
    if (recent === undefined || Math.abs(at - recent.at) >= FIGURES_EVERY_MS)
      recent = { figures: sources.home.figures(), at }
    return recent.figures
  }
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Fault('outwards-failed', { reason: String(cause) })
}
