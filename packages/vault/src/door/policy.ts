import { accept, refuse, type EpochMs, type Outcome } from '@tri/units'

import type { ViewRefusal } from '../refusal.ts'

/** What a view is for: the household's own eyes, or the settlement that it agreed to when it joined. */
export type Purpose = 'household' | 'settlement'
/** How fine a view is. */
export type Grain = 'second' | 'slot' | 'day' | 'month'

/** A question at the vault's door. */
export interface ViewRequest<G extends Grain = Grain> {
  /** Whose readings they are. */
  readonly owner: string
  /** Who asks; the owner when left out. */
  readonly by?: string
  readonly purpose: Purpose
  readonly grain: G
  readonly meter: string
  readonly from: EpochMs
  readonly until: EpochMs
}

/** Decides whether a view is given. Policies beyond the household's own implement this. */
export interface Policy {
  decide(request: Required<ViewRequest>): Outcome<'granted', ViewRefusal>
}

/**
 * The policy that every vault has: the owner sees everything; her node takes quarter hours, and nothing finer, for settlement;
 * everybody else is refused.
 *
 * @param owner the member whose vault it is
 */
export function householdPolicy(owner: string): Policy {
  return {
    decide(request) {
      if (request.owner !== owner || request.by !== owner) return refuse('view-not-granted')
      if (request.purpose === 'settlement' && request.grain !== 'slot') return refuse('grain-not-granted')
      return accept('granted')
    },
  }
}
