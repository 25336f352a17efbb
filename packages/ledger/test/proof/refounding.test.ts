import { seededKey, stewardsNamed } from '@tri/community/testing'
import { epochMs, must, present } from '@tri/units'
import { describe, expect, test } from 'vitest'

import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { genesisText, type Genesis } from '../../src/genesis.ts'
import { endedEpoch, genesisAfter, memberListOf } from '../../src/proof/ended-epoch.ts'
import type { Epoch } from '../../src/proof/proof-bytes.ts'
import { proofOf } from '../../src/proof/proof-of.ts'
import { refoundingSignature } from '../../src/proof/refounding-signature.ts'
import {
  refoundingCount,
  refoundingFrom,
  refoundingText,
  signatureText,
  withSignature,
  type MemberList,
  type Refounding,
  type RefoundingSignature,
} from '../../src/proof/refounding.ts'
import { genesisDigest } from '../../src/genesis.ts'
import { verifyProof } from '../../src/proof/verify-proof.ts'
import {
  FOUR,
  lived,
  signedBlock,
  stewardTown,
  townOn,
  type StewardTown,
} from '../../src/testing/steward-town.ts'

const HEIRS = ['home-5', 'home-6', 'home-7', 'home-8']
const MAJORITY = ['coop', ...Array.from({ length: 8 }, (_, i) => `home-${i + 1}`)]

interface Ended {
  readonly town: StewardTown
  readonly members: MemberList
  readonly genesis: Genesis
  readonly last: ReturnType<typeof signedBlock>
}

/** A town of sixteen whose four stewards are gone for good, with the genesis that its members are asked to sign. */
function ended(): Ended {
  const town = lived(stewardTown(), FOUR)
  const members = memberListOf(town.source)
  const { replica } = town
  const last = signedBlock(town, replica.height)
  const time = epochMs(present(replica.time, 'the town has blocks') + 1)
  replica.commit(replica.execute({ height: replica.height + 1, time, operations: [], evidence: [] }))
  const genesis = genesisAfter(
    town.genesis,
    last,
    stewardsNamed(HEIRS).map(({ key }) => key),
  )
  return { town, members, genesis, last }
}

const signedBy = (genesis: Genesis, names: readonly string[]): RefoundingSignature[] =>
  names.map((name) => refoundingSignature(genesis, name, seededKey(name)))

async function proofThrough(
  { town, members, genesis, last }: Ended,
  signatures: readonly RefoundingSignature[],
  change: (epoch: Epoch) => Epoch = (epoch) => epoch,
) {
  const epoch = change(await endedEpoch(town.source, last, { members, signatures }))
  const heirs = townOn({ ...town, genesis }, [epoch])
  heirs.stage.does('home-2', { kind: 'credit.transfer', to: 'home-1', amount: 7 })
  const bytes = present(await proofOf(heirs.source, 'account/home-2'), 'home 2 has an account')
  const outcome = verifyProof(bytes, town.text, nodePrimitives)
  return { bytes, outcome, place: outcome.ok ? 'believed' : outcome.refusal.place }
}

