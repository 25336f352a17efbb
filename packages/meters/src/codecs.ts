import type { Codec } from './codec.ts'
import { dlmsCodec } from './dlms/dlms-codec.ts'
import { dsmrCodec } from './dsmr/dsmr-codec.ts'
import { iecCodec } from './iec62056/iec-codec.ts'
import { linkyCodec } from './linky/linky-codec.ts'
import { mbusCodec } from './mbus/mbus-codec.ts'
import { smlCodec } from './sml/sml-codec.ts'
import { sunspecCodec } from './sunspec/sunspec-codec.ts'
import { wmbusCodec } from './wmbus/wmbus-codec.ts'

/** Every protocol of bytes, one codec each. */
export const CODECS: readonly Codec[] = [
  dsmrCodec,
  smlCodec,
  iecCodec,
  dlmsCodec,
  linkyCodec,
  mbusCodec,
  wmbusCodec,
  sunspecCodec,
]
