import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'

import { Fault } from '@tri/units'

/** How the bytes of a readings file are packed. */
export type FileKind = 'text' | 'gzip' | 'parquet' | 'zip'

const CHUNK_BYTES = 1024 * 1024
const SNIFFED_BYTES = 4096

/** Tells from the first bytes, never from the name. */
export async function fileKindOf(file: string): Promise<{ readonly kind: FileKind; readonly bytes: number }> {
  await using opened = await open(file)
  const { size } = await opened.stat()
  const { buffer, bytesRead } = await opened.read(Buffer.alloc(4), 0, 4, 0)
  const magic = buffer.subarray(0, bytesRead).toString('latin1')
  const kind =
    magic === 'PAR1'
      ? 'parquet'
      : magic.startsWith('\x1f\x8b')
        ? 'gzip'
        : magic.startsWith('PK')
          ? 'zip'
          : 'text'
  return { kind, bytes: size }
}

/** How the letters of a text file are encoded; undefined when it is no text. */
export type TextEncodingName = 'utf-8' | 'utf-16le' | 'utf-16be'

/**
 * The encoding of a text file. Latin-1 and its kin pass as UTF-8: every field of a readings file is ASCII, and a letter
 * beyond that is compared with nothing.
 *
 * @param bytes the first of the file
 */
export function textEncodingOf(bytes: Uint8Array): TextEncodingName | undefined {
  const sample = bytes.subarray(0, SNIFFED_BYTES)
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le'
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be'
  const zeros = [0, 0]
  for (const [i, byte] of sample.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  if (even + odd === 0) return 'utf-8'
  // UTF-16 without a mark: every second byte of plain text is 0, and only every second.
  const half = Math.floor(sample.length / 2)
  if (even === 0 && odd > half * 0.9) return 'utf-16le'
  if (odd === 0 && even > half * 0.9) return 'utf-16be'
  return undefined
}

/**
 * The bytes of a text file as UTF-8 without a byte order mark, unpacked, a chunk at a time.
 *
 * @param onBytes is told how many bytes of the file itself have been read
 * @throws Fault `file-not-text`; the errors of the file system and of zlib, which have a `code`
 */
export async function* textChunks(
  file: string,
  kind: FileKind,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const raw = createReadStream(file, { highWaterMark: CHUNK_BYTES })
  const gunzip = kind === 'gzip' ? createGunzip({ chunkSize: CHUNK_BYTES }) : undefined
  // An error of the file must end the unpacking too: pipe alone would leave the reader waiting.
  const source = gunzip === undefined ? raw : raw.on('error', (cause) => gunzip.destroy(cause)).pipe(gunzip)
  try {
    let decoder: TextDecoder | undefined
    let isFirst = true
    for await (const chunk of source as AsyncIterable<Buffer>) {
      let bytes: Uint8Array = chunk
      onBytes(raw.bytesRead)
      if (isFirst) {
        const encoding = textEncodingOf(bytes)
        if (encoding === undefined) throw new Fault('file-not-text', {})
        if (encoding !== 'utf-8') decoder = new TextDecoder(encoding)
        else if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3)
        isFirst = false
      }
      yield decoder === undefined ? bytes : Buffer.from(decoder.decode(bytes, { stream: true }))
    }
  } finally {
    raw.destroy()
    gunzip?.destroy()
  }
}
