export {
  CREDIT_DECIMALS,
  KEY_DECIMALS,
  KEY_ONE,
  PRICE_DECIMALS,
  PRIORITY_MAX,
  charterFrom,
  type ByMeter,
  type Charter,
  type CharterRefusal,
} from './charter.ts'
export { charterFit, ringsOf } from './charter-fit.ts'
export { completenessOf, gapsOf, type Completeness, type Gap, type StatementColumns } from './completeness.ts'
export { decimalOf, decimalText, type Decimal } from './decimal.ts'
export { exchangeFaults } from './faults.ts'
export { edgeCostWhOhm, type NetColumns } from './edge-cost.ts'
export { flowsOf, type SlotFlows } from './flows.ts'
export { meterShare, type MeterShare } from './meter-share.ts'
export {
  matchTotals,
  SLOT_WH_MAX,
  type MatchKernel,
  type MatchRun,
  type MatchTotals,
} from './match-kernel.ts'
export {
  FREE_SHARE_PERCENT,
  NANO_EURO_PER_WH,
  POWER_CLASSES,
  ZONE_BONUS,
  premiumCents,
  premiumTariff,
  premiumUse,
  type ItalianPlant,
  type PremiumSteps,
  type PremiumUse,
  type SharedHour,
} from './italy-incentive.ts'
export { type MemberSettlement, type RingLine } from './member-settlement.ts'
export {
  coarsenedToRings,
  neighbourTree,
  type MeterPlace,
  type NeighbourTree,
  type NetworkNode,
  type TreeRefusal,
} from './neighbour-tree.ts'
export { restate, type LineDifference, type MemberDifference, type Restatement } from './restatement.ts'
export { RINGS, ringDistance, type Ring } from './ring.ts'
export { roundingKey, roundingOffset, type Split } from './rounding.ts'
export {
  RULES,
  RULE_NAMES,
  isRuleName,
  ruleUses,
  type RuleName,
  type RuleOption,
  type RuleTraits,
} from './rules/rule-name.ts'
export { sharingRule } from './rules/named-rules.ts'
export { type RuleInterval, type RuleParts, type SharingRule } from './rules/sharing-rule.ts'
export { settle, type Settlement, type SettlementTotals } from './settle.ts'
export { QUALITY, type SettlementInput, type SlotRange } from './settlement-input.ts'
export { meterSalts } from './meter-salts.ts'
export { meterLeaf, type LeafHeader, type MeterColumns } from './settlement-root.ts'
export {
  SUBSTITUTION_RULES,
  WEEKS_BACK_MAX,
  substitutionFor,
  withSubstitutions,
  type RegisterDifference,
  type Substitution,
  type SubstitutionRefusal,
  type SubstitutionRule,
} from './substitution.ts'
export { PRICED_RINGS, priceFalls, priceIn, type PriceFall, type Tariff } from './tariff.ts'
export { tradesOf, type Trade } from './trades.ts'
export { typescriptKernel } from './typescript-kernel.ts'
export { webAssemblyKernel } from './webassembly-kernel.ts'
