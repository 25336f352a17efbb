import { gunzipSync } from 'node:zlib'

import { accept, refuse, type Outcome } from '@tri/units'
import { z } from 'zod'

/** Bytes of a capture at most, unpacked. */
export const CAPTURE_BYTES_MAX = 256 * 1024 * 1024

/** Why a capture cannot be looked at. */
export type CaptureRefusal = 'capture-empty' | 'capture-too-long' | 'capture-unpackable'

/** A capture, in each of the ways its bytes can be meant. */
export interface CaptureBytes {
  /** As they were captured. */
  readonly raw: Uint8Array
  /** What the text names, where the file is nothing but hexadecimal digits: whole, and line by line. */
  readonly fromHex: { readonly whole: Uint8Array; readonly lines: readonly Uint8Array[] } | undefined
  /** Registers of a Modbus device, where the file is a dump of them. */
  readonly registers: Uint8Array | undefined
}

const HEX_ONLY = /^[\s0-9a-fA-F]*$/
const HEX_LOOK_BYTES = 4096
const HEX_BYTES_MIN = 8
const dumpShape = z.looseObject({ registers: z.array(z.int().min(0).max(65_535)).min(1).max(65_536) })

/** Unpacks a capture: gzip by its mark, hexadecimal text by having nothing else in it, a register dump by its shape. */
export function captureBytes(file: Uint8Array): Outcome<CaptureBytes, CaptureRefusal> {
  if (file.length === 0) return refuse('capture-empty')
  const raw = file[0] === 0x1f && file[1] === 0x8b ? unpacked(file) : accept(file)
  if (!raw.ok) return raw
  if (raw.value.length > CAPTURE_BYTES_MAX) return refuse('capture-too-long')
  return accept({ raw: raw.value, fromHex: hexIn(raw.value), registers: dumpIn(raw.value) })
}

function unpacked(file: Uint8Array): Outcome<Uint8Array, CaptureRefusal> {
  try {
    return accept(new Uint8Array(gunzipSync(file, { maxOutputLength: CAPTURE_BYTES_MAX })))
  } catch (cause) {
    const tooLong = cause instanceof RangeError
    return refuse(tooLong ? 'capture-too-long' : 'capture-unpackable')
  }
}

function hexIn(raw: Uint8Array): CaptureBytes['fromHex'] {
  const decoder = new TextDecoder()
  if (!HEX_ONLY.test(decoder.decode(raw.subarray(0, HEX_LOOK_BYTES)))) return undefined
  const text = decoder.decode(raw)
  if (!HEX_ONLY.test(text)) return undefined
  const digits = text.replaceAll(/\s+/g, '')
  if (digits.length % 2 !== 0 || digits.length < 2 * HEX_BYTES_MIN) return undefined
  const written = text.split(/[\r\n]+/).map((line) => line.replaceAll(/\s+/g, ''))
  const lines = written.filter((line) => line !== '' && line.length % 2 === 0)
  return { whole: Uint8Array.fromHex(digits), lines: lines.map((line) => Uint8Array.fromHex(line)) }
}

function dumpIn(raw: Uint8Array): Uint8Array | undefined {
  if (raw.find((byte) => byte > 0x20) !== 0x7b) return undefined
  try {
    const { registers } = dumpShape.parse(JSON.parse(new TextDecoder().decode(raw)))
    const bytes = new Uint8Array(2 * registers.length)
    const view = new DataView(bytes.buffer)
    registers.forEach((register, index) => view.setUint16(2 * index, register))
    return bytes
  } catch {
    // Not a dump is an answer: the file may be a message, or not JSON at all.
    return undefined
  }
}
