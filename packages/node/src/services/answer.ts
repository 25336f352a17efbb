import type { ResponseOf } from '@tri/contract'
import type { Ring } from '@tri/exchange'
import { slot, SLOTS_PER_UTC_DAY, type Slot } from '@tri/units'

export type Answer = ResponseOf<'home'>['answer']

/** What the answer is made from. */
export interface AnswerInput {
  readonly now: Slot
  /** The household's own surplus now, W. */
  readonly ownSurplusW: number
  /** What all homes together send to the public grid now, W. */
  readonly spareW: number
  /** Homes behind that spare power, and the nearest ring it lies in. */
  readonly homes: number
  readonly ring: Ring | null
  /** Whether `spareW` may be shown: enough homes stand behind it. */
  readonly mayShowSpare: boolean
  /** Whether the community had energy to spare in a slot of yesterday; undefined where it is not settled. */
  readonly hadSpare: (of: Slot) => boolean | undefined
}

/** How far the answer looks ahead: the rest of a day. */
const AHEAD_SLOTS_MAX = SLOTS_PER_UTC_DAY

/**
 * Is this a good time to use power? Yes while the home or its neighbours have energy to spare. Until when is told from
 * yesterday at the same hours: persistence, the forecast that others are measured against.
 */
export function answerOf(input: AnswerInput): Answer {
  const { now, ownSurplusW, spareW, homes, ring } = input
  if (ownSurplusW > 0) {
    return good(untilSlot(input, false), {
      code: 'own-surplus',
      ring: 'home',
      homes: null,
      spareW: ownSurplusW,
    })
  }
  if (spareW > 0 && input.mayShowSpare) {
    return good(untilSlot(input, false), { code: 'spare-nearby', ring, homes, spareW })
  }
  if (spareW > 0) {
    return good(untilSlot(input, false), { code: 'spare-nearby', ring: null, homes: null, spareW: null })
  }
  const begins = untilSlot(input, true)
  if (begins !== null && begins > now) {
    return {
      code: 'wait',
      untilSlot: begins,
      because: { code: 'spare-later', ring: null, homes: null, spareW: null },
      mark: 'live',
    }
  }
  return {
    code: 'neutral',
    untilSlot: null,
    because: { code: 'only-grid', ring: null, homes: null, spareW: null },
    mark: 'live',
  }
}

function good(until: Slot | null, because: NonNullable<Answer['because']>): Answer {
  return { code: 'good-time', untilSlot: until, because, mark: 'live' }
}

/** The first slot from the next one on in which yesterday's spare was there (`wanted`) or gone; null if not in sight. */
function untilSlot({ now, hadSpare }: AnswerInput, wanted: boolean): Slot | null {
  for (let ahead = 1; ahead < AHEAD_SLOTS_MAX; ahead++) {
    const had = hadSpare(slot(now + ahead - SLOTS_PER_UTC_DAY))
    if (had === undefined) return null
    if (had === wanted) return slot(now + ahead)
  }
  return null
}
