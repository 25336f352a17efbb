export { replicaBook } from './replica-book.ts'
export { orderingSuite, type Copy, type OrderingRig, type OrderingSuiteOptions } from './ordering-suite.ts'
export { FOUR, lived, OTHER_SEVEN, SEVEN, stewardTown, type StewardTown } from './steward-town.ts'
