import type { Codec, DecoderOptions } from '../src/codec.ts'
import { dlmsCodec } from '../src/dlms/dlms-codec.ts'
import { dsmrCodec } from '../src/dsmr/dsmr-codec.ts'
import { iecCodec } from '../src/iec62056/iec-codec.ts'
import { linkyCodec } from '../src/linky/linky-codec.ts'
import { smlCodec } from '../src/sml/sml-codec.ts'
import { capturedFiles } from '../src/testing/captures.ts'

/** Speed of one codec on one core: frames a second, and the least it must be. */
export interface CodecRow {
  readonly name: string
  readonly value: number
  readonly unit: '/s'
  readonly bar?: number
}

interface Case {
  readonly name: string
  readonly codec: Codec
  /** Folder and file of the capture that is read over and over, as one stream. */
  readonly folder: string
  readonly file: string
  readonly options?: DecoderOptions
  readonly bar?: number
}

const CASES: readonly Case[] = [
  {
    name: 'P1 telegrams of 890 bytes (DSMR 5, 37 objects)',
    codec: dsmrCodec,
    folder: 'dsmr',
    file: 'ndokter-v5.txt',
    bar: 60_000,
  },
  {
    name: 'IEC 62056-21 readouts of 9.5 kB (Iskra MT174, 343 data sets)',
    codec: iecCodec,
    folder: 'iec62056-21',
    file: 'iskra-mt174-mode-c.txt',
  },
  {
    name: 'Linky TIC frames of 865 bytes (standard mode, 38 groups)',
    codec: linkyCodec,
    folder: 'linky',
    file: 'hekmon-1p-standard.bin',
  },
  {
    name: 'SML frames of 252 bytes (EMH eHZ)',
    codec: smlCodec,
    folder: 'sml',
    file: 'EMH_eHZ-GW8E2A500AK2.bin',
    bar: 20_000,
  },
  {
    name: 'DLMS push lists in one HDLC frame (Aidon, 9 objects)',
    codec: dlmsCodec,
    folder: 'dlms',
    file: 'aidon-example-1.hex',
  },
  {
    name: 'DLMS push lists in four blocks (Landis+Gyr E450, 17 objects)',
    codec: dlmsCodec,
    folder: 'dlms',
    file: 'scs-lg-e450-cfg2026.hex',
  },
  {
    name: 'DLMS push lists over M-Bus, encrypted (Kaifa, Austria)',
    codec: dlmsCodec,
    folder: 'dlms',
    file: 'austria-kaifa-mbus.hex',
    options: { keys: { encryption: Uint8Array.fromHex('36c66639e48a8ca4d6bc8b282a793bbb') } },
  },
]

/** How long each case is read: long for figures, a moment to show that it works. */
export const CODECS_FULL_MS = 2_000
export const CODECS_TINY_MS = 20

/** Frames a second of every codec, where the captures are at hand. */
export function codecRows(ms: number): CodecRow[] {
  return CASES.flatMap(({ name, codec, folder, file, options, bar }) => {
    const capture = capturedFiles(folder).find((one) => one.name === file)
    if (capture === undefined) return []
    readFor(ms / 4, codec, capture.bytes, options)
    const value = Math.round(readFor(ms, codec, capture.bytes, options))
    return [{ name, value, unit: '/s' as const, ...(bar === undefined ? {} : { bar }) }]
  })
}

/** Frames a second of one decoder that is given the capture again and again. */
function readFor(ms: number, codec: Codec, bytes: Uint8Array, options?: DecoderOptions): number {
  const decoder = codec.open(options)
  const start = performance.now()
  let frames = 0
  do for (const { problem } of decoder.push(bytes)) if (problem === undefined) frames++
  while (performance.now() - start < ms)
  return (frames * 1_000) / (performance.now() - start)
}
