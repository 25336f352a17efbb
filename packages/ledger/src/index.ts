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
export { ledgerFaults } from './faults.ts'
export { openBook, type BookFile } from './store/book-file.ts'
export { sqliteFault } from './store/sqlite-fault.ts'
export { openSqliteStore, type SqliteStore, type StoreOptions } from './store/sqlite-store.ts'
export { LOCK_FILE, lockFolder, type FolderLock } from './store/folder-lock.ts'
