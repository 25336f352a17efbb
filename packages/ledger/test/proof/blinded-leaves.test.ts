import { keysUnder, leafSecretOf } from '@tri/community'
import { MAY, states, TEST_LEAF_SECRET, unblinded, type Sketch } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { canonicalBytes, epochMs, present } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { law } from '@tri/units/testing'
import { array, integer, record, tuple, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { nodeOf } from '../../src/chain/merkle.ts'
import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { proofFrom, type Proof } from '../../src/proof/proof-bytes.ts'
import { proofOf } from '../../src/proof/proof-of.ts'
import { recordLeafOf } from '../../src/proof/state-walk.ts'
import { verifyProof } from '../../src/proof/verify-proof.ts'
import { memoryReplica } from '../../src/replica/memory-replica.ts'
import { leafRecord, recordLeaves } from '../../src/replica/record-leaves.ts'
import { stewardTown, type StewardTown } from '../../src/testing/steward-town.ts'

const HOMES = 5
const FAMILIES = ['account', 'member', 'line', 'operation', 'settlement-version', 'certificate']

interface Payment {
  readonly from: number
  readonly to: number
  readonly amount: number
}

const payment = record({
  from: integer({ min: 1, max: HOMES }),
  to: integer({ min: 1, max: HOMES }),
  amount: integer({ min: 1, max: 400_000 }),
}).filter(({ from, to }) => from !== to)

/** A town with a settlement and these payments. */
function livedTown(payments: readonly Payment[], founded?: (sketch: Sketch) => Sketch): StewardTown {
  const town = stewardTown(HOMES, founded)
  const { stage } = town
  stage.does('home-1', states([{ meter: 'm1', firstSlot: MAY, wh: [[0, 500]] }]))
  stage.does('home-2', states([{ meter: 'm2', firstSlot: MAY, wh: [[600, 0]] }]))
  stage.settles(MAY, 1)
  for (const one of payments) pay(town, one)
  return town
}

function pay({ stage }: StewardTown, { from, to, amount }: Payment): void {
  stage.does(`home-${from}`, { kind: 'credit.transfer', to: `home-${to}`, amount })
}

/** Every proof that a member can ask for: her balance, her membership, her lines, the settlement. */
async function proofsOf({ source, replica }: StewardTown, member: string): Promise<Proof[]> {
  const own = [`account/${member}`, `member/${member}`]
  for (const range of [keysUnder(`line/${member}`), keysUnder('settlement-version')])
    for (const [key] of replica.store.entries(range)) own.push(key)
  const proofs: Proof[] = []
  for (const key of own) {
    const bytes = present(await proofOf(source, key), 'what is hers is proved')
    proofs.push(proofFrom(nodePrimitives, bytes))
  }
  return proofs
}

/**
 * What somebody finds out who has these proofs, has guessed every record of the book exactly, and tries each guess as a
 * leaf without a salt and with each salt in the proofs: the keys of others' records that a sibling gives away, alone or
 * two and two.
 */
function givenAway(proofs: readonly Proof[], { replica }: StewardTown): Set<string> {
  const siblings = new Set(proofs.flatMap(({ path }) => path.steps.map(({ sibling }) => hex(sibling))))
  const salts = [undefined, ...proofs.flatMap(({ salt }) => (salt === undefined ? [] : [salt]))]
  const found = new Set<string>()
  for (const salt of salts) {
    const blinded = salt === undefined ? {} : { salt }
    for (const family of FAMILIES) {
      const guesses = Array.from(replica.store.entries(keysUnder(family)), ([key, value]) => {
        return { key, leaf: recordLeafOf(nodePrimitives, { key, value, ...blinded }) }
      })
      for (const { key, leaf } of guesses) {
        if (siblings.has(hex(leaf))) found.add(key)
        for (const other of guesses)
          if (siblings.has(hex(nodeOf(nodePrimitives, leaf, other.leaf)))) found.add(key).add(other.key)
      }
    }
  }
  return found
}

/** Tries balances one after another, as an attacker does who knows nothing of a neighbour but her name. */
function triedBalance(
  proofs: readonly Proof[],
  account: string,
  tried: Iterable<number>,
): number | undefined {
  const siblings = new Set(proofs.flatMap(({ path }) => path.steps.map(({ sibling }) => hex(sibling))))
  const salts = [{}, ...proofs.flatMap(({ salt }) => (salt === undefined ? [] : [{ salt }]))]
  for (const balance of tried)
    for (const lines of [0, 1, 2])
      for (const salt of salts) {
        const value = canonicalBytes({ balance, held: 0, holds: 0, lines })
        if (siblings.has(hex(recordLeafOf(nodePrimitives, { key: `account/${account}`, value, ...salt }))))
          return balance
      }
  return undefined
}

describe('the leaves of the state', () => {
  const payments = array(payment, { minLength: 1, maxLength: 6 })
  const members = integer({ min: 1, max: HOMES })

  law(
    'who guesses every record of the book exactly finds none of it in the proofs of a member',
    tuple(payments, members),
    async ([paid, member]) => {
      const town = livedTown(paid)
      expect([...givenAway(await proofsOf(town, `home-${member}`), town)]).toEqual([])
    },
    { runs: 25 },
  )

  law(
    'without the salts the same attack finds a neighbour, so it is one',
    tuple(payments, members),
    async ([paid, member]) => {
      const town = livedTown(paid, unblinded)
      const found = givenAway(await proofsOf(town, `home-${member}`), town)
      expect([...found].some((key) => key.startsWith('account/'))).toBe(true)
    },
    { runs: 10 },
  )

  test('a neighbour’s balance is found by trying where leaves are not blinded, and not where they are', async () => {
    const paid = [{ from: 2, to: 1, amount: 1234 }]
    const balances = Array.from({ length: 3000 }, (_, i) => 1500 - i)
    const triedIn = async (founded?: (sketch: Sketch) => Sketch) => {
      const town = stewardTown(HOMES, founded)
      for (const one of paid) pay(town, one)
      // Accounts by id: commons, coop, home-1, home-2, ...: the sibling of home-1 is home-2.
      return triedBalance(await proofsOf(town, 'home-1'), 'home-2', balances)
    }
    expect(await triedIn(unblinded)).toBe(-1234)
    expect(await triedIn()).toBeUndefined()
  })

  test('a proof that a neighbour once showed tells nothing of what her account became', async () => {
    const town = livedTown([{ from: 1, to: 2, amount: 5 }])
    const shown = await proofsOf(town, 'home-2')
    const before = await proofsOf(town, 'home-1')
    expect(givenAway([...before, ...shown], town).has('account/home-2')).toBe(true)
    pay(town, { from: 2, to: 3, amount: 9 })
    const after = await proofsOf(town, 'home-1')
    expect(givenAway([...after, ...shown], town).has('account/home-2')).toBe(false)
  })

  test('the secret is in no proof, and every steward’s copy computes the same roots with it', async () => {
    const town = livedTown([{ from: 3, to: 4, amount: 77 }])
    expect(leafSecretOf(town.replica.store)).toEqual(TEST_LEAF_SECRET)
    for (const key of ['account/home-3', 'member/home-3', 'operation/op-1']) {
      const bytes = present(await proofOf(town.source, key), 'the record is in the book')
      expect(verifyProof(bytes, town.text, nodePrimitives).ok).toBe(true)
      expect(hex(bytes)).not.toContain(hex(TEST_LEAF_SECRET))
    }
    const other = memoryReplica({ kernel: typescriptKernel })
    for (const { height, time, operations, stateRoot } of town.replica.blocks(1)) {
      const execution = other.execute({ height, time: epochMs(time), operations, evidence: [] })
      expect(hex(execution.stateRoot)).toBe(hex(stateRoot))
      other.commit(execution)
    }
  })

  law(
    'a steward’s leaf is the one that a proof’s reader computes, however long the record, and any other secret gives another',
    tuple(
      integer({ min: 0, max: 60 }),
      integer({ min: 0, max: 2000 }),
      uint8Array({ minLength: 32, maxLength: 32 }),
    ),
    ([letters, size, secret]) => {
      const [key, value] = [`account/${'a'.repeat(letters)}`, new Uint8Array(size).fill(size)]
      const [leaves, others] = [recordLeaves(secret), recordLeaves(secret.with(31, (secret[31] ?? 0) ^ 1))]
      const leaf = leaves.leafOf(key, value)
      expect(recordLeafOf(nodePrimitives, leafRecord(leaves, key, value))).toEqual(leaf)
      expect(others.leafOf(key, value)).not.toEqual(leaf)
      expect(leaves.leafOf(key, value)).toEqual(leaf)
      const plain = recordLeaves(undefined)
      expect(recordLeafOf(nodePrimitives, leafRecord(plain, key, value))).toEqual(plain.leafOf(key, value))
    },
  )

  test('a leaf with a salt is never one without', () => {
    // Whatever stands where, the letter after the key says what follows: no text that a member writes has that.
    const value = canonicalBytes({ balance: 1 })
    const salt = new Uint8Array(16).fill(7)
    const blinded = recordLeafOf(nodePrimitives, { key: 'account/a', value, salt })
    const plain = recordLeafOf(nodePrimitives, {
      key: 'account/a',
      value: Uint8Array.of(...salt, ...value),
    })
    expect(hex(blinded)).not.toBe(hex(plain))
  })
})

describe('a book from before leaves were blinded', () => {
  test('goes on as it was, and its proofs have the form that they had', async () => {
    const town = livedTown([{ from: 1, to: 2, amount: 5 }], unblinded)
    expect(leafSecretOf(town.replica.store)).toBeUndefined()
    const bytes = present(await proofOf(town.source, 'account/home-1'), 'home 1 has an account')
    expect(verifyProof(bytes, town.text, nodePrimitives).ok).toBe(true)
    expect(new TextDecoder().decode(bytes)).toContain('tri/proof/1')
    expect(proofFrom(nodePrimitives, bytes).salt).toBeUndefined()
  })
})
