import { canonicalBytes, type Canonical } from '@tri/units'
import { sign, type KeyPair } from '@tri/units/crypto'

import { OPERATION_DOMAIN, type Operation, type SignedOperation } from './operation.ts'

/**
 * Signs an operation.
 *
 * @param key       the pair whose public half is the operation's `key`
 * @param operation whole; undefined fields are left out of the bytes
 * @throws Fault `bytes-not-canonical` for a number that is not a safe integer
 */
export function signOperation(key: KeyPair, operation: Operation): SignedOperation {
  const bytes = canonicalBytes(operation as unknown as Canonical)
  return { operation, bytes, signature: sign(key, OPERATION_DOMAIN, bytes) }
}
