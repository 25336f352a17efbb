import { scrypt, scryptSync } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs'

import { Fault } from '@tri/units'

import { KEY_BYTES, sealed, unsealed, type Dice } from './derived-key.ts'

/** Work and memory of scrypt (RFC 7914): 128 MiB and about half a second, for each guess at a passphrase. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 } as const
const SALT_BYTES = 16
/** Letters of the shortest passphrase that is taken. */
const PASSPHRASE_MIN = 12
const CONTEXT = new TextEncoder().encode('tri/vault-passphrase/1')

/**
 * The vault's key from a file that only its owner may read (0600); made where there is none. It never leaves the node, and
 * whoever loses it loses the readings.
 *
 * @param dice the machine's randomness
 * @throws Fault `vault-key-exposed` when others may read the file; `vault-key-unreadable` when it holds no key
 */
export function vaultKeyFile(path: string, dice: Dice): Uint8Array {
  if (!existsSync(path)) return written(path, dice(KEY_BYTES))
  if ((statSync(path).mode & 0o077) !== 0) throw new Fault('vault-key-exposed', { path })
  const key = new Uint8Array(readFileSync(path))
  if (key.length !== KEY_BYTES) throw new Fault('vault-key-unreadable', { path })
  return key
}

/** Writes a key to a new file of its owner's, and waits until it is on the disk. */
export function written(path: string, key: Uint8Array): Uint8Array {
  const file = openSync(path, 'wx', 0o600)
  try {
    chmodSync(path, 0o600)
    writeSync(file, key)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return key
}

/**
 * The key wrapped under a passphrase, to travel with a backup. The work is done beside the event loop: readings go on.
 *
 * @throws Fault `passphrase-too-short` below 12 letters
 */
export async function wrappedUnder(passphrase: string, key: Uint8Array, dice: Dice): Promise<Uint8Array> {
  if (passphrase.length < PASSPHRASE_MIN) throw new Fault('passphrase-too-short', { letters: PASSPHRASE_MIN })
  const salt = dice(SALT_BYTES)
  const wrapped = sealed(await passphraseKeyLater(passphrase, salt), key, CONTEXT, dice)
  const bytes = new Uint8Array(salt.length + wrapped.length)
  bytes.set(salt)
  bytes.set(wrapped, salt.length)
  return bytes
}

/**
 * The key out of what `wrappedUnder` gave.
 *
 * @throws Fault `passphrase-wrong`
 */
export function unwrappedUnder(passphrase: string, bytes: Uint8Array): Uint8Array {
  const key = passphraseKey(passphrase, bytes.subarray(0, SALT_BYTES))
  try {
    return unsealed(key, bytes.subarray(SALT_BYTES), CONTEXT)
  } catch (cause) {
    throw new Fault('passphrase-wrong', {}, { cause })
  }
}

function passphraseKeyLater(passphrase: string, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, KEY_BYTES, SCRYPT, (error, key) => {
      if (error === null) resolve(new Uint8Array(key))
      else reject(error)
    })
  })
}

function passphraseKey(passphrase: string, salt: Uint8Array): Uint8Array {
  return new Uint8Array(scryptSync(passphrase.normalize('NFKC'), salt, KEY_BYTES, SCRYPT))
}
