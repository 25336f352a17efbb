export { SAMPLE_COORDINATOR, SAMPLE_HOUSEHOLD, SAMPLE_NOW_MS, sampleMemberName } from './sample-community.ts'
export { sessionStoreSuite } from './session-store-suite.ts'
export {
  SAMPLE_OPERATION,
  sampleHandlers,
  type SampleHandlers,
  type SampleOptions,
} from './sample-handlers.ts'
export type { SampleLedger } from './sample-ledger.ts'
export { serveSample, type SampleServer } from './sample-server.ts'
