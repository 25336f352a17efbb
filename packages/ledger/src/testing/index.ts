export { replicaBook } from './replica-book.ts'
