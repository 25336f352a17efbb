import { tokenBucket, type MqttVoice } from '@tri/meters'
import { Fault } from '@tri/units'

import type { OutwardsPorts } from './outwards-ports.ts'

/** Messages a second at most, and at once after a pause: everything of a large household, when it connects. */
export const MQTT_RATE = { perSecond: 50, burst: 500 } as const
/** How long a broker's confirmation is waited for, ms. */
const CONFIRMED_WAIT_MS = 10_000

/** What is said while one connection to a broker lasts. */
export interface MqttSpeech {
  /** Says a live value, every time. */
  say(topic: string, text: string): Promise<void>
  /** Says what the broker keeps, when it is not what was said last. An empty text takes it back. */
  keep(topic: string, text: string): Promise<void>
  /** Everything is said anew. */
  forget(): void
}

/** Speaks at the rate of MQTT_RATE, one message after the other, each confirmed (QoS 1). */
export function mqttSpeech(
  voice: MqttVoice,
  signal: AbortSignal,
  { now, pause }: Pick<OutwardsPorts, 'now' | 'pause'>,
): MqttSpeech {
  const bucket = tokenBucket(MQTT_RATE)
  const kept = new Map<string, string>()
  const publish = async (topic: string, text: string, retained: boolean) => {
    while (bucket.available(now()) < 1) await pause(bucket.waitMs(now()), signal)
    signal.throwIfAborted()
    bucket.take(1, now())
    await confirmed(
      voice.publish({ topic, payload: new TextEncoder().encode(text), retained }),
      signal,
      pause,
    )
  }
  return {
    say: (topic, text) => publish(topic, text, false),
    keep: async (topic, text) => {
      if (kept.get(topic) === text) return
      await publish(topic, text, true)
      kept.set(topic, text)
    },
    forget: () => kept.clear(),
  }
}

/** @throws Fault `broker-not-confirming` */
async function confirmed(
  publishing: Promise<void>,
  signal: AbortSignal,
  pause: OutwardsPorts['pause'],
): Promise<void> {
  const over = new AbortController()
  const late = pause(CONFIRMED_WAIT_MS, AbortSignal.any([signal, over.signal])).then(() => {
    throw new Fault('broker-not-confirming', { seconds: CONFIRMED_WAIT_MS / 1000 })
  })
  try {
    await Promise.race([publishing, late])
  } finally {
    over.abort()
    late.catch(() => undefined)
    publishing.catch(() => undefined)
  }
}
