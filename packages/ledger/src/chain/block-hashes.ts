import { timeBytes } from './block-time.ts'
import type { Commit, CommitSignature } from './light-block.ts'
import { rootOfItems, type Sha256 } from './merkle.ts'
import { MessageWriter } from './protobuf.ts'

/** What an operation came to, as far as a header tells: its code, 0 when it was applied, and what it gave back. */
export interface ResultHashed {
  readonly code: number
  readonly data?: Uint8Array
}

const FLAGS = { absent: 1, commit: 2, nil: 3 } as const satisfies Record<CommitSignature['flag'], number>

/** `dataHash`: the root over the digests of a block's operations, as the engine carries them. */
export function dataHash(primitives: Sha256, transactions: readonly Uint8Array[]): Uint8Array {
  return rootOfItems(
    primitives,
    transactions.map((bytes) => primitives.sha256(bytes)),
  )
}

/** `lastResultsHash`: the root over what the operations of the block before came to. */
export function resultsHash(primitives: Sha256, results: readonly ResultHashed[]): Uint8Array {
  const items = results.map(({ code, data = new Uint8Array() }) =>
    new MessageWriter().varint(1, code).bytes(2, data).finish(),
  )
  return rootOfItems(primitives, items)
}

/** `lastCommitHash`: the root over the signatures of the block before, absent ones included. */
export function commitHash(primitives: Sha256, commit: Pick<Commit, 'signatures'> | undefined): Uint8Array {
  const items = (commit?.signatures ?? []).map(({ flag, address, time, signature }) =>
    new MessageWriter()
      .varint(1, FLAGS[flag])
      .bytes(2, address)
      .message(3, timeBytes(time))
      .bytes(4, signature)
      .finish(),
  )
  return rootOfItems(primitives, items)
}

/** `evidenceHash` of a block that accuses nobody, and every other root over nothing. */
export function emptyHash({ sha256 }: Sha256): Uint8Array {
  return sha256(new Uint8Array())
}

/** `consensusHash`: of the engine's parameters, a header tells the size of a block and its gas. */
export function paramsHash(
  { sha256 }: Sha256,
  { maxBytes, maxGas }: { readonly maxBytes: number; readonly maxGas: number },
): Uint8Array {
  return sha256(new MessageWriter().varint(1, maxBytes).varint(2, maxGas).finish())
}
