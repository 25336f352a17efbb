import { accept, canonicalBytes, fromCanonicalBytes, type Outcome } from '@tri/units'

import { base64url, fromBase64url, hexOf } from './chain/base64url.ts'
import {
  bytesOf,
  exactly,
  fields,
  listOf,
  matching,
  optionally,
  unreadable,
  wholeFrom,
  type Part,
} from './chain/canonical-shape.ts'
import type { Primitives } from './chain/light-block.ts'
import { sameBytes, type Sha256 } from './chain/merkle.ts'
import { flaw, type Flaw, type Trust } from './chain/trust.ts'
import { validatorSetHash, validatorsOf } from './chain/validator-set.ts'

const FORMAT = 'tri/genesis/1'
const STEWARDS_MAX = 13
const CHAIN_ID_DIGITS = 40
const DIGEST_BYTES = 32
/** The form of every id in the book; a genesis may be read where the book is not. */
const COMMUNITY = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/
const TEXT = /^tri:(.{1,64}):([A-Za-z0-9_-]{43})$/

/** What a community is proved from: who founded it, with which operation, and who kept its book first. */
export interface Genesis {
  readonly community: string
  /** SHA-256 of the founding operation. */
  readonly founding: Uint8Array
  /** Ed25519, 32 bytes each: the keys that sign the first blocks. */
  readonly stewards: readonly Uint8Array[]
  /** The chain that this one goes on from, after too many of its stewards were lost. */
  readonly previous?: PreviousChain
}

/** The last certified block of a chain that could go on no longer. */
export interface PreviousChain {
  /** Digest of its genesis. */
  readonly genesis: Uint8Array
  readonly height: number
  /** Hash of the block's header. */
  readonly block: Uint8Array
}

/** What stands on paper: enough to know the one true genesis when somebody shows it. */
export interface GenesisText {
  readonly community: string
  /** SHA-256 of the genesis' canonical bytes. */
  readonly digest: Uint8Array
}

/** The canonical bytes of a genesis: what its digest is taken over. */
export function genesisBytes({ community, founding, stewards, previous }: Genesis): Uint8Array {
  return canonicalBytes({
    format: FORMAT,
    community,
    founding,
    stewards,
    previous: previous === undefined ? undefined : { ...previous },
  })
}

/**
 * The genesis that bytes hold.
 *
 * @throws Fault `proof-malformed` with the place, or `bytes-not-canonical`
 */
export function genesisFrom(bytes: Uint8Array, place = 'genesis'): Genesis {
  const { community, founding, stewards, previous } = genesisPart(fromCanonicalBytes(bytes), place)
  return { community, founding, stewards, ...(previous === undefined ? {} : { previous }) }
}

/** SHA-256 of a genesis: the root of trust. */
export function genesisDigest({ sha256 }: Sha256, genesis: Genesis): Uint8Array {
  return sha256(genesisBytes(genesis))
}

/** The name of the chain that a genesis begins: what its stewards sign is worth nothing on another. */
export function chainIdOf(digest: Uint8Array): string {
  return `tri-${hexOf(digest).slice(0, CHAIN_ID_DIGITS)}`
}

/** The text of a genesis, for paper and QR code: `tri:<community>:<digest>`. */
export function genesisText(primitives: Sha256, genesis: Genesis): string {
  return `tri:${genesis.community}:${base64url(genesisDigest(primitives, genesis))}`
}

/** Reads the text of a genesis; spaces and line ends around it do not matter. */
export function genesisTextFrom(text: string): Outcome<GenesisText, Flaw> {
  const [, community = '', digits = ''] = TEXT.exec(text.trim()) ?? []
  const digest = fromBase64url(digits)
  if (!COMMUNITY.test(community) || digest?.length !== DIGEST_BYTES)
    return flaw('genesis-text-malformed', 'genesis.text')
  return accept({ community, digest })
}

/** What is trusted of a chain of which nothing but its genesis is known. */
export function trustOf(primitives: Primitives, genesis: Genesis): Trust {
  return {
    chainId: chainIdOf(genesisDigest(primitives, genesis)),
    height: genesis.previous?.height ?? 0,
    setHash: validatorSetHash(primitives, validatorsOf(primitives, genesis.stewards)),
  }
}

const stewardsPart: Part<readonly Uint8Array[]> = (value, place) => {
  const keys = listOf(bytesOf(32), STEWARDS_MAX)(value, place)
  if (keys.length === 0) throw unreadable(place, 'a key at least')
  for (const [i, key] of keys.entries())
    if (keys.findIndex((one) => sameBytes(one, key)) < i) throw unreadable(`${place}[${i}]`, 'another key')
  return keys
}

const genesisPart = fields({
  format: exactly(FORMAT),
  community: matching(COMMUNITY, 'the id of a community'),
  founding: bytesOf(DIGEST_BYTES),
  stewards: stewardsPart,
  previous: optionally(
    fields({ genesis: bytesOf(DIGEST_BYTES), height: wholeFrom(1), block: bytesOf(DIGEST_BYTES) }),
  ),
})
