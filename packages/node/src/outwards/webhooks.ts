import { pauseAfter, reasonOf } from '@tri/meters'
import { Fault } from '@tri/units'

import { systemLookup, type OutwardsPorts } from './outwards-ports.ts'
import type { WebhookSettings } from './outwards-shape.ts'
import type { HomeSource, OutwardsEvent } from './outwards-sources.ts'
import { webhookMessage, webhookSignature } from './webhook-message.ts'
import { postWebhook } from './webhook-post.ts'
import { webhookQueue, type WaitingEvent, type WebhookQueue } from './webhook-queue.ts'

/** How long an answer is waited for, ms. */
export const WEBHOOK_WAIT_MS = 10_000

/** What became of the events of one webhook since the node was started. */
export interface WebhookReport {
  readonly id: string
  readonly waiting: number
  readonly sent: number
  readonly failedTries: number
  /** Events that went because too many waited, and of which the receiver was not told yet. */
  readonly lost: number
  /** Why the last try failed; undefined when it did not. */
  readonly problem: Fault | undefined
}

/** One address that is told of events. */
export interface Webhook {
  report(): WebhookReport
  /** Writes the event down; it is sent when its turn comes. An event of another kind is left out. */
  tell(event: OutwardsEvent): void
  /** Sends what waits, oldest first, until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>
}

/**
 * Tells one address of events: at least once and in order, each until it is taken (status 2xx), with growing pauses of at most a
 * minute. It never gives up; what bounds it is WEBHOOK_WAITING_MAX.
 */
export function openWebhook(settings: WebhookSettings, home: HomeSource, ports: OutwardsPorts): Webhook {
  const queue = webhookQueue(ports.store, settings.id)
  const counts = { sent: 0, failedTries: 0 }
  let problem: Fault | undefined
  let woken = Promise.withResolvers<void>()
  const run = async (signal: AbortSignal) => {
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    let tries = 0
    while (!signal.aborted) {
      const event = queue.first()
      if (event === undefined) {
        await Promise.race([woken.promise, stopped])
        woken = Promise.withResolvers<void>()
        continue
      }
      problem = await send({ settings, queue, ports }, event, signal)
      if (signal.aborted) return
      if (problem === undefined) {
        counts.sent++
        tries = 0
        continue
      }
      counts.failedTries++
      await ports.pause(pauseAfter(++tries, ports.dice()), signal).catch(() => undefined)
    }
  }
  return {
    report: () => ({ id: settings.id, waiting: queue.waiting, ...counts, lost: queue.lost, problem }),
    tell: (event) => {
      if (!settings.kinds.includes(event.kind)) return
      queue.put(webhookMessage(event, { id: ports.newId(), at: ports.now(), home }))
      woken.resolve()
    },
    run,
  }
}

interface Sending {
  readonly settings: WebhookSettings
  readonly queue: WebhookQueue
  readonly ports: OutwardsPorts
}

/** One try. @returns why it failed */
async function send(
  { settings: { id, url, secret }, queue, ports }: Sending,
  event: WaitingEvent,
  signal: AbortSignal,
): Promise<Fault | undefined> {
  const over = new AbortController()
  const patience = new AbortController()
  const watch = ports
    .pause(WEBHOOK_WAIT_MS, AbortSignal.any([signal, over.signal]))
    .then(() => patience.abort())
    .catch(() => undefined)
  const { lost } = queue
  const body = `${event.text.slice(0, -1)},"lost":${lost}}`
  const headers = {
    'content-type': 'application/json',
    'user-agent': `tri/${ports.version}`,
    'idempotency-key': idOf(event),
    'tri-signature': webhookSignature(body, secret, ports.now()),
  }
  try {
    const ended = AbortSignal.any([signal, patience.signal])
    const status = await postWebhook({ url, body, headers }, ports.lookup ?? systemLookup, ended)
    if (status < 200 || status > 299) return answerFault(id, status)
    queue.acknowledge(event, lost)
    return undefined
  } catch (cause) {
    if (patience.signal.aborted)
      return new Fault('webhook-late', { webhook: id, seconds: WEBHOOK_WAIT_MS / 1000 }, { cause })
    if (cause instanceof Fault) return cause
    return new Fault('webhook-unreachable', { webhook: id, reason: reasonOf(cause) }, { cause })
  } finally {
    over.abort()
    await watch
  }
}

function answerFault(webhook: string, status: number): Fault {
  const isElsewhere = status >= 300 && status <= 399
  return new Fault(isElsewhere ? 'webhook-redirected' : 'webhook-answered', { webhook, status })
}

function idOf({ text }: WaitingEvent): string {
  const message: unknown = JSON.parse(text)
  const id: unknown = typeof message === 'object' && message !== null ? Reflect.get(message, 'id') : undefined
  return String(id)
}
