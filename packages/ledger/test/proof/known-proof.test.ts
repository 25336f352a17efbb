import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { unblinded } from '@tri/community/testing'
import { present } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'
import { describe, expect, test } from 'vitest'

import { fromBase64url } from '../../src/chain/base64url.ts'
import { joined } from '../../src/chain/merkle.ts'
import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { proofFrom, type Proof } from '../../src/proof/proof-bytes.ts'
import { proofOf } from '../../src/proof/proof-of.ts'
import { verifyProof } from '../../src/proof/verify-proof.ts'
import { FOUR, lived, stewardTown } from '../../src/testing/steward-town.ts'

const CASES = join(import.meta.dirname, '..', 'cases')
const PAGE = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'proofs.md')

interface KnownCase {
  readonly genesis: string
  readonly bytes: Uint8Array
  readonly expected: unknown
}

function knownCase(name: string): KnownCase {
  const { genesis, proof }: { readonly genesis: string; readonly proof: string } = JSON.parse(
    readFileSync(join(CASES, name, 'input.json'), 'utf8'),
  )
  const expected: unknown = JSON.parse(readFileSync(join(CASES, name, 'expected.json'), 'utf8'))
  return { genesis, bytes: present(fromBase64url(proof), 'the case holds a proof'), expected }
}

const plain = knownCase('balance-proof')
const blinded = knownCase('blinded-balance-proof')

const text = (of: string) => new TextEncoder().encode(of)

/** The digests on the way from the account's leaf to the state root, by SHA-256 alone. */
function digestsUp({ key, value, salt, path }: Proof): string[] {
  const [zero, one] = [Uint8Array.of(0), Uint8Array.of(1)]
  let digest =
    salt === undefined ? sha256(zero, text(key), zero, value) : sha256(zero, text(key), one, salt, value)
  const digests = [hex(digest)]
  for (const [i, { left, sibling }] of path.steps.entries()) {
    if (i === path.steps.length - 3) {
      digest = sha256(zero, text('accounts'), zero, digest)
      digests.push(hex(digest))
    }
    digest = left ? sha256(joined(one, sibling, digest)) : sha256(joined(one, digest, sibling))
    digests.push(hex(digest))
  }
  return digests
}

describe('the proofs that are kept with the program', () => {
  test.each([
    ['of a book with blinded leaves', blinded],
    ['of a book from before', plain],
  ])('%s say today what they said when they were made', (_, { bytes, genesis, expected }) => {
    const outcome = verifyProof(bytes, genesis, nodePrimitives)
    if (!outcome.ok) expect.fail(outcome.refusal.place)
    const { record, height, setChanges, signedBy, stewards, block } = outcome.value
    expect({
      record: JSON.parse(JSON.stringify(record)),
      height,
      setChanges,
      signedBy: signedBy.map(hex),
      stewards,
      block: hex(block),
    }).toEqual(expected)
  })

  test('lead up, by hand, through the digests that the page shows', () => {
    const page = readFileSync(PAGE, 'utf8')
    const shown = [blinded, plain].map(({ bytes }) => proofFrom(nodePrimitives, bytes))
    for (const proof of shown) {
      const newest = proof.epochs[0]?.blocks.at(-1)
      expect(digestsUp(proof).at(-1)).toBe(hex(present(newest, 'the proof ends in a block').header.appHash))
    }
    const [ofPage] = shown
    for (const digest of digestsUp(present(ofPage, 'the page shows the first')))
      expect(page).toContain(digest)
  })

  test('are made again from the same life, byte for byte: blocks of old books keep their roots', async () => {
    const towns = [stewardTown(4), stewardTown(4, unblinded)].map((town) => lived(town, FOUR))
    for (const [i, { bytes, genesis }] of [blinded, plain].entries()) {
      const town = present(towns[i], 'each case has its town')
      expect(town.text).toBe(genesis)
      expect(await proofOf(town.source, 'account/home-1')).toEqual(bytes)
    }
  })
})
