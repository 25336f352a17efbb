import { accept, refuse, type FaultDetails, type Outcome } from '@tri/units'

import { headerHash } from './header-hash.ts'
import type { LightBlock, Primitives } from './light-block.ts'
import { sameBytes } from './merkle.ts'
import { isQuorum, validatorAddress, validatorSetHash } from './validator-set.ts'
import { signedVote } from './vote.ts'

/** What is known of a chain without trusting anybody further: up to where, and who signs next. */
export interface Trust {
  readonly chainId: string
  /** The height of the last block believed; the height before the first one at the start. */
  readonly height: number
  /** Hash of the set that signs the blocks after it. */
  readonly setHash: Uint8Array
}

/** Why something is not believed: the code of a sentence, and what fills it; `place` names the part that is wrong. */
export interface Flaw {
  readonly code: string
  readonly place: string
  readonly details: FaultDetails
}

/** Names the part that is wrong, and why. */
export function flaw(code: string, place: string): { readonly ok: false; readonly refusal: Flaw } {
  return refuse({ code, place, details: { place } })
}

/**
 * Believes a block, or says which part of it is wrong. The set that signs it must be the one that the last believed block
 * names, and more than two thirds of it must have signed; every signature that is there must be right.
 *
 * Blocks in which the set does not change may be left out: this is all that a member's proof and a follower check.
 *
 * @returns what is trusted after it
 */
export function trustAfter(
  primitives: Primitives,
  trust: Trust,
  block: LightBlock,
  place: string,
): Outcome<Trust, Flaw> {
  const { header, commit, validators } = block
  if (header.chainId !== trust.chainId) return flaw('chain-differs', `${place}header.chainId`)
  if (header.height <= trust.height) return flaw('height-out-of-order', `${place}header.height`)
  if (!sameBytes(header.validatorsHash, trust.setHash))
    return flaw('set-differs', `${place}header.validatorsHash`)
  if (!sameBytes(validatorSetHash(primitives, validators), trust.setHash))
    return flaw('set-differs', `${place}validators`)
  if (commit.height !== header.height) return flaw('height-out-of-order', `${place}commit.height`)
  if (!sameBytes(headerHash(primitives, header), commit.blockId.hash))
    return flaw('hash-differs', `${place}header`)
  const signed = signedPower(primitives, block, place)
  if (!signed.ok) return signed
  if (!isQuorum(signed.value, validators)) return flaw('signatures-too-few', `${place}commit`)
  return accept({ chainId: trust.chainId, height: header.height, setHash: header.nextValidatorsHash })
}

/** The stewards that signed a block, as it says itself, by the place of their keys in the set. */
export function signersOf({ commit, validators }: LightBlock): Uint8Array[] {
  return validators.flatMap(({ publicKey }, i) =>
    commit.signatures[i]?.flag === 'commit' ? [publicKey] : [],
  )
}

function signedPower(
  primitives: Primitives,
  { header, commit, validators }: LightBlock,
  place: string,
): Outcome<number, Flaw> {
  if (commit.signatures.length !== validators.length)
    return flaw('signatures-too-few', `${place}commit.signatures`)
  let power = 0
  for (const [i, { publicKey, power: weight }] of validators.entries()) {
    const vote = commit.signatures[i]
    if (vote?.flag !== 'commit') continue
    const at = `${place}commit.signature[${i}]`
    const message = signedVote(header.chainId, commit, vote)
    if (message === undefined || !primitives.isEd25519(publicKey, message, vote.signature))
      return flaw('signature-wrong', at)
    if (!sameBytes(vote.address, validatorAddress(primitives, publicKey))) return flaw('signature-wrong', at)
    power += weight
  }
  return accept(power)
}
