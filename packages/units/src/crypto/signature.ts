import {
  createPrivateKey,
  createPublicKey,
  sign as signWith,
  verify as verifyWith,
  type KeyObject,
} from 'node:crypto'

import { Fault } from '../fault.ts'
import { hex, sha256 } from './digest.ts'
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
  let prefix = domainPrefixes.get(domain)
  if (prefix === undefined) {
    prefix = new TextEncoder().encode(`${domain}\0`)
    if (domainPrefixes.size === DOMAINS_KEPT_MAX) domainPrefixes.clear()
    domainPrefixes.set(domain, prefix)
  }
  return sha256(prefix, bytes)
}

/** The program has a dozen domains. */
const DOMAINS_KEPT_MAX = 64
const domainPrefixes = new Map<string, Uint8Array>()

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
  const key = isOneEncoding(signature) ? verificationKey(publicKey) : undefined
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
  const key = isOneEncoding(signature) ? verificationKey(publicKey) : undefined
  if (key === undefined) return Promise.resolve(false)
  return new Promise((resolve) => {
    verifyWith(null, signedBytes(domain, bytes), key, signature, (error, isRight) => {
      resolve(error === null && isRight)
    })
  })
}

/** Whether a signature has the one length and the one encoding of its scalar: the engine might take others too. */
function isOneEncoding(signature: Uint8Array): boolean {
  return signature.length === SIGNATURE_BYTES && isBelowOrder(signature)
}

/** Nearly every honest scalar lies below 2^252, which its highest byte tells. */
function isBelowOrder(signature: Uint8Array): boolean {
  return (signature[SIGNATURE_BYTES - 1] ?? 0) < 0x10 || scalarOf(signature) < GROUP_ORDER
}

function scalarOf(signature: Uint8Array): bigint {
  let scalar = 0n
  for (let i = SIGNATURE_BYTES - 1; i >= KEY_BYTES; i--) scalar = (scalar << 8n) | BigInt(signature[i] ?? 0)
  return scalar
}

/** Keys that the engine has made ready: the members of a community sign again and again. */
const KEYS_KEPT_MAX = 4_096
const keysKept = new Map<string, KeyObject>()

/** The key for the engine; undefined when it binds nobody, or the engine does not take its bytes for a key. */
function verificationKey(publicKey: Uint8Array): KeyObject | undefined {
  const name = hex(publicKey)
  const kept = keysKept.get(name)
  if (kept !== undefined) return kept
  if (!isBindingKey(publicKey)) return undefined
  try {
    const der = Buffer.concat([SPKI_PREFIX, publicKey])
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    if (keysKept.size === KEYS_KEPT_MAX) keysKept.clear()
    keysKept.set(name, key)
    return key
  } catch {
    // Not a point of the curve: then nothing is signed with it.
    return undefined
  }
}
