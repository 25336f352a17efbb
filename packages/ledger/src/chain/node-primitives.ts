import { isPlainlySignedBy, sha256 } from '@tri/units/crypto'

import type { Primitives } from './light-block.ts'

/** SHA-256 and Ed25519 as Node has them. */
export const nodePrimitives: Primitives = {
  sha256: (bytes) => sha256(bytes),
  isEd25519: isPlainlySignedBy,
}
