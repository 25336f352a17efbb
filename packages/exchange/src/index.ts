export { exchangeFaults } from './faults.ts'
export { edgeCostWhOhm, type NetColumns } from './edge-cost.ts'
export {
  matchTotals,
  SLOT_WH_MAX,
  type MatchKernel,
  type MatchRun,
  type MatchTotals,
} from './match-kernel.ts'
export {
  coarsenedToRings,
  neighbourTree,
  type MeterPlace,
  type NeighbourTree,
  type NetworkNode,
  type TreeRefusal,
} from './neighbour-tree.ts'
export { RINGS, ringDistance, type Ring } from './ring.ts'
export { roundingKey, roundingOffset, type Split } from './rounding.ts'
export { tradesOf, type Trade } from './trades.ts'
export { typescriptKernel } from './typescript-kernel.ts'
