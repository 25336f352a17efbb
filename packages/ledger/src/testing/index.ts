export { replicaBook } from './replica-book.ts'
export { orderingSuite, type Copy, type OrderingRig, type OrderingSuiteOptions } from './ordering-suite.ts'
