import { createHmac } from 'node:crypto'

import { slot, slotStart, type EpochMs } from '@tri/units'

import type { HomeSource, OutwardsEvent } from './outwards-sources.ts'

/** Name and version of the body's shape. A field may be added within a version, none goes or changes its meaning. */
export const WEBHOOK_SCHEMA = 'tri/webhook/1'

/** What a webhook is told, apart from `lost`, which is counted when it is sent. */
export interface WebhookMessage {
  readonly schema: typeof WEBHOOK_SCHEMA
  /** The same each time this event is sent: a receiver that has seen it has nothing to do. */
  readonly id: string
  readonly kind: OutwardsEvent['kind']
  readonly at: string
  readonly community: string
  readonly member: string
  /** By kind, as docs/outwards.md lists them. */
  readonly details: Readonly<Record<string, string | number | null>>
}

/** An event as it is told. */
export function webhookMessage(
  event: OutwardsEvent,
  { id, at, home }: { readonly id: string; readonly at: EpochMs; readonly home: HomeSource },
): WebhookMessage {
  const { community, member } = home
  return {
    schema: WEBHOOK_SCHEMA,
    id,
    kind: event.kind,
    at: timeText(at),
    community,
    member,
    details: detailsOf(event),
  }
}

function detailsOf(event: OutwardsEvent): WebhookMessage['details'] {
  if (event.kind === 'gap') {
    const { meter, firstSlot, slots, why } = event
    const until = slotStart(slot(firstSlot + slots))
    return { meter, from: timeText(slotStart(firstSlot)), until: timeText(until), slots, why }
  }
  if (event.kind === 'incident')
    return { is: event.is, meter: event.meter ?? null, since: timeText(event.at) }
  if (event.kind === 'statement-refused') {
    const { meter, slot: of, refusal } = event
    return { meter, from: timeText(slotStart(of)), refusal }
  }
  return { device: event.device, lastAt: event.lastAt === null ? null : timeText(event.lastAt) }
}

/**
 * What the header `tri-signature` says: HMAC-SHA-256, in hex, of the time in whole seconds, a dot, and the body. The time is that
 * of this try, so a receiver may refuse what is old.
 *
 * @see RFC 2104
 */
export function webhookSignature(body: string, secret: string, at: EpochMs): string {
  const seconds = Math.floor(at / 1000)
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
}

function timeText(at: EpochMs): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toString()
}
