import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Codec, DecoderOptions } from '../src/codec.ts'
import { dlmsCodec } from '../src/dlms/dlms-codec.ts'
import { dsmrCodec } from '../src/dsmr/dsmr-codec.ts'
import { iecCodec } from '../src/iec62056/iec-codec.ts'
import { linkyCodec } from '../src/linky/linky-codec.ts'
import { mbusCodec } from '../src/mbus/mbus-codec.ts'
import { smlCodec } from '../src/sml/sml-codec.ts'
import { modelChain } from '../src/sunspec/model-chain.ts'
import { modelValues } from '../src/sunspec/model-values.ts'
import { capturedFiles, hasCaptures, METER_CAPTURES } from '../src/testing/captures.ts'
import { wmbusCodec } from '../src/wmbus/wmbus-codec.ts'
import type { MetersRow } from './meters-row.ts'

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
  {
    name: 'wired M-Bus telegrams of 152 bytes (Saia-Burgess ALE3, 20 records)',
    codec: mbusCodec,
    folder: 'mbus',
    file: 'SBC_Saia-Burgess-ALE3.hex',
  },
]

/** The gas meter of the OMS specification, annex N: format A, key derived for each message, authentication checked. */
const RADIO_TELEGRAM = Uint8Array.fromHex(
  '434493157856341233037ac98c2075900f002c25b30a000021924d4fba372fb66e017a75002007109058475f4bc9' +
    'd1281df878b80a1b0f98b629024aac7279429398bfc549233c0140829b93baa1',
)
const RADIO_KEY = Uint8Array.fromHex('000102030405060708090a0b0c0d0e0f')

/** Models of real inverters, by the dump of their registers. */
const MODELS = [
  { name: 'SunSpec models 103 (three-phase inverter)', file: 'fimer-pvs-3ph-2024-07-22.json', id: 103 },
  { name: 'SunSpec models 701 (AC measurements)', file: 'dersec-emulated-der-7xx.json', id: 701 },
] as const
const MODELS_BAR = 100_000

/** How long each case is read: long for figures, a moment to show that it works. */
export const CODECS_FULL_MS = 2_000
export const CODECS_TINY_MS = 20

/** Frames a second of every codec, and models a second of SunSpec, where the captures are at hand. */
export function codecRows(ms: number): MetersRow[] {
  return [...captureRows(ms), radioRow(ms), ...(hasCaptures ? modelRows(ms) : [])]
}

function radioRow(ms: number): MetersRow {
  const options = { keys: { encryption: RADIO_KEY } }
  readFor(ms / 4, wmbusCodec, RADIO_TELEGRAM, options)
  const value = Math.round(readFor(ms, wmbusCodec, RADIO_TELEGRAM, options))
  return { name: 'radio M-Bus telegrams, encrypted (OMS profile B, 3 records)', value, unit: '/s' }
}

function modelRows(ms: number): MetersRow[] {
  return MODELS.flatMap(({ name, file, id }) => {
    const dump = join(METER_CAPTURES, 'sunspec/registers', file)
    const { registers }: { registers: readonly number[] } = JSON.parse(readFileSync(dump, 'utf8'))
    const image = Uint16Array.from(registers)
    const place = modelChain(image).find((one) => one.id === id)
    if (place === undefined) return []
    const decode = (): unknown => modelValues(image, place)
    timesFor(ms / 4, decode)
    return [{ name, value: Math.round(timesFor(ms, decode)), unit: '/s' as const, bar: MODELS_BAR }]
  })
}

/** How often something can be done in a second. */
function timesFor(ms: number, act: () => unknown): number {
  const start = performance.now()
  let times = 0
  do {
    for (let round = 0; round < 64; round++) act()
    times += 64
  } while (performance.now() - start < ms)
  return (times * 1_000) / (performance.now() - start)
}

function captureRows(ms: number): MetersRow[] {
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
