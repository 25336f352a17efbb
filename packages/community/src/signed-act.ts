import { present } from '@tri/units'
import type { KeyPair } from '@tri/units/crypto'

import type { KeyValue } from './key-value.ts'
import { OPERATION_VERSION, type Act, type Operation, type SignedOperation } from './operation.ts'
import { nextNonce } from './queries.ts'
import { signOperation } from './sign-operation.ts'
import { readHead } from './state.ts'

/** How long an operation is valid when its signer says nothing: a day. */
export const VALID_MS = 86_400_000

/** Who acts, and when. */
export interface Signer {
  /** The member. */
  readonly by: string
  readonly key: KeyPair
  /** A new id; resubmit the same signed bytes, never the same act under a new id. */
  readonly id: string
  /** ms since 1970 UTC, by the signer's clock. */
  readonly at: number
  /** ms from `at` on; VALID_MS when left out. */
  readonly validMs?: number
  /** Needed for a founding only: the book then has no community yet. */
  readonly community?: string
  /** Above the key's acts that are still on their way; the next one of the book when left out. */
  readonly nonce?: number
}

/**
 * Puts an act in its envelope and signs it, with the next nonce of the key as the book stands.
 *
 * @throws Fault `bytes-not-canonical` for a number that is not a safe integer
 */
export function signedAct(store: KeyValue, signer: Signer, act: Act): SignedOperation {
  const { by, key, id, at, validMs = VALID_MS } = signer
  const community = signer.community ?? readHead(store)?.community
  const operation: Operation = {
    v: OPERATION_VERSION,
    community: present(community, 'whoever signs says for which community'),
    id,
    by,
    key: key.publicKey,
    at,
    expiresAt: at + validMs,
    nonce: signer.nonce ?? nextNonce(store, key.publicKey),
    ...act,
  }
  return signOperation(key, operation)
}
