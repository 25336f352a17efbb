import { stewardsNamed, seededKey } from '@tri/community/testing'
import { epochMs, present, type EpochMs } from '@tri/units'
import { describe, expect, test } from 'vitest'

import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { genesisText } from '../../src/genesis.ts'
import { foundingsBytes, foundingsFrom } from '../../src/proof/foundings.ts'
import { endedEpoch, genesisAfter, memberListOf } from '../../src/proof/ended-epoch.ts'
import { proofOf } from '../../src/proof/proof-of.ts'
import { refoundingSignature } from '../../src/proof/refounding-signature.ts'
import { verifyProof } from '../../src/proof/verify-proof.ts'
import { openSingle } from '../../src/single/single-ordering.ts'
import { FOUR, lived, signedBlock, stewardTown } from '../../src/testing/steward-town.ts'

const HEIR = 'home-5'
const MAJORITY = ['coop', ...Array.from({ length: 8 }, (_, i) => `home-${i + 1}`)]
/** The heir keeps the book alone, with the key that is hers as a member. */
const ENTRY = stewardsNamed([HEIR]).map((entry) => ({ ...entry, key: seededKey(HEIR).publicKey }))

/** A town whose four stewards are gone, with what its members have signed. */
function lost(signers: readonly string[]) {
  const town = lived(stewardTown(), FOUR)
  const { replica, stage } = town
  const members = memberListOf(town.source)
  const last = signedBlock(town, replica.height)
  const time = epochMs(present(replica.time, 'the town has blocks') + 1)
  replica.commit(replica.execute({ height: replica.height + 1, time, operations: [], evidence: [] }))
  const genesis = genesisAfter(
    town.genesis,
    last,
    ENTRY.map(({ key }) => key),
  )
  const signatures = signers.map((name) => refoundingSignature(genesis, name, seededKey(name)))
  const previous = present(genesis.previous, 'it goes on')
  const act = { kind: 'steward.refound', stewards: ENTRY, previous, signatures } as const
  const refounding = stage.signed(HEIR, act)
  let at = time + 1000
  const now = (): EpochMs => epochMs(at++)
  return {
    town,
    members,
    last,
    genesis,
    signatures,
    refounding,
    ports: { replica, key: seededKey(HEIR), now, genesis },
  }
}

describe('a chain founded anew', () => {
  test('goes on with one steward on the same book, and proves to both genesis texts', async () => {
    const { town, members, last, genesis, signatures, refounding, ports } = lost(MAJORITY)
    const epoch = await endedEpoch(town.source, last, { members, signatures })
    await using engine = openSingle({ ...ports, refounding })
    const { stage, replica } = town
    const payment = stage.signed('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 5 })
    expect((await engine.submit(payment)).ok).toBe(true)
    await engine.settled(
      Buffer.from(nodePrimitives.sha256(payment.bytes)).toString('hex'),
      AbortSignal.timeout(5000),
    )
    const source = {
      genesis,
      past: [epoch],
      replica,
      certified: (height: number) => engine.certified(height),
    }
    const long = present(await proofOf(source, 'account/home-2'), 'home 2 has an account')
    expect(verifyProof(long, town.text, nodePrimitives)).toMatchObject({
      ok: true,
      value: { refoundings: 1, stewards: 1, record: { kind: 'balance' } },
    })
    const short = present(await proofOf({ ...source, past: [] }, 'account/home-2'), 'home 2 has an account')
    expect(verifyProof(short, genesisText(nodePrimitives, genesis), nodePrimitives).ok).toBe(true)
  })

  test('proves what was posted before it against the first text, and nothing of that to those with the new one', async () => {
    const { town, members, last, genesis, signatures, refounding, ports } = lost(MAJORITY)
    const epoch = await endedEpoch(town.source, last, { members, signatures })
    await using engine = openSingle({ ...ports, refounding })
    const certified = (height: number) =>
      height < last.header.height ? Promise.resolve(signedBlock(town, height)) : engine.certified(height)
    const source = { genesis, past: [epoch], replica: town.replica, certified }
    const [line] = [...town.replica.store.entries({ from: 'line/home-1/', until: 'line/home-10' })][0] ?? []
    const bytes = present(
      await proofOf(source, present(line, 'home 1 has a line')),
      'it was posted in a block',
    )
    expect(verifyProof(bytes, town.text, nodePrimitives)).toMatchObject({
      ok: true,
      value: { refoundings: 0, stewards: 4, record: { kind: 'posting' } },
    })
    expect(verifyProof(bytes, genesisText(nodePrimitives, genesis), nodePrimitives).ok).toBe(false)
  })

  test('keeps what came before it in a file of its own, signatures and all', async () => {
    const { town, members, last, genesis, signatures, refounding } = lost(MAJORITY)
    const epoch = await endedEpoch(town.source, last, { members, signatures })
    const { bytes, signature } = refounding
    for (const kept of [
      { past: [] },
      { past: [epoch], operation: { bytes, signature } },
      { past: [epoch], asked: { genesis, epoch } },
    ])
      expect(foundingsFrom(nodePrimitives, foundingsBytes(kept))).toEqual(kept)
  })

  test('is opened again without what the members signed, and takes it no second time', async () => {
    const { refounding, ports } = lost(MAJORITY)
    await openSingle({ ...ports, refounding })[Symbol.asyncDispose]()
    const { height } = ports.replica
    await openSingle({ ...ports, refounding })[Symbol.asyncDispose]()
    await openSingle(ports)[Symbol.asyncDispose]()
    expect(ports.replica.height).toBe(height)
  })

  test('does not begin with half of the members, nor with nothing', () => {
    const { refounding, ports } = lost(MAJORITY.slice(1))
    expect(() => openSingle({ ...ports, refounding })).toThrow('refounding-refused')
    expect(() => openSingle(ports)).toThrow('steward-is-another')
  })
})
