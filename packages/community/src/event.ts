import type { MicroCredit, Slot } from '@tri/units'

import type { StewardEntry } from './operation.ts'

/** A stretch of slots, `[firstSlot, firstSlot + slots)`. */
export interface SlotRange {
  readonly firstSlot: Slot
  readonly slots: number
}

/** What came of an operation. */
export type CommunityEvent =
  | { readonly is: 'operation-repeated'; readonly sequence: number }
  | { readonly is: 'community-founded'; readonly community: string }
  | { readonly is: 'member-joined'; readonly member: string }
  | { readonly is: 'member-key-added'; readonly member: string }
  | { readonly is: 'member-key-removed'; readonly member: string }
  | { readonly is: 'member-left'; readonly member: string }
  | { readonly is: 'site-added'; readonly site: string }
  | { readonly is: 'meter-added'; readonly meter: string }
  | { readonly is: 'meter-retired'; readonly meter: string; readonly until: Slot }
  | { readonly is: 'charter-amended'; readonly version: number; readonly from: Slot }
  | {
      readonly is: 'credit-transferred'
      readonly from: string
      readonly to: string
      readonly amount: MicroCredit
    }
  | {
      readonly is: 'credit-held'
      readonly hold: string
      readonly from: string
      readonly to: string
      readonly amount: MicroCredit
    }
  | {
      readonly is: 'hold-captured'
      readonly hold: string
      readonly from: string
      readonly to: string
      readonly amount: MicroCredit
    }
  | { readonly is: 'hold-released'; readonly hold: string; readonly from: string }
  | { readonly is: 'hold-expired'; readonly hold: string; readonly from: string }
  | { readonly is: 'limit-set'; readonly account: string; readonly limit: MicroCredit | undefined }
  | {
      readonly is: 'statements-taken'
      readonly by: string
      readonly meters: number
      /** Meter-slots that the book did not have. */
      readonly added: number
      /** Meter-slots whose statement changed. */
      readonly corrected: number
    }
  | ({
      readonly is: 'period-settled' | 'period-restated'
      readonly version: number
      readonly root: string
      readonly sharedWh: number
    } & SlotRange)
  | { readonly is: 'limit-passed'; readonly account: string; readonly balance: MicroCredit }
  | ({ readonly is: 'period-certified' } & SlotRange)
  | ({ readonly is: 'objection-raised'; readonly by: string } & SlotRange)
  | {
      readonly is: 'stewards-proposed' | 'stewards-approved'
      readonly proposal: string
      readonly by: string
      /** Stewards who agree so far, and how many must. */
      readonly approvals: number
      readonly needed: number
    }
  | {
      readonly is: 'stewards-changed'
      readonly version: number
      readonly stewards: readonly StewardEntry[]
    }
  /** Too many stewards were gone: the members named others, who go on after this height of the chain before. */
  | { readonly is: 'community-refounded'; readonly height: number }
  | { readonly is: 'protocol-scheduled'; readonly version: number; readonly height: number }
