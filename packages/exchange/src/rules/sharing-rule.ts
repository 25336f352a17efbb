import type { Slot } from '@tri/units'

import type { RuleName, RuleTraits } from './rule-name.ts'

/** One interval as a rule sees it. On net basis one of the two is 0 for each meter. */
export interface RuleInterval {
  /** Count of intervals since 1970 in UTC, a slot number for rules that settle quarter hours: seeds the rounding. */
  readonly interval: Slot
  /** Wh by column, >= 0. */
  readonly needWh: Int32Array
  /** Wh by column, >= 0. */
  readonly surplusWh: Int32Array
}

/** What a rule decides; both columns are overwritten and have the same sum. */
export interface RuleParts {
  /** Wh each meter gets from the others: at most its need. */
  readonly takenWh: Int32Array
  /** Wh each meter gives to the others: at most its surplus. */
  readonly givenWh: Int32Array
}

/**
 * A sharing rule bound to its charter and its community. It decides how much each meter gets and gives in one interval;
 * in which rings that energy flows is then found by matching the decided amounts neighbour first.
 *
 * Laws (`sharingRuleSuite` in `@tri/exchange/testing`): sums are equal; nobody gets more than her need or gives more
 * than her surplus; the same interval gives the same parts.
 */
export interface SharingRule extends RuleTraits {
  readonly name: RuleName
  allocate(interval: RuleInterval, parts: RuleParts): void
}
