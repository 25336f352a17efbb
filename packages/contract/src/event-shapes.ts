import { z } from 'zod'

import { home } from './home-shapes.ts'
import {
  count,
  digest,
  epochMilliseconds,
  identifier,
  localMonth,
  mark,
  operationStanding,
  slotNumber,
} from './quantities.ts'
import { state } from './state-shapes.ts'

/** How often a stream without news says that it lives. A page calls its values stale when it has missed one. */
export const HEARTBEAT_MS = 10_000
/** How often the state is sent. */
export const STATE_EVERY_MS = 2000

/**
 * What the live stream says, by the name of the event. `home` and `standing` go to the sessions of their own member only.
 */
export const liveEvents = {
  heartbeat: z.object({ at: epochMilliseconds }).meta({ id: 'HeartbeatEvent' }),
  state,
  home,
  settled: z
    .object({
      firstSlot: slotNumber,
      untilSlot: slotNumber,
      version: count,
      root: digest,
      mark,
    })
    .meta({ id: 'SettledEvent' }),
  standing: z
    .object({
      member: identifier,
      id: identifier.meta({ description: 'Of the payment.' }),
      standing: operationStanding,
      height: count.nullable().meta({ description: 'Of the block that has it; null unless final.' }),
      mark,
    })
    .meta({ id: 'StandingEvent' }),
  published: z
    .object({ month: localMonth, version: count, root: digest, mark })
    .meta({ id: 'PublishedEvent' }),
} as const

/** The name of an event of the live stream. */
export type LiveEventName = keyof typeof liveEvents
/** One event of the live stream: its name, and what it says. */
export type LiveEvent = {
  [Name in LiveEventName]: { readonly event: Name; readonly data: z.output<(typeof liveEvents)[Name]> }
}[LiveEventName]
