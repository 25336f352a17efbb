import { dialMqtt, type MqttVoice } from '../lines/mqtt-dial.ts'

/** A virtual device that speaks under a topic. */
export interface VirtualPublisher extends AsyncDisposable {
  /** Publishes what it has to say now. */
  tick(): void
}

/** Where a virtual device speaks, and what. */
export interface Publishing {
  /** `mqtt://127.0.0.1:1883` */
  readonly broker: string
  readonly topic: string
  /** Undefined while it is silent. */
  readonly speak: () => Uint8Array | undefined
}

/**
 * Opens a device that publishes through a broker, and goes when the broker goes.
 *
 * @throws Fault `line-broken` when the broker is not there
 */
export async function openPublisher({ broker, topic, speak }: Publishing): Promise<VirtualPublisher> {
  const closing = new AbortController()
  const { promise, resolve, reject } = Promise.withResolvers<MqttVoice>()
  const dial = dialMqtt({ url: broker, clientId: topic.replaceAll('/', '-') }, [], resolve)
  const running = dial(() => undefined, { signal: closing.signal, up: () => undefined })
  running.catch(reject)
  const voice = await promise
  return {
    tick: () => {
      const payload = speak()
      // A message that a broker which is going away did not confirm is lost, like any device's.
      if (payload !== undefined) voice.publish({ topic, payload, retained: false }).catch(() => undefined)
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      await running.catch(() => undefined)
    },
  }
}
