export { capturedFiles, hasCaptures, METER_CAPTURES, type CapturedFile } from './captures.ts'
export { codecSuite, type Capture, type CodecSuiteOptions } from './codec-suite.ts'
export { canMakePty, ptyPair, type PtyPair } from './pty.ts'
export { briefPorts, lineRig, type LineRig } from './line-rig.ts'
