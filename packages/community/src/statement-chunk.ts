import { SLOTS_PER_UTC_DAY, must, present } from '@tri/units'

const IMPORT_AT = 0
const EXPORT_AT = 4 * SLOTS_PER_UTC_DAY
const SEQUENCE_AT = 8 * SLOTS_PER_UTC_DAY
const QUALITY_AT = 12 * SLOTS_PER_UTC_DAY
export const CHUNK_BYTES = 13 * SLOTS_PER_UTC_DAY

/**
 * A UTC day of one meter's statements: columns of 96 slots, little-endian as every machine we run on. No object per
 * reading: a month of a thousand meters is three million of them.
 */
export interface StatementChunk {
  readonly bytes: Uint8Array
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  /** Sequence number of the operation that brought the slot; 0 where there is none. */
  readonly sequence: Uint32Array
  /** 0 where there is no statement. */
  readonly quality: Uint8Array
}

/**
 * Gives out empty chunks that share few buffers: a month of a thousand meters has thirty thousand days, and as many
 * buffers would keep the collector busy.
 *
 * @param most chunks that will be asked for, if that many are
 */
export function chunkRoom(most: number): () => StatementChunk {
  const bytesEach = CHUNK_BYTES * Math.max(1, Math.min(most, ROOM_CHUNKS))
  let room = new Uint8Array(0)
  let used = 0
  return () => {
    if (used === room.length) {
      room = new Uint8Array(bytesEach)
      used = 0
    }
    const chunk = chunkOver(room.subarray(used, used + CHUNK_BYTES))
    used += CHUNK_BYTES
    return chunk
  }
}

/** Chunks that share a buffer: 300 kB, given back only when none of them is in use any more. */
const ROOM_CHUNKS = 256

/** The columns of stored bytes, to read only. */
export function chunkOf(stored: Uint8Array): StatementChunk {
  must(stored.length === CHUNK_BYTES, 'a stored day of statements has its full length', {
    length: stored.length,
  })
  return chunkOver(stored.byteOffset % 4 === 0 ? stored : new Uint8Array(stored))
}

function chunkOver(bytes: Uint8Array): StatementChunk {
  const at = (offset: number): readonly [ArrayBufferLike, number, number] => [
    bytes.buffer,
    bytes.byteOffset + offset,
    SLOTS_PER_UTC_DAY,
  ]
  return {
    bytes,
    importWh: new Int32Array(...at(IMPORT_AT)),
    exportWh: new Int32Array(...at(EXPORT_AT)),
    sequence: new Uint32Array(...at(SEQUENCE_AT)),
    quality: new Uint8Array(...at(QUALITY_AT)),
  }
}

/** A place into which columns of bytes are copied so that they can be read as numbers, one after another. */
export interface ColumnRoom {
  /** The column as numbers; they stand until the next call. */
  numbers(bytes: Uint8Array): Int32Array
}

/** @param most slots of the longest column */
export function columnRoom(most: number): ColumnRoom {
  const numbers = new Int32Array(most)
  const copied = new Uint8Array(numbers.buffer)
  return {
    numbers(bytes) {
      must(bytes.length % 4 === 0 && bytes.length <= copied.length, 'a column of whole Wh has 4 bytes a slot')
      copied.set(bytes)
      return numbers.subarray(0, bytes.length / 4)
    },
  }
}

/** Part of a stored day, to read only. */
export function pieceOf(
  stored: Uint8Array,
  { inDay, slots }: Pick<DayPiece, 'inDay' | 'slots'>,
): Pick<StatementChunk, 'importWh' | 'exportWh' | 'quality'> {
  must(stored.length === CHUNK_BYTES, 'a stored day of statements has its full length', {
    length: stored.length,
  })
  const aligned = stored.byteOffset % 4 === 0 ? stored : new Uint8Array(stored)
  const { buffer, byteOffset } = aligned
  return {
    importWh: new Int32Array(buffer, byteOffset + IMPORT_AT + 4 * inDay, slots),
    exportWh: new Int32Array(buffer, byteOffset + EXPORT_AT + 4 * inDay, slots),
    quality: new Uint8Array(buffer, byteOffset + QUALITY_AT + inDay, slots),
  }
}

/** One slot of a stored day. */
export function slotOfDay(
  stored: Uint8Array,
  inDay: number,
): { readonly importWh: number; readonly exportWh: number; readonly quality: number } {
  must(stored.length === CHUNK_BYTES, 'a stored day of statements has its full length', {
    length: stored.length,
  })
  return {
    importWh: intAt(stored, IMPORT_AT + 4 * inDay),
    exportWh: intAt(stored, EXPORT_AT + 4 * inDay),
    quality: stored[QUALITY_AT + inDay] ?? 0,
  }
}

function intAt(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
  return low | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
}

/** The bytes of a column, not copied. */
export function columnBytes(column: Int32Array | Uint8Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
}

/** One piece of a range of slots that lies within one UTC day. */
export interface DayPiece {
  readonly day: number
  /** First slot of the piece, counted from the start of the day. */
  readonly inDay: number
  /** First slot of the piece, counted from the start of the range. */
  readonly at: number
  readonly slots: number
}

export function dayPieces(firstSlot: number, slots: number): DayPiece[] {
  const pieces: DayPiece[] = []
  for (let at = 0; at < slots; at += present(pieces.at(-1), 'a piece was just added').slots) {
    const day = Math.floor((firstSlot + at) / SLOTS_PER_UTC_DAY)
    const inDay = firstSlot + at - day * SLOTS_PER_UTC_DAY
    pieces.push({ day, inDay, at, slots: Math.min(SLOTS_PER_UTC_DAY - inDay, slots - at) })
  }
  return pieces
}
