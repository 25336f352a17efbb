import { canonicalBytes, present } from '@tri/units'
import { isSignedBy, merkleRoot, sha256, sign, type KeyPair } from '@tri/units/crypto'

import { bytesIn, numberIn, type VaultStore } from './vault-store.ts'

const HEAD_DOMAIN = 'tri/vault-log/1'
const NODE = Uint8Array.of(1)
const DIGEST_BYTES = 32

/** The log as its household signed it: how many leaves it has, and the root of the Merkle tree over them. */
export interface LogHead {
  readonly size: number
  readonly root: Uint8Array
  readonly publicKey: Uint8Array
  readonly signature: Uint8Array
}

/** Whether a head was signed by the household it names. */
export function isHeadSigned({ size, root, publicKey, signature }: LogHead): boolean {
  return isSignedBy(publicKey, HEAD_DOMAIN, canonicalBytes([size, root]), signature)
}

/** The leaves of all blocks there ever were, in their order. */
export interface BlockLog {
  /** How many leaves there are: the number of the next block. */
  size(): number
  /** Adds a leaf, within the transaction that writes its block. */
  push(leaf: Uint8Array): void
  /** Signs the log as it is, within the transaction that changed it. */
  signHead(): void
  head(): LogHead
  /** Forgets what is not on the disk. */
  forget(): void
}

/**
 * The log of a vault. The tree is that of RFC 9162, section 2.1: its perfect parts, the largest first, are all that has to be
 * kept to add a leaf, as many as the size has bits set.
 */
export function blockLog(store: VaultStore, household: KeyPair): BlockLog {
  let loaded: { size: number; peaks: Uint8Array[] } | undefined
  const now = (): { size: number; peaks: Uint8Array[] } => (loaded ??= loadedFrom(store))
  return {
    size: () => now().size,
    push(leaf) {
      const log = now()
      growPeaks(log.peaks, leaf, log.size)
      log.size++
    },
    signHead() {
      const { size, peaks } = now()
      const root = rootOf(peaks)
      const signature = sign(household, HEAD_DOMAIN, canonicalBytes([size, root]))
      const fact =
        'INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value'
      store.run(fact, 'log-size', size)
      store.run(fact, 'log-peaks', Buffer.concat(peaks))
      store.run(fact, 'log-root', root)
      store.run(fact, 'log-signature', signature)
    },
    head: () => ({
      size: numberIn(fact(store, 'log-size'), 'value'),
      root: bytesIn(fact(store, 'log-root'), 'value'),
      publicKey: household.publicKey,
      signature: bytesIn(fact(store, 'log-signature'), 'value'),
    }),
    forget() {
      loaded = undefined
    },
  }
}

/** Adds a leaf to the perfect parts of a tree of `size` leaves: two equal ones become one, as often as there are two. */
export function growPeaks(peaks: Uint8Array[], leaf: Uint8Array, size: number): void {
  let digest = leaf
  for (let left = size; left % 2 === 1; left = (left - 1) / 2)
    digest = sha256(NODE, present(peaks.pop(), 'an odd tree has a part to join'), digest)
  peaks.push(digest)
}

/** The root over the perfect parts of a tree, the largest first. */
export function rootOf(peaks: readonly Uint8Array[]): Uint8Array {
  return peaks.length === 0 ? merkleRoot([]) : peaks.reduceRight((right, left) => sha256(NODE, left, right))
}

function fact(store: VaultStore, name: string): ReturnType<VaultStore['get']> {
  return store.get('SELECT value FROM facts WHERE name = ?', name)
}

function loadedFrom(store: VaultStore): { size: number; peaks: Uint8Array[] } {
  const row = fact(store, 'log-size')
  if (row === undefined) return { size: 0, peaks: [] }
  const all = bytesIn(fact(store, 'log-peaks'), 'value')
  const peaks = Array.from({ length: all.length / DIGEST_BYTES }, (_, i) =>
    all.subarray(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES),
  )
  return { size: numberIn(row, 'value'), peaks }
}
