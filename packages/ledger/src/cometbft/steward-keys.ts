import { createHash, generateKeyPairSync } from 'node:crypto'

import { Fault } from '@tri/units'
import { hex, keyPairFromSeed } from '@tri/units/crypto'

/** What the other stewards are told of a box: the key it signs blocks with, and the name of its node. */
export interface StewardIdentity {
  /** Ed25519, 32 bytes. */
  readonly key: Uint8Array
  /** 20 bytes. */
  readonly node: Uint8Array
}

const ADDRESS_BYTES = 20

/** A new Ed25519 seed from the system's randomness. */
export function newSeed(): Uint8Array {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { d = '' } = privateKey.export({ format: 'jwk' })
  return Uint8Array.from(Buffer.from(d, 'base64url'))
}

/** First 20 bytes of the SHA-256 of a key: what the engine calls a validator, and a node. */
export function addressOf(publicKey: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(publicKey).digest().subarray(0, ADDRESS_BYTES))
}

/** The engine's file with the key that signs blocks. */
export function signingKeyJson(seed: Uint8Array): object {
  const { publicKey } = keyPairFromSeed(seed)
  return {
    address: hex(addressOf(publicKey)).toUpperCase(),
    pub_key: { type: 'tendermint/PubKeyEd25519', value: base64(publicKey) },
    priv_key: privateKeyJson(seed, publicKey),
  }
}

/** The engine's file with the key of its node. */
export function nodeKeyJson(seed: Uint8Array): object {
  return { priv_key: privateKeyJson(seed, keyPairFromSeed(seed).publicKey) }
}

/** The public key of either file. @throws Fault `steward-home-unreadable` */
export function publicKeyIn(json: unknown, path: string): Uint8Array {
  const value = textAt(textHolder(json, 'priv_key'), 'value')
  const whole = value === undefined ? undefined : Buffer.from(value, 'base64')
  if (whole?.length !== 64) throw new Fault('steward-home-unreadable', { path, reason: 'no Ed25519 key' })
  // The public half stands behind the seed; made again from the seed it cannot be another's.
  return keyPairFromSeed(whole.subarray(0, 32)).publicKey
}

function privateKeyJson(seed: Uint8Array, publicKey: Uint8Array): object {
  return { type: 'tendermint/PrivKeyEd25519', value: base64(Buffer.concat([seed, publicKey])) }
}

function textHolder(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined
}

function textAt(json: unknown, name: string): string | undefined {
  const value = textHolder(json, name)
  return typeof value === 'string' ? value : undefined
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
