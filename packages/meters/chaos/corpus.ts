import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { epochMs, wattHour } from '@tri/units'
import { z } from 'zod'

import type { Codec, DecoderOptions } from '../src/codec.ts'
import { CODECS } from '../src/codecs.ts'
import { capturedFiles, hasCaptures, METER_CAPTURES } from '../src/testing/captures.ts'
import { p1Telegram } from '../src/virtual/p1-telegram.ts'
import { smlTelegram } from '../src/virtual/sml-telegram.ts'
import { sunspecImage } from '../src/virtual/sunspec-image.ts'

/** What is mutated for a codec: whole captures, and what opens them. */
export interface Corpus {
  readonly codec: Codec
  readonly seeds: readonly Seed[]
}

/** One capture, or the beginning of a long one. */
export interface Seed {
  readonly bytes: Uint8Array
  readonly options: DecoderOptions
}

/** Bytes of a capture that are mutated: several frames of every protocol, and short enough to try many. */
const SEED_BYTES_MAX = 3072

const keyed = z.looseObject({ key: z.string().regex(/^[0-9a-fA-F]{32}$/) })
const telegrams = z.object({ tests: z.array(z.object({ telegram: z.string(), key: z.string() })) })
const dump = z.object({ registers: z.array(z.int()).optional() })

/** A corpus for every codec: the captures where they are at hand, and what our own virtual meters say. */
export function corpora(): Corpus[] {
  return CODECS.map((codec) => {
    const captured = hasCaptures ? capturedSeeds(codec.protocol) : []
    const bytes = virtualBytes()
    return {
      codec,
      seeds: [...captured, ...bytes.map((one): Seed => ({ bytes: one, options: {} }))].map(short),
    }
  })
}

const short = ({ bytes, options }: Seed): Seed => ({ bytes: bytes.subarray(0, SEED_BYTES_MAX), options })

function capturedSeeds(protocol: string): Seed[] {
  if (protocol === 'sunspec') return dumps()
  if (protocol === 'wmbus') return radioTelegrams()
  const folders = protocol === 'dsmr' ? [protocol, 'dsmr-encrypted'] : [protocol]
  return folders.flatMap((folder) =>
    capturedFiles(folder).map(({ bytes, expected }) => ({ bytes, options: optionsOf(expected) })),
  )
}

function optionsOf(expected: unknown): DecoderOptions {
  const found = keyed.safeParse(expected)
  return found.success ? { keys: { encryption: Uint8Array.fromHex(found.data.key) } } : {}
}

function dumps(): Seed[] {
  const folder = join(METER_CAPTURES, 'sunspec/registers')
  return readdirSync(folder).flatMap((name) => {
    const { registers } = dump.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')))
    return registers === undefined ? [] : [{ bytes: bigEndian(registers), options: {} }]
  })
}

function radioTelegrams(): Seed[] {
  const file = join(METER_CAPTURES, 'wmbus/wmbusmeters-telegrams.json')
  return telegrams.parse(JSON.parse(readFileSync(file, 'utf8'))).tests.map(({ telegram, key }) => ({
    bytes: Uint8Array.fromHex(telegram.slice(0, telegram.length - (telegram.length % 2))),
    options: optionsOf({ key }),
  }))
}

function virtualBytes(): Uint8Array[] {
  const face = {
    at: epochMs(1_780_315_200_000),
    serial: 'TRI0000001',
    importWh: wattHour(1_234_567),
    exportWh: wattHour(89_000),
    powerW: -450,
  }
  return [p1Telegram(face), smlTelegram(face), bigEndian([...sunspecImage('meter', face)])]
}

function bigEndian(registers: readonly number[]): Uint8Array {
  return Uint8Array.from(registers.flatMap((register) => [register >> 8, register & 0xff]))
}
