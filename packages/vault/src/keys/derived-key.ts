import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'

import { Fault } from '@tri/units'

/** Bytes of a key of AES-256, and of every key of the vault. */
export const KEY_BYTES = 32
/** Bytes of a nonce and of a tag of GCM: NIST SP 800-38D, section 8.2.2. */
export const NONCE_BYTES = 12
export const TAG_BYTES = 16

/** Randomness of the machine, handed in. */
export type Dice = (bytes: number) => Uint8Array

/** A key for one purpose out of another: HKDF with SHA-256, RFC 5869. */
export function derivedKey(key: Uint8Array, purpose: string, number?: number): Uint8Array {
  const text = new TextEncoder().encode(`${purpose}\0`)
  const label = new Uint8Array(text.length + 8)
  label.set(text)
  if (number !== undefined) new DataView(label.buffer).setBigUint64(text.length, BigInt(number))
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), label, KEY_BYTES))
}

/** Encrypts: nonce, ciphertext, tag. `context` is not encrypted, and must be the same to decrypt. */
export function sealed(key: Uint8Array, plain: Uint8Array, context: Uint8Array, dice: Dice): Uint8Array {
  const nonce = dice(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(context)
  const hidden = cipher.update(plain)
  cipher.final()
  const bytes = new Uint8Array(NONCE_BYTES + hidden.length + TAG_BYTES)
  bytes.set(nonce)
  bytes.set(hidden, NONCE_BYTES)
  bytes.set(cipher.getAuthTag(), NONCE_BYTES + hidden.length)
  return bytes
}

/**
 * Decrypts what `sealed` gave.
 *
 * @throws Fault `block-unreadable` when a bit of it, of the context or of the key is another
 */
export function unsealed(key: Uint8Array, bytes: Uint8Array, context: Uint8Array): Uint8Array {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Fault('block-unreadable', { reason: 'is too short' })
  const end = bytes.length - TAG_BYTES
  const options = { authTagLength: TAG_BYTES }
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), options)
  decipher.setAAD(context)
  decipher.setAuthTag(bytes.subarray(end))
  const plain = decipher.update(bytes.subarray(NONCE_BYTES, end))
  try {
    decipher.final()
  } catch (cause) {
    throw new Fault('block-unreadable', { reason: 'is not what was sealed' }, { cause })
  }
  return new Uint8Array(plain.buffer, plain.byteOffset, plain.length)
}
