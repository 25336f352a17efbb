import { refuse, type FaultDetails } from '@tri/units'

import type { communityRefusals } from './faults.ts'

/** The name of the rule that an operation broke; its sentence is in `communityFaults`. */
export type CommunityRefusalName = keyof typeof communityRefusals

/** Why an operation was refused: the rule, and what fills its sentence. The same on every replica. */
export interface CommunityRefusal {
  readonly is: CommunityRefusalName
  readonly details: FaultDetails
}

export function no(
  is: CommunityRefusalName,
  details: FaultDetails = {},
): { readonly ok: false; readonly refusal: CommunityRefusal } {
  return refuse({ is, details })
}
