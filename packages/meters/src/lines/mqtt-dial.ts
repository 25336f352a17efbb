import { Fault } from '@tri/units'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'

import { reasonOf, type Dial } from './line.ts'

/** A broker, and how the node shows itself there. */
export interface BrokerAddress {
  /** `mqtt://host:1883` or `mqtts://host:8883`; user and password never in it. */
  readonly url: string
  readonly clientId: string
  readonly login?: { readonly user: string; readonly password: string }
  /** What the broker says for the node when it is suddenly gone. */
  readonly will?: MqttMessage
}

/** A message, with the topic it came under or goes to. */
export interface MqttMessage {
  readonly topic: string
  readonly payload: Uint8Array
  /** Kept by the broker for those who subscribe later. */
  readonly retained: boolean
}

/** What may be said while the broker is there. */
export interface MqttVoice {
  /** Resolves when the broker has confirmed the message (QoS 1). */
  publish(message: MqttMessage): Promise<void>
}

/** Bytes of a message that is looked at; a longer one is dropped unread. */
export const MQTT_PAYLOAD_BYTES_MAX = 65_536
const CONNECT_WAIT_MS = 10_000
const KEEP_ALIVE_SECONDS = 30

/**
 * A connection to an MQTT broker: brings the messages under some topics, and can speak.
 *
 * @param topics what is subscribed, with `+` and `#`
 * @param speak  is given the voice each time the broker is there, until the signal is aborted
 * @throws Fault `line-broken` when the broker refuses or goes away
 */
export function dialMqtt(
  broker: BrokerAddress,
  topics: readonly string[],
  speak?: (voice: MqttVoice, signal: AbortSignal) => void,
): Dial<MqttMessage> {
  return async (deliver, { signal, up }) => {
    const client = await connectedTo(broker, signal)
    const gone = new AbortController()
    const ended = endOf(client, broker.url, signal)
    // It may fail while topics are still being subscribed, before anybody waits for it.
    ended.catch(() => undefined)
    try {
      client.on('message', (topic, payload, { retain }) => {
        if (payload.length > MQTT_PAYLOAD_BYTES_MAX) return
        deliver({ topic, payload: new Uint8Array(payload), retained: retain })
      })
      if (topics.length > 0) await client.subscribeAsync([...topics], { qos: 1 })
      up()
      speak?.(voiceOf(client), AbortSignal.any([signal, gone.signal]))
      await ended
    } finally {
      gone.abort()
      client.removeAllListeners('message')
      await client.endAsync(true)
    }
  }
}

function voiceOf(client: MqttClient): MqttVoice {
  return {
    publish: async ({ topic, payload, retained }) => {
      await client.publishAsync(topic, Buffer.from(payload), { qos: 1, retain: retained })
    },
  }
}

// The client's own way of connecting again is off: one rule of pauses serves every line.
async function connectedTo(
  { url, clientId, login, will }: BrokerAddress,
  signal: AbortSignal,
): Promise<MqttClient> {
  signal.throwIfAborted()
  const options: IClientOptions = {
    clientId,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_WAIT_MS,
    keepalive: KEEP_ALIVE_SECONDS,
    ...(login === undefined ? {} : { username: login.user, password: login.password }),
    ...(will === undefined
      ? {}
      : { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: will.retained } }),
  }
  try {
    return await connectAsync(url, options, false)
  } catch (cause) {
    throw new Fault('line-broken', { line: url, reason: reasonOf(cause) }, { cause })
  }
}

async function endOf(client: MqttClient, line: string, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    client.once('error', (cause) =>
      reject(new Fault('line-broken', { line, reason: reasonOf(cause) }, { cause })),
    )
    client.once('close', () => resolve())
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
