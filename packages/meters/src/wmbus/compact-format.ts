import { FIELD_BYTES, variableBytes } from '../mbus/data-field.ts'
import type { DataRecord } from '../mbus/data-record.ts'
import { radioCrc } from './radio-crc.ts'

/** Formats that are remembered; a home hears some dozens of devices, and each has one or two. */
export const FORMATS_MAX = 256

/** Signature of the format 2, check of the full frame 2. */
const HEAD_BYTES = 4
const VARIABLE = 0xd

/** What a compact frame says once its format is known. */
export type CompactReading =
  | { readonly is: 'full'; readonly content: Uint8Array }
  | {
      readonly is: 'refused'
      readonly problem: 'header-truncated' | 'format-unknown' | 'payload-crc-mismatch'
    }

/**
 * Formats of compact frames: a device sends its records in full now and then, and their data alone otherwise. The heads of
 * a full frame are remembered by their signature (EN 13757-3, annex on compact frames).
 */
export class CompactFormats {
  readonly #heads = new Map<number, readonly Uint8Array[]>()

  /** Remembers the format of a full frame. */
  learn(records: readonly DataRecord[]): void {
    const heads = records.map(({ head }) => head)
    if (heads.length === 0) return
    this.#heads.set(radioCrc(joined(heads)), heads)
    const oldest = this.#heads.size > FORMATS_MAX ? this.#heads.keys().next().value : undefined
    if (oldest !== undefined) this.#heads.delete(oldest)
  }

  /** The records of a compact frame in full, when its format was seen and the check of the full frame fits. */
  full(compact: Uint8Array): CompactReading {
    if (compact.length < HEAD_BYTES) return { is: 'refused', problem: 'header-truncated' }
    const heads = this.#heads.get((compact[0] ?? 0) + 256 * (compact[1] ?? 0))
    if (heads === undefined) return { is: 'refused', problem: 'format-unknown' }
    const content = filled(heads, compact.subarray(HEAD_BYTES))
    const sent = (compact[2] ?? 0) + 256 * (compact[3] ?? 0)
    return radioCrc(content) === sent
      ? { is: 'full', content }
      : { is: 'refused', problem: 'payload-crc-mismatch' }
  }
}

function filled(heads: readonly Uint8Array[], fields: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = []
  let at = 0
  for (const head of heads) {
    const coding = (head[0] ?? 0) & 0x0f
    const first = fields[at] ?? 0
    const count = coding === VARIABLE ? 1 + (variableBytes(first) ?? 0) : (FIELD_BYTES[coding] ?? 0)
    parts.push(head, fields.subarray(at, at + count))
    at += count
  }
  return joined(parts)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
