import type { MemberName } from '@tri/contract'
import type { KeyValue } from '@tri/community'
import type { Follower } from '@tri/ledger'
import { canonicalBytes, fromOwnBytes } from '@tri/units'
import { z } from 'zod'

const KEPT = 'box/community'
/** How often a box asks who is in the community, in ms. */
const ASKED_EVERY_MS = 3_600_000

const keptShape = z.strictObject({ name: z.string(), timezone: z.string(), limit: z.int() })

/** What a box knows of its community besides what is proved: more stewards said so than may lie. */
export interface BoxCommunity {
  readonly name: string | undefined
  readonly timezone: string
  /** µCC below zero to which the member may go by her own act. */
  readonly limit: number
  /** Everybody in it, as told since the box was started; the names of others are on no disk of hers. */
  readonly members: readonly MemberName[]
  /** Asks the stewards, unless they were asked lately. @throws the signal's reason */
  ask(now: number, signal: AbortSignal): Promise<void>
}

export function boxCommunity(store: KeyValue, follower: Follower): BoxCommunity {
  let kept = keptIn(store)
  let members: readonly MemberName[] = []
  let askedAt = Number.NEGATIVE_INFINITY
  return {
    get name() {
      return kept?.name
    },
    get timezone() {
      return kept?.timezone ?? 'UTC'
    },
    get limit() {
      return kept?.limit ?? 0
    },
    get members() {
      return members
    },
    async ask(now, signal) {
      if (Math.abs(now - askedAt) < ASKED_EVERY_MS) return
      const told = await follower.community(signal)
      if (!told.ok) return
      const { members: all, ...rest } = told.value
      askedAt = now
      members = all.map(({ id, name, kind }) => ({ id, name: name ?? null, kind }))
      kept = rest
      store.set(KEPT, canonicalBytes({ ...rest }))
    },
  }
}

function keptIn(store: KeyValue): z.infer<typeof keptShape> | undefined {
  const bytes = store.get(KEPT)
  return bytes === undefined ? undefined : keptShape.parse(fromOwnBytes(bytes))
}
