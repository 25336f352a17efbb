import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { fromHex, isPlainlySignedBy, keyPairFromSeed, sha256, signPlainly } from '@tri/units/crypto'
import { law } from '@tri/units/testing'
import { integer, oneof, record, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { browserPrimitives } from '../src/proof/browser-primitives.ts'
import { checkedHere } from '../src/proof/offline-check.ts'

const CASES = join(import.meta.dirname, '../..')
function knownCase(name: string): { readonly genesis: string; readonly proof: string } {
  return JSON.parse(readFileSync(join(CASES, 'ledger/test/cases', name, 'input.json'), 'utf8'))
}
/** Of a book with blinded leaves; the other is of one from before. */
const known = knownCase('blinded-balance-proof')
const smallOrder: readonly string[] = JSON.parse(
  readFileSync(join(CASES, 'units/test/cases/ed25519/small-order.json'), 'utf8'),
)
const bytes = Uint8Array.from(Buffer.from(known.proof, 'base64url'))
const nodePrimitives = { sha256: (message: Uint8Array) => sha256(message), isEd25519: isPlainlySignedBy }
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

/** The same signature with its scalar written a second way. */
function secondEncoding(signature: Uint8Array): Uint8Array {
  let scalar = GROUP_ORDER
  for (let i = 63; i >= 32; i--) scalar += BigInt(signature[i] ?? 0) << BigInt(8 * (i - 32))
  const copy = Uint8Array.from(signature)
  for (let i = 32; i < 64; i++) copy[i] = Number((scalar >> BigInt(8 * (i - 32))) & 255n)
  return copy
}

describe('the page checks a proof itself', () => {
  test('and believes what the command line believes, with blinded leaves and without', () => {
    for (const { genesis, proof } of [known, knownCase('balance-proof')])
      expect(checkedHere(Uint8Array.from(Buffer.from(proof, 'base64url')), genesis, 'en')).toMatchObject({
        is: 'believed',
        proved: { height: 6, setChanges: 1, community: 'prova' },
      })
  })

  test('and names the place of what was tampered with, in the reader’s language', () => {
    const changed = bytes.with(bytes.length - 20, 1)
    expect(checkedHere(changed, known.genesis, 'it')).toEqual({
      is: 'refused',
      place: 'path.step[5]',
      sentence: expect.stringContaining('non conduce allo stato'),
    })
  })

  law(
    'with verdicts that are the node’s, whatever the key, the message and the signature',
    record({
      seed: uint8Array({ minLength: 32, maxLength: 32 }),
      message: uint8Array({ maxLength: 200 }),
      flip: oneof(integer({ min: 0, max: 511 }), integer({ min: -3, max: -1 })),
      keyFlip: integer({ min: -20, max: 255 }),
    }),
    ({ seed, message, flip, keyFlip }) => {
      const key = keyPairFromSeed(seed)
      let signature = signPlainly(key, message)
      if (flip === -1) signature = secondEncoding(signature)
      if (flip >= 0) signature[flip >> 3] = (signature[flip >> 3] ?? 0) ^ (1 << (flip & 7))
      const publicKey = Uint8Array.from(key.publicKey)
      if (keyFlip >= 0) publicKey[keyFlip >> 3] = (publicKey[keyFlip >> 3] ?? 0) ^ (1 << (keyFlip & 7))
      const verdicts = [nodePrimitives, browserPrimitives].map((one) =>
        one.isEd25519(publicKey, message, signature),
      )
      const isGenuine = flip < -1 && keyFlip < 0
      expect(verdicts).toEqual([isGenuine, isGenuine])
      expect(browserPrimitives.sha256(message)).toEqual(new Uint8Array(nodePrimitives.sha256(message)))
    },
    { runs: 60 },
  )

  test('and takes no key of small order, nor bytes of another length', () => {
    const zero = new Uint8Array(64)
    for (const key of smallOrder)
      expect(browserPrimitives.isEd25519(fromHex(key), new Uint8Array(), zero)).toBe(false)
    expect(browserPrimitives.isEd25519(new Uint8Array(31), new Uint8Array(), zero)).toBe(false)
    expect(browserPrimitives.isEd25519(new Uint8Array(32), new Uint8Array(), new Uint8Array(63))).toBe(false)
  })
})