describe('a founding anew', () => {
  test('is asked for and signed in texts that a QR code holds', () => {
    const { genesis } = ended()
    const asked = refoundingText(genesis)
    expect(refoundingFrom(asked)).toEqual({ ok: true, value: genesis })
    const [signature] = signedBy(genesis, ['home-3'])
    const text = signatureText(genesisDigest(nodePrimitives, genesis), present(signature, 'one signed'))
    expect(Math.max(asked.length, text.length)).toBeLessThanOrEqual(1000)
  })

  test('counts each member once, and is enough with more than half of those who have a key', () => {
    const { genesis, members } = ended()
    const digest = genesisDigest(nodePrimitives, genesis)
    let refounding: Refounding = { genesis, signatures: [] }
    for (const [i, name] of [...MAJORITY, 'coop'].entries()) {
      const [one] = signedBy(genesis, [name])
      const text = signatureText(digest, present(one, 'she signed'))
      const taken = withSignature(nodePrimitives, refounding, { text, members })
      must(taken.ok, 'a member’s signature counts')
      refounding = taken.value
      const { signed, of, isEnough } = refoundingCount(refounding, members)
      expect([signed, of, isEnough]).toEqual([Math.min(i + 1, 9), 16, i >= 8])
    }
  })

  test('takes no signature by a stranger, with a stranger’s key, or under another founding', () => {
    const { genesis, members, town } = ended()
    const refusal = (text: string) => {
      const taken = withSignature(nodePrimitives, { genesis, signatures: [] }, { text, members })
      return taken.ok ? 'taken' : `${taken.refusal.place} ${taken.refusal.code}`
    }
    const digest = genesisDigest(nodePrimitives, genesis)
    const [hers] = signedBy(genesis, ['home-1'])
    const home = present(hers, 'home 1 signed')
    expect(refusal(signatureText(digest, { ...home, member: 'nobody' }))).toBe('signature signature-wrong')
    expect(refusal(signatureText(digest, refoundingSignature(genesis, 'home-1', seededKey('x'))))).toBe(
      'signature signature-wrong',
    )
    expect(refusal(signatureText(genesisDigest(nodePrimitives, town.genesis), home))).toBe(
      'signature.genesis chain-differs',
    )
    expect(refusal('tri-refounding-signature:AA')).toBe('signature proof-malformed')
    expect(refusal('hello')).toBe('signature refounding-malformed')
    expect(refoundingFrom('tri-refounding:?').ok).toBe(false)
  })

  test('leads whoever holds the first genesis on to a balance under the new stewards', async () => {
    const end = ended()
    const { outcome } = await proofThrough(end, signedBy(end.genesis, MAJORITY))
    if (!outcome.ok) expect.fail(outcome.refusal.place)
    const { refoundings, setChanges, stewards } = outcome.value
    expect([refoundings, setChanges, stewards]).toEqual([1, 1, 4])
  })

  test('needs no past for those who hold the new genesis', async () => {
    const { town, genesis } = ended()
    const heirs = townOn({ ...town, genesis })
    heirs.stage.does('home-2', { kind: 'credit.transfer', to: 'home-1', amount: 7 })
    const bytes = present(await proofOf(heirs.source, 'account/home-2'), 'home 2 has an account')
    expect(verifyProof(bytes, genesisText(nodePrimitives, genesis), nodePrimitives).ok).toBe(true)
    expect(verifyProof(bytes, town.text, nodePrimitives)).toMatchObject({ refusal: { place: 'genesis' } })
  })

  test('is refused, with its place, by half of the members, by a member twice, or with another list of members', async () => {
    const enough = (genesis: Genesis) => signedBy(genesis, MAJORITY)
    const end = ended()
    expect((await proofThrough(end, enough(end.genesis).slice(1))).place).toBe(
      'epoch[0].refounding.signature',
    )
    const twice = ended()
    const again = [...enough(twice.genesis).slice(1), ...signedBy(twice.genesis, ['home-1'])]
    expect((await proofThrough(twice, again)).place).toBe('epoch[0].refounding.signature[8]')
    const fewer = ended()
    const records = fewer.members.records.slice(0, 4)
    const list = { ...fewer, members: { ...fewer.members, records } }
    expect((await proofThrough(list, enough(fewer.genesis))).place).toBe('epoch[0].refounding.members')
    // A salt in the list is of one record and no other.
    const [first, second, ...rest] = fewer.members.records
    const salt = present(second?.salt, 'members are blinded')
    const salted = [
      { ...present(first, 'there is a member'), salt },
      present(second, 'there are two'),
      ...rest,
    ]
    const saltedList = { ...fewer, members: { ...fewer.members, records: salted } }
    expect((await proofThrough(saltedList, enough(fewer.genesis))).place).toBe('epoch[0].refounding.members')
    const other = ended()
    const moved = {
      ...other.genesis,
      previous: { ...present(other.genesis.previous, 'it goes on'), height: 1 },
    }
    expect((await proofThrough({ ...other, genesis: moved }, enough(moved))).place).toBe(
      'epoch[0].refounding.genesis.previous.height',
    )
  })
})
