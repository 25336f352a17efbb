export type { Replica } from '../replica/replica.ts'
