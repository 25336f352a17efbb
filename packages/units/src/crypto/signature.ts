import {
  createPrivateKey,
  createPublicKey,
  sign as signWith,
  verify as verifyWith,
  type KeyObject,
} from 'node:crypto'

import { Fault } from '../fault.ts'
import { sha256 } from './digest.ts'
import { isBindingKey } from './public-key.ts'

/** A private key that stays on its node, with its public half. */
export interface KeyPair {
  readonly publicKey: Uint8Array
  readonly privateKey: KeyObject
}

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const KEY_BYTES = 32
const SIGNATURE_BYTES = 64
// The order of the base point: RFC 8032, section 5.1. A signature whose scalar is not below it is a second
// encoding of the same signature, and replicas must agree which one counts.
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

/**
 * The Ed25519 key pair of a seed.
 *
 * @param seed 32 bytes from the system's randomness, handed in
 * @throws Fault `key-unusable` for another length
 */
export function keyPairFromSeed(seed: Uint8Array): KeyPair {
  if (seed.length !== KEY_BYTES) throw new Fault('key-unusable', { length: seed.length })
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return { privateKey, publicKey: Uint8Array.from(spki.subarray(SPKI_PREFIX.length)) }
}

/** The bytes that are signed: the domain keeps a signature for one thing from passing for another. */
function signedBytes(domain: string, bytes: Uint8Array): Uint8Array {
  return sha256(new TextEncoder().encode(`${domain}\0`), bytes)
}

/** Signs bytes for one domain, such as `tri/operation/1`. @returns 64 bytes */
export function sign(key: KeyPair, domain: string, bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(signWith(null, signedBytes(domain, bytes), key.privateKey))
}

/**
 * Whether `signature` is the key's own over these bytes in this domain. Anything malformed is simply not.
 *
 * @see RFC 8032; keys and scalars that are not canonical are refused here, before the engine decides
 */
export function isSignedBy(
  publicKey: Uint8Array,
  domain: string,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  return isPlainlySignedBy(publicKey, signedBytes(domain, bytes), signature)
}

/**
 * Signs a message as it is, without a domain: only for a protocol that is not ours and says itself what is signed, such
 * as the votes of an ordering engine. @returns 64 bytes
 */
export function signPlainly(key: KeyPair, message: Uint8Array): Uint8Array {
  return Uint8Array.from(signWith(null, message, key.privateKey))
}

/** Whether `signature` is the key's own over this very message, under the same rules as `isSignedBy`. */
export function isPlainlySignedBy(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!mayVerify(publicKey, signature)) return false
  const key = verificationKey(publicKey)
  return key !== undefined && verifyWith(null, message, key, signature)
}

/**
 * As `isSignedBy`, away from the event loop: on another core where there is one. Gives the same answer for the same
 * bytes, and never rejects.
 */
export function isSignedByLater(
  publicKey: Uint8Array,
  domain: string,
  bytes: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const key = mayVerify(publicKey, signature) ? verificationKey(publicKey) : undefined
  if (key === undefined) return Promise.resolve(false)
  return new Promise((resolve) => {
    verifyWith(null, signedBytes(domain, bytes), key, signature, (error, isRight) => {
      resolve(error === null && isRight)
    })
  })
}

/** The rules that come before the engine's: a key that binds its owner, and the one encoding of a scalar. */
function mayVerify(publicKey: Uint8Array, signature: Uint8Array): boolean {
  return isBindingKey(publicKey) && signature.length === SIGNATURE_BYTES && scalarOf(signature) < GROUP_ORDER
}

function scalarOf(signature: Uint8Array): bigint {
  let scalar = 0n
  for (let i = SIGNATURE_BYTES - 1; i >= KEY_BYTES; i--) scalar = (scalar << 8n) | BigInt(signature[i] ?? 0)
  return scalar
}

function verificationKey(publicKey: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' })
  } catch {
    // The engine does not take these 32 bytes for a key; then nothing is signed with it.
    return undefined
  }
}
