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
export { decodeSunSpec } from './sunspec/model-chain.ts'
export { modelValues, type ModelPlace } from './sunspec/model-values.ts'
export { sunspecCodec } from './sunspec/sunspec-codec.ts'
export {
  modelReads,
  REGISTERS_READ_MAX,
  SUNSPEC_BASES,
  sunspecPlan,
  type RegisterRead,
  type SunSpecDevice,
  type SunSpecPlan,
  type SunSpecPlanOptions,
  type SunSpecRefusal,
} from './sunspec/sunspec-plan.ts'
