import type { Outcome } from '@tri/units'

import type { Checkpoint } from './checkpoint.ts'

/** One steward's signature under a checkpoint, by the key she anchors with. */
export interface AnchorVote {
  /** Address of a secp256k1 key, `0x` and 40 hex digits. */
  readonly key: `0x${string}`
  /** 64 bytes: r, then s with the parity in its highest bit. */
  readonly signature: Uint8Array
}

/** A checkpoint as it is handed to an anchor. */
export interface Placement {
  readonly checkpoint: Checkpoint
  /** Signatures of the stewards' anchor keys; a file needs none. */
  readonly votes: readonly AnchorVote[]
  /** Bytes of the light block of this height: what makes a line of a file worth something by itself. */
  readonly certificate?: Uint8Array
}

/** Where a checkpoint lies outside of the community. */
export type AnchorPlace =
  | { readonly is: 'line'; readonly line: number; readonly digest: string }
  | {
      readonly is: 'transaction'
      readonly chain: number
      readonly contract: `0x${string}`
      readonly transaction: `0x${string}`
      readonly block: number
      readonly blockHash: `0x${string}`
    }

/** What remains in hand of an anchored checkpoint: enough to look it up again. */
export interface AnchorReceipt {
  readonly checkpoint: Checkpoint
  readonly place: AnchorPlace
}

/** Why an anchor does not take a checkpoint. */
export type AnchorRefusal =
  | 'anchor-is-none'
  | 'community-not-registered'
  | 'height-not-above'
  | 'checkpoint-differs'
  | 'not-certified'
  | 'anchor-keys-unknown'
  | 'anchor-keys-unusable'
  | 'too-few-signatures'
  | 'anchor-signature-wrong'
  | 'wrong-chain'
  | 'anchor-refused'

/** Whether what a receipt says still lies there. */
export type AnchorStanding =
  /** `depth`: blocks, or lines, from it to the newest, itself counted. */
  | { readonly is: 'held'; readonly depth: number }
  /** It is there, but so near to the end that a reorganised chain could still drop it. */
  | { readonly is: 'shallow'; readonly depth: number }
  | { readonly is: 'gone' }
  /** Another checkpoint of this community lies where the receipt points. */
  | { readonly is: 'differs' }

/**
 * A place outside of the community where its newest checkpoint is hung now and then, so that even all stewards together
 * cannot rewrite what came before. `none | file | evm`. What cannot be reached is a Fault `anchor-unreachable`: the
 * queue tries again, and nothing else waits for it.
 */
export interface Anchor {
  readonly kind: 'none' | 'file' | 'evm'
  /** Hangs a checkpoint. The same one twice gives the same receipt. @throws Fault `anchor-unreachable` */
  place(placement: Placement, signal: AbortSignal): Promise<Outcome<AnchorReceipt, AnchorRefusal>>
  /** The newest checkpoint there of the community of a genesis (its 32-byte digest). @throws Fault `anchor-unreachable` */
  find(genesis: Uint8Array, signal: AbortSignal): Promise<AnchorReceipt | undefined>
  /** Looks up whether a receipt still holds. @throws Fault `anchor-unreachable` */
  verify(receipt: AnchorReceipt, signal: AbortSignal): Promise<AnchorStanding>
}

/** The anchor of a community that has none: the default. */
export const noAnchor: Anchor = {
  kind: 'none',
  place: () => Promise.resolve({ ok: false, refusal: 'anchor-is-none' }),
  find: () => Promise.resolve(undefined),
  verify: () => Promise.resolve({ is: 'gone' }),
}
