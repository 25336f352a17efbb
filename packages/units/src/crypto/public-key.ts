const KEY_BYTES = 32
const FIELD = 2n ** 255n - 19n
// The y of the points whose order divides 8 (RFC 7748, section 7): what such a key signs, it signs for many messages.
const ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n
const SMALL_ORDER_Y: readonly bigint[] = [0n, 1n, FIELD - 1n, ORDER_8, FIELD - ORDER_8]

/**
 * Whether 32 bytes are the one encoding of a public key that binds its owner: y below the field's prime (a larger one
 * is a second encoding, which implementations treat differently), and not a point of small order.
 *
 * @see RFC 8032, section 5.1.3; whether the point is on the curve is left to the engine
 */
export function isBindingKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== KEY_BYTES) return false
  let y = 0n
  for (let i = KEY_BYTES - 1; i >= 0; i--) y = (y << 8n) | BigInt(publicKey[i] ?? 0)
  y = BigInt.asUintN(255, y)
  return y < FIELD && !SMALL_ORDER_Y.includes(y)
}
