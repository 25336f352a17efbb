export type {
  Evidence,
  FinalBlock,
  FinalOperation,
  NotTaken,
  Ordering,
  OrderingStatus,
  SignedBytes,
  Standing,
} from './ordering.ts'
export type { BlockInput, BlockRecord, Execution, Replica, StatePath } from './replica/replica.ts'
