import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { present } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'
import { describe, expect, test } from 'vitest'

import { fromBase64url } from '../../src/chain/base64url.ts'
import { joined } from '../../src/chain/merkle.ts'
import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { proofFrom } from '../../src/proof/proof-bytes.ts'
import { verifyProof } from '../../src/proof/verify-proof.ts'

const CASE = join(import.meta.dirname, '..', 'cases', 'balance-proof')
const PAGE = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'proofs.md')
const known: { readonly genesis: string; readonly proof: string } = JSON.parse(
  readFileSync(join(CASE, 'input.json'), 'utf8'),
)
const expected: unknown = JSON.parse(readFileSync(join(CASE, 'expected.json'), 'utf8'))
const bytes = present(fromBase64url(known.proof), 'the case holds a proof')

const text = (of: string) => new TextEncoder().encode(of)

/** The digests on the way from the account's leaf to the state root, by SHA-256 alone. */
function digestsUp(): string[] {
  const { key, value, path } = proofFrom(nodePrimitives, bytes)
  const [zero, one] = [Uint8Array.of(0), Uint8Array.of(1)]
  let digest = sha256(zero, text(key), zero, value)
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

describe('the proof that is kept with the program', () => {
  test('says today what it said when it was made', () => {
    const outcome = verifyProof(bytes, known.genesis, nodePrimitives)
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

  test('leads up, by hand, through the digests that the page shows', () => {
    const page = readFileSync(PAGE, 'utf8')
    const digests = digestsUp()
    const newest = proofFrom(nodePrimitives, bytes).epochs[0]?.blocks.at(-1)
    expect(digests.at(-1)).toBe(hex(present(newest, 'the proof ends in a block').header.appHash))
    for (const digest of digests) expect(page).toContain(digest)
  })
})
