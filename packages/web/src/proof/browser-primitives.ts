import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import type { Primitives } from '@tri/ledger/proof'

const KEY_BYTES = 32
const SIGNATURE_BYTES = 64
const { Point } = ed25519

/**
 * SHA-256 and Ed25519 in plain JavaScript: a page that a box in the house serves over plain HTTP has no WebCrypto, and
 * checks synchronously. Verdicts are those of the node, to the last odd signature: the equation without cofactor, one
 * encoding of each key and scalar, no key of small order.
 *
 * @see RFC 8032, section 5.1.7
 */
export const browserPrimitives: Primitives = {
  sha256: (bytes) => sha256(bytes),
  isEd25519(publicKey, message, signature) {
    if (publicKey.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false
    const scalar = littleEndian(signature.subarray(KEY_BYTES))
    const key = pointOf(publicKey)
    if (key === undefined || key.isSmallOrder() || scalar >= Point.Fn.ORDER) return false
    const challenge = sha512
      .create()
      .update(signature.subarray(0, KEY_BYTES))
      .update(publicKey)
      .update(message)
      .digest()
    // R = S B - k A
    const k = littleEndian(challenge) % Point.Fn.ORDER
    const expected = Point.BASE.multiplyUnsafe(scalar).subtract(key.multiplyUnsafe(k)).toBytes()
    return expected.every((byte, i) => byte === signature[i])
  },
}

function pointOf(bytes: Uint8Array) {
  try {
    return Point.fromBytes(bytes, false)
  } catch {
    // These 32 bytes are no point of the curve, or a second encoding of one; then nothing is signed with them.
    return undefined
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}
