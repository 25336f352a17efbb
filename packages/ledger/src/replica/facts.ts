import { PROTOCOL_FIRST, communityHead, type KeyValue, type LoggedOperation } from '@tri/community'
import { canonicalBytes, epochMs, fromOwnBytes, type Canonical, type EpochMs } from '@tri/units'
import { sha256 } from '@tri/units/crypto'

import { utf8 } from './bytes.ts'

const LOG_DOMAIN = utf8('tri/history/1/log\0')
const DIGEST_BYTES = 32

/** What the chain knows besides the community's own state: it is no record of the community's, and moves with each block. */
export interface Facts {
  /** The newest block; 0 before the first. */
  readonly height: number
  /** The newest block that changed anything: a block that only carries the root of the one before changes nothing. */
  readonly changedAt: number
  /** Of the newest block; 0 before the first. */
  readonly time: EpochMs
  /** Operations in the book. */
  readonly sequence: number
  /** Digest over every write since the beginning, 32 bytes. */
  readonly history: Uint8Array
  /** Digest over all evidence so far; empty while nobody was accused. */
  readonly evidence: Uint8Array
  /** The version of the rules that the newest block was made under. */
  readonly protocol: number
  /** The newest snapshot whose content the state root vouches for. */
  readonly snapshot?: { readonly height: number; readonly root: Uint8Array }
}

/** The facts as bytes, for a store. */
export function factsBytes(facts: Facts): Uint8Array {
  return canonicalBytes(facts as unknown as Canonical)
}

/** The facts that our own store kept. */
export function factsFrom(bytes: Uint8Array): Facts {
  return fromOwnBytes(bytes) as unknown as Facts
}

/**
 * The facts before the first block. A book that one machine kept without blocks is taken as it is: its log is the
 * beginning of the history, and the chain goes on from there.
 */
export function firstFacts(state: KeyValue, older: Iterable<LoggedOperation>): Facts {
  let history = new Uint8Array(DIGEST_BYTES)
  for (const { bytes, signature } of older)
    history = Uint8Array.from(sha256(LOG_DOMAIN, history, sha256(bytes), sha256(signature)))
  return {
    height: 0,
    changedAt: 0,
    time: epochMs(0),
    sequence: communityHead(state)?.sequence ?? 0,
    history,
    evidence: new Uint8Array(),
    protocol: PROTOCOL_FIRST,
  }
}
