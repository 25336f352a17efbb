export { capturedFiles, hasCaptures, METER_CAPTURES, type CapturedFile } from './captures.ts'
export { codecSuite, type Capture, type CodecSuiteOptions } from './codec-suite.ts'
