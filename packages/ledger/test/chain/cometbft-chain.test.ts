import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { fromHex, hex } from '@tri/units/crypto'
import { describe, expect, test } from 'vitest'

import { commitHash, dataHash, emptyHash, paramsHash, resultsHash } from '../../src/chain/block-hashes.ts'
import { headerHash } from '../../src/chain/header-hash.ts'
import { lightBlockBytes, lightBlockFrom } from '../../src/chain/light-block-bytes.ts'
import type { BlockId, Commit, Header, LightBlock, Validator } from '../../src/chain/light-block.ts'
import { rootOfItems } from '../../src/chain/merkle.ts'
import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { trustAfter } from '../../src/chain/trust.ts'
import { orderedValidators, validatorAddress, validatorSetHash } from '../../src/chain/validator-set.ts'
import { signedVote } from '../../src/chain/vote.ts'
import { liveBlocks } from './live-blocks.ts'

const CASES = join(import.meta.dirname, '..', 'cases', 'cometbft-chain')
const known = JSON.parse(readFileSync(join(CASES, 'vectors.json'), 'utf8'), revived)

/** Fields that hold hexadecimal digits become bytes again; an id that says nothing is none. */
function revived(name: string, value: unknown): unknown {
  if (typeof value !== 'string' || name === 'chainId' || name === 'flag' || name === '') return value
  return /^(?:[0-9a-f]{2})*$/.test(value) ? fromHex(value) : value
}

function headerFrom({ lastBlockId, ...rest }: Header & { readonly lastBlockId: BlockId | null }): Header {
  return lastBlockId === null ? rest : { ...rest, lastBlockId }
}

interface KnownCommit {
  readonly commit: Commit
  readonly validators: readonly Validator[]
  readonly hash: Uint8Array
  readonly signBytes: readonly (string | null)[]
  readonly isEnough: boolean
}

describe('what the engine hashes is hashed here to the same bytes', () => {
  test.each<{ validators: (Validator & { address: Uint8Array })[]; hash: Uint8Array }>(known.sets)(
    'a set of $validators.length: its order, its addresses and its hash',
    ({ validators, hash }) => {
      const shuffled = validators.toReversed().map(({ publicKey, power }) => ({ publicKey, power }))
      const ordered = orderedValidators(nodePrimitives, shuffled)
      expect(ordered.map(({ publicKey }) => hex(publicKey))).toEqual(
        validators.map(({ publicKey }) => hex(publicKey)),
      )
      expect(ordered.map(({ publicKey }) => hex(validatorAddress(nodePrimitives, publicKey)))).toEqual(
        validators.map(({ address }) => hex(address)),
      )
      expect(hex(validatorSetHash(nodePrimitives, ordered))).toBe(hex(hash))
    },
  )

  test.each<{ items: number; root: Uint8Array }>(known.trees)(
    'a tree over $items items',
    ({ items, root }) => {
      const leaves = Array.from({ length: items }, (_, i) => new Uint8Array(i).fill(i))
      expect(hex(rootOfItems(nodePrimitives, leaves))).toBe(hex(root))
    },
  )

  test.each<{ header: Header & { lastBlockId: BlockId | null }; hash: Uint8Array }>(known.headers)(
    'the header of height $header.height',
    ({ header, hash }) => {
      expect(hex(headerHash(nodePrimitives, headerFrom(header)))).toBe(hex(hash))
    },
  )

  test.each<KnownCommit>(known.commits)(
    'the votes of round $commit.round and the hash over them',
    ({ commit, hash, signBytes, validators }) => {
      const chainId: string = known.headers[0].header.chainId
      for (const [i, vote] of commit.signatures.entries()) {
        const message = signedVote(chainId, commit, vote)
        const wanted = signBytes[i]
        expect(message === undefined ? null : hex(message)).toBe(
          wanted === null || wanted === undefined ? null : hex(wanted as unknown as Uint8Array),
        )
        if (message !== undefined)
          expect(
            nodePrimitives.isEd25519(validators[i]?.publicKey ?? new Uint8Array(), message, vote.signature),
          ).toBe(true)
      }
      expect(hex(commitHash(nodePrimitives, commit))).toBe(hex(hash))
    },
  )

  test('operations, what they came to, the engine’s parameters, and no evidence', () => {
    for (const { transactions, hash } of known.data)
      expect(hex(dataHash(nodePrimitives, transactions))).toBe(hex(hash))
    expect(hex(resultsHash(nodePrimitives, known.results.results))).toBe(hex(known.results.hash))
    expect(hex(resultsHash(nodePrimitives, []))).toBe(hex(known.results.none))
    for (const { hash, ...params } of known.params)
      expect(hex(paramsHash(nodePrimitives, params))).toBe(hex(hash))
    expect(hex(emptyHash(nodePrimitives))).toBe(hex(known.evidenceNone))
  })
})

describe('blocks of a running engine', () => {
  test('each is believed by the set before it, after a trip through its bytes', () => {
    const blocks = liveBlocks()
    const [first] = blocks
    const setHash = validatorSetHash(nodePrimitives, first?.validators ?? [])
    let trust = { chainId: first?.header.chainId ?? '', height: 0, setHash }
    for (const block of blocks) {
      const read: LightBlock = lightBlockFrom(nodePrimitives, lightBlockBytes(block))
      expect(read).toEqual(block)
      const next = trustAfter(nodePrimitives, trust, read, '')
      if (!next.ok) expect.fail(next.refusal.place)
      trust = next.value
    }
    expect(trust.height).toBe(70)
  })
})
