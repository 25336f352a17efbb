import type { SignedBytes } from '../ordering.ts'

/** An Ed25519 signature. */
const SIGNATURE_BYTES = 64

/**
 * An operation as the engine carries it: its signature, then its bytes. One operation has one such form, because the
 * signature always has the same length.
 *
 * @returns undefined for a signature of another length, which no rule could accept
 */
export function transactionOf({ bytes, signature }: SignedBytes): Uint8Array | undefined {
  if (signature.length !== SIGNATURE_BYTES) return undefined
  const transaction = new Uint8Array(SIGNATURE_BYTES + bytes.length)
  transaction.set(signature)
  transaction.set(bytes, SIGNATURE_BYTES)
  return transaction
}

/** The operation of a transaction; undefined when it is too short to be one. */
export function operationOf(transaction: Uint8Array): SignedBytes | undefined {
  if (transaction.length <= SIGNATURE_BYTES) return undefined
  return {
    signature: transaction.subarray(0, SIGNATURE_BYTES),
    bytes: transaction.subarray(SIGNATURE_BYTES),
  }
}
