export {
  COMMUNITY_FILE_BYTES_MAX,
  communityFromDocument,
  communityFromText,
  readCommunityFile,
} from './community-file/read-community-file.ts'
export {
  communityDocumentShape,
  type CommunityDocument,
  type MemberEntry,
  type MeterEntry,
  type NetworkEntry,
} from './community-file/document-shape.ts'
export { communitySchemaText } from './community-file/schema.ts'
export { nodeFaults } from './faults.ts'
export { readReadings, type ReadingColumns } from './readings/read-readings.ts'
export type { ReadingOptions } from './readings/reading-options.ts'
export { problemSentence, slotText, type Problem } from './problem.ts'
export { openSessionStore } from './sessions.ts'
export { openBook, type BookFile } from './store/book-file.ts'
export { LOCK_FILE, lockFolder, type FolderLock } from './store/folder-lock.ts'
export { type StoreOptions } from './store/sqlite-store.ts'
