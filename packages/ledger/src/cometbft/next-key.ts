import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { must } from '@tri/units'

import { homeFiles, jsonIn, stewardIdentity, writeJson } from './engine-home.ts'
import { publicKeyIn } from './steward-keys.ts'

const NEXT = 'next'

/** Makes the key with which a steward's box will sign once the others have agreed; asked again, it is the same key. */
export async function nextSigningKey(home: string): Promise<Uint8Array> {
  return (await stewardIdentity(join(home, NEXT))).key
}

/** The key that waits, if one does. */
export async function waitingSigningKey(home: string): Promise<Uint8Array | undefined> {
  const path = join(home, NEXT, homeFiles.signingKey)
  const json = await jsonIn(path)
  return json === undefined ? undefined : publicKeyIn(json, path)
}

/**
 * Puts the key that waits in the place of the old one, while the engine is stopped. The new key comes first and its empty
 * record after it: a fall between the two leaves a key that signs nothing below what the old one had signed.
 */
export async function takeNextKey(home: string): Promise<void> {
  const key = await jsonIn(join(home, NEXT, homeFiles.signingKey))
  must(typeof key === 'object' && key !== null, 'the key that waits is there')
  await writeJson(join(home, homeFiles.signingKey), key)
  await writeJson(join(home, homeFiles.signState), { height: '0', round: 0, step: 0 })
  await rm(join(home, NEXT), { recursive: true, force: true })
}
