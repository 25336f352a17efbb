import { OPERATION_DOMAIN } from '@tri/community'

import { fieldsIn } from './bytes.ts'
import type { Marked } from './trail.ts'

/** Signatures remembered: of all that may wait for a block. Older ones are forgotten, and checked when they come again. */
const VERIFIED_MAX = 20_480

/** Signatures that were found to be right: none is checked twice. */
export interface VerifiedSignatures {
  has(mark: string): boolean
  add(mark: string): void
  /** Checks a signature on another core. Never rejects: what is wrong stays out, and is refused where it is applied. */
  verifyAhead(operation: Marked): Promise<void>
}

/** Checks one signature away from the event loop. */
export type VerifyLater = (
  publicKey: Uint8Array,
  domain: string,
  bytes: Uint8Array,
  signature: Uint8Array,
) => Promise<boolean>

/** A memory of right signatures. */
export function verifiedSignatures(verifyLater: VerifyLater): VerifiedSignatures {
  const known = new Set<string>()
  const add = (mark: string): void => {
    known.add(mark)
    if (known.size > VERIFIED_MAX) for (const oldest of known.keys()) return void known.delete(oldest)
  }
  return {
    has: (mark) => known.has(mark),
    add,
    async verifyAhead({ signed, mark }) {
      if (known.has(mark)) return
      const { key } = fieldsIn(signed.bytes)
      if (!(key instanceof Uint8Array)) return
      if (await verifyLater(key, OPERATION_DOMAIN, signed.bytes, signed.signature)) add(mark)
    },
  }
}
