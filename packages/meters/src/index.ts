export { decodeAll, type Codec, type DecoderOptions, type FrameDecoder, type FrameKeys } from './codec.ts'
export { metersFaults } from './faults.ts'
export {
  isUsable,
  PROTOCOLS,
  type CheckVerdict,
  type Frame,
  type MeterValue,
  type Protocol,
} from './frame.ts'
