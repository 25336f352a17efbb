import { keysUnder, type KeyValue } from '@tri/community'
import { z } from 'zod'

import type { WebhookMessage } from './webhook-message.ts'

/** Events of one webhook that may wait. Beyond it the oldest goes, and the next body says how many are lost. */
export const WEBHOOK_WAITING_MAX = 1000

const SEQUENCE_DIGITS = 15
const lostShape = z.int().min(0)

/** An event that waits, as it was written down. */
export interface WaitingEvent {
  readonly key: string
  /** JSON of a WebhookMessage. */
  readonly text: string
}

/** What one webhook is still to be told, in order; durable before `put` returns. */
export interface WebhookQueue {
  put(message: WebhookMessage): void
  first(): WaitingEvent | undefined
  /** It was taken, and so was the word of how many had been lost before. */
  acknowledge(event: WaitingEvent, lost: number): void
  readonly waiting: number
  /** Events that went because too many waited, and of which the receiver does not know yet. */
  readonly lost: number
}

/** The queue of a webhook in the node's notes. */
export function webhookQueue(store: KeyValue, webhook: string): WebhookQueue {
  const range = keysUnder(`webhook/${webhook}`)
  const lostKey = `webhook-lost/${webhook}`
  const keys = Array.from(store.entries(range), ([key]) => key)
  let next = Number(keys.at(-1)?.split('/').at(-1) ?? 0) + 1
  const lostUntilNow = (): number => {
    const value = store.get(lostKey)
    return value === undefined ? 0 : lostShape.parse(JSON.parse(new TextDecoder().decode(value)))
  }
  let lost = lostUntilNow()
  const setLost = (count: number) => {
    lost = count
    if (count === 0) store.delete(lostKey)
    else store.set(lostKey, new TextEncoder().encode(String(count)))
  }
  return {
    put: (message) => {
      const key = `webhook/${webhook}/${String(next++).padStart(SEQUENCE_DIGITS, '0')}`
      store.set(key, new TextEncoder().encode(JSON.stringify(message)))
      keys.push(key)
      while (keys.length > WEBHOOK_WAITING_MAX) {
        store.delete(keys.shift() ?? '')
        setLost(lost + 1)
      }
    },
    first: () => {
      const [key] = keys
      const value = key === undefined ? undefined : store.get(key)
      return key === undefined || value === undefined
        ? undefined
        : { key, text: new TextDecoder().decode(value) }
    },
    acknowledge: ({ key }, told) => {
      store.delete(key)
      if (keys[0] === key) keys.shift()
      if (told > 0) setLost(Math.max(0, lost - told))
    },
    get waiting() {
      return keys.length
    },
    get lost() {
      return lost
    },
  }
}
