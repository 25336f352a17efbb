import { createHash } from 'node:crypto'

import { Fault } from '../fault.ts'

/** SHA-256 over the parts, in order. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
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
