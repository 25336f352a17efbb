import { createHash, hash } from 'node:crypto'

import { Fault } from '../fault.ts'

/** Bytes of a SHA-256. */
export const DIGEST_BYTES = 32
/** Parts up to this together are copied into one run of bytes: one call to the engine instead of one a part. */
const GATHERED_BYTES_MAX = 4_096
const gathered = new Uint8Array(GATHERED_BYTES_MAX)

/** SHA-256 over the parts, in order. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts
  if (parts.length === 1 && first !== undefined) return digestOf(first)
  let end = 0
  for (const part of parts) {
    if (end + part.length > GATHERED_BYTES_MAX) return sha256Over(parts)
    gathered.set(part, end)
    end += part.length
  }
  return digestOf(gathered.subarray(0, end))
}

function digestOf(bytes: Uint8Array): Uint8Array {
  const digest = new Uint8Array(DIGEST_BYTES)
  putDigest(bytes, digest, 0)
  return digest
}

/** Writes the SHA-256 of bytes into `target`, from `at` on. */
export function putDigest(bytes: Uint8Array, target: Uint8Array, at: number): void {
  // The engine hands out a string of 32 characters in half the time of 32 bytes, which need an object and a buffer.
  const characters = hash('sha256', bytes, 'latin1')
  for (let i = 0; i < DIGEST_BYTES; i++) target[at + i] = characters.charCodeAt(i)
}

/** SHA-256 over any number of parts, one at a time: they are never all in memory. */
export function sha256Over(parts: Iterable<Uint8Array>): Uint8Array {
  const whole = createHash('sha256')
  for (const part of parts) whole.update(part)
  return new Uint8Array(whole.digest())
}

/** Bytes as lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

/**
 * The bytes that hexadecimal digits name.
 *
 * @throws Fault `bytes-not-hexadecimal` for an odd number of digits or anything that is not a digit
 */
export function fromHex(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw new Fault('bytes-not-hexadecimal', { text })
  return Uint8Array.from(Buffer.from(text, 'hex'))
}
