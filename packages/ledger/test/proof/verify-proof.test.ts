import { Fault, present } from '@tri/units'
import { describe, expect, test } from 'vitest'

import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { proofOf } from '../../src/proof/proof-of.ts'
import { verifyProof, type Proved } from '../../src/proof/verify-proof.ts'
import {
  FOUR,
  lived,
  OTHER_SEVEN,
  SEVEN,
  stewardTown,
  type StewardTown,
} from '../../src/testing/steward-town.ts'

async function proofIn({ source }: StewardTown, key: string): Promise<Uint8Array> {
  return present(await proofOf(source, key), 'the record is in the book')
}

function proved(bytes: Uint8Array, text: string): Proved {
  const outcome = verifyProof(bytes, text, nodePrimitives)
  if (!outcome.ok) throw new Fault(outcome.refusal.code, outcome.refusal.details)
  return outcome.value
}

describe('a proof', () => {
  test('of a balance is believed with nothing but the text of the genesis', async () => {
    const town = lived(stewardTown())
    const bytes = await proofIn(town, 'account/home-1')
    const { record, height, signedBy, stewards, setChanges } = proved(bytes, town.text)
    expect(record).toMatchObject({ kind: 'balance', account: 'home-1' })
    expect([height, signedBy.length, stewards, setChanges]).toEqual([town.replica.height, 1, 1, 0])
  })

  test('leads from one steward through three changes to seven, with no more signatures than are needed', async () => {
    const town = lived(stewardTown(), FOUR, SEVEN, OTHER_SEVEN)
    const bytes = await proofIn(town, 'account/home-1')
    const { signedBy, stewards, setChanges } = proved(bytes, town.text)
    expect([signedBy.length, stewards, setChanges]).toEqual([5, 7, 3])
  })

  test('takes at most 4 kB of one balance among 1,101 accounts, with seven stewards', async () => {
    const town = lived(stewardTown(1100), SEVEN)
    const bytes = await proofIn(town, 'account/home-700')
    expect(proved(bytes, town.text).signedBy.length).toBe(5)
    expect(bytes.length).toBeLessThanOrEqual(4096)
  })

  test('of one community is none of another, nor is text that names nothing', async () => {
    const town = lived(stewardTown())
    const bytes = await proofIn(town, 'account/home-1')
    const placeOf = (text: string) => {
      const outcome = verifyProof(bytes, text, nodePrimitives)
      return outcome.ok ? 'believed' : outcome.refusal.place
    }
    expect(placeOf(stewardTown(3).text)).toBe('genesis')
    expect(placeOf(town.text.replace('prova', 'altra'))).toBe('genesis.text')
    expect(placeOf('tri:prova:')).toBe('genesis.text')
    expect(placeOf(` ${town.text}\n`)).toBe('believed')
    expect(await proofOf(town.source, 'account/nobody')).toBeUndefined()
    expect(await proofOf(town.source, 'statement/1')).toBeUndefined()
  })

  test('shows a posting, a receipt and a settlement in the block that wrote them', async () => {
    const town = lived(stewardTown(), FOUR)
    const kinds: string[] = []
    for (const key of ['line/home-1', 'operation', 'settlement-version', 'member', 'account']) {
      for (const [found] of town.replica.store.entries({ from: `${key}/`, until: `${key}0` })) {
        const { record } = proved(await proofIn(town, found), town.text)
        kinds.push(record.kind)
      }
    }
    expect([...new Set(kinds)]).toEqual(['posting', 'receipt', 'slot', 'member', 'balance'])
  })
})
