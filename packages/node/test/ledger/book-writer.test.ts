import { operationFrom, signedAct, type KeyValue } from '@tri/community'
import { typescriptKernel } from '@tri/exchange'
import { memoryReplica, openSingle } from '@tri/ledger'
import { epochMs } from '@tri/units'
import { fromHex, hex, keyPairFromSeed, sha256 } from '@tri/units/crypto'
import { afterEach, describe, expect, test } from 'vitest'

import { followFinalBlocks, type FinalBlocks } from '../../src/ledger/final-blocks.ts'
import { bookWriter, type BookWriter } from '../../src/services/book-writer.ts'
import { slowOrdering, type SlowOrdering } from './slow-ordering.ts'

const ada = keyPairFromSeed(new Uint8Array(32).fill(1))
const turn = () => new Promise((done) => setImmediate(done))
const pays = (amount: number) => ({ kind: 'credit.transfer', to: 'leo', amount }) as const

const open: FinalBlocks[] = []
afterEach(async () => {
  for (const blocks of open.splice(0)) await blocks[Symbol.asyncDispose]()
})

interface Desk {
  readonly writer: BookWriter
  readonly stewards: SlowOrdering
  readonly impatient: AbortController
}

/** A writer over a book that knows Ada's key and has no stewards' word yet. */
async function desk(store: KeyValue): Promise<Desk> {
  const stewards = slowOrdering()
  const ordering = Object.assign(stewards, {
    certified: () => Promise.reject(new TypeError('not asked for')),
    [Symbol.asyncDispose]: async () => undefined,
  })
  const blocks = followFinalBlocks(ordering)
  open.push(blocks)
  const impatient = new AbortController()
  let ids = 0
  const writer = bookWriter({
    store,
    ordering,
    blocks,
    kernel: typescriptKernel,
    keys: { keyOf: (member) => (member === 'ada' ? ada : undefined) },
    now: () => epochMs(1000),
    newId: () => `id-${++ids}`,
    patience: () => impatient.signal,
  })
  return { writer, stewards, impatient }
}

/** The state of a community of two, founded by Ada. */
async function founded(): Promise<KeyValue> {
  const replica = memoryReplica({ kernel: typescriptKernel })
  await using engine = openSingle({ replica, key: ada, now: () => epochMs(500) })
  const signer = { by: 'ada', key: ada, id: 'founding', at: 500, community: 'prova' }
  const signed = signedAct(replica.store, signer, {
    kind: 'community.found',
    name: 'Prova',
    timezone: 'Europe/Rome',
    coordinator: 'ada',
    network: [{ id: 'casa', ring: 'home', nanoOhm: 0 }],
    members: [
      { id: 'ada', kind: 'cooperative', keys: [ada.publicKey] },
      { id: 'leo', kind: 'household', keys: [] },
    ],
    meters: [],
    charter: {
      version: 1,
      from: 0,
      rule: 'neighbour-first',
      creditPerKwh: { home: '0', building: '0', street: '0', transformer: '0', substation: '0' },
      limit: '1',
    },
  })
  await engine.submit(signed)
  const standing = await engine.settled(hex(sha256(signed.bytes)), new AbortController().signal)
  expect(standing).toMatchObject({ is: 'final' })
  return replica.store
}

const nonces = ({ came }: SlowOrdering) => came.map((bytes) => operationFrom(fromHex(bytes)).nonce)

describe('an act', () => {
  test('is told with its events when its block is final', async () => {
    const { writer, stewards } = await desk(await founded())
    const acted = writer.act('ada', pays(5))
    await turn()
    stewards.finalise([{ is: 'site-added', site: 'casa' }])
    expect(await acted).toEqual({ ok: true, value: [{ is: 'site-added', site: 'casa' }] })
  })

  test('that the stewards refuse is told by the rule it broke', async () => {
    const { writer, stewards } = await desk(await founded())
    const [acted, must] = [writer.act('ada', pays(5)), writer.mustAct('ada', pays(6))]
    const told = expect(must).rejects.toMatchObject({ code: 'limit-exceeded' })
    await turn()
    stewards.refuseAll('limit-exceeded')
    expect(await acted).toMatchObject({ ok: false, refusal: { is: 'limit-exceeded' } })
    await told
  })

  test('takes the number after those of its key that are still on their way', async () => {
    const { writer, stewards } = await desk(await founded())
    const both = writer.actAll([
      { by: 'ada', act: pays(5) },
      { by: 'ada', act: pays(6) },
    ])
    await turn()
    expect(nonces(stewards)).toEqual([2, 3])
    stewards.finalise()
    expect((await both).map(({ ok }) => ok)).toEqual([true, true])
  })

  test('of a member whose key is elsewhere is not signed here', async () => {
    const { writer } = await desk(await founded())
    await expect(writer.act('leo', pays(5))).rejects.toMatchObject({ code: 'key-not-held' })
  })

  test('that no steward takes, and one that does not become final in time, are two different faults', async () => {
    const { writer, stewards, impatient } = await desk(await founded())
    stewards.refuseToTake('engine-down')
    await expect(writer.act('ada', pays(5))).rejects.toMatchObject({
      code: 'operation-not-taken',
      details: { reason: 'engine-down' },
    })
    stewards.refuseToTake(undefined)
    const told = expect(writer.act('ada', pays(5))).rejects.toMatchObject({ code: 'operation-not-final' })
    await turn()
    impatient.abort()
    await told
  })
})

describe('several acts', () => {
  test('are all handed in, or none when the rules would refuse one', async () => {
    const { writer, stewards } = await desk(await founded())
    const doings = [pays(5), pays(2_000_000), pays(6)].map((act) => ({ by: 'ada', act }))
    await expect(writer.mustActAll(doings)).rejects.toMatchObject({ code: 'limit-exceeded' })
    expect(stewards.came).toEqual([])
    const acted = writer.mustActAll([doings[0]!, doings[2]!])
    await turn()
    expect(stewards.came).toHaveLength(2)
    stewards.finalise()
    expect(await acted).toEqual([[], []])
  })

  test('that need the same state go one after the other', async () => {
    const { writer } = await desk(await founded())
    const steps: string[] = []
    const work = (name: string) => async () => {
      steps.push(`${name} begins`)
      await turn()
      steps.push(`${name} ends`)
    }
    const first = writer.inTurn(async () => {
      await work('first')()
      throw new TypeError('a wheel came off')
    })
    const second = writer.inTurn(work('second'))
    await expect(first).rejects.toThrow('a wheel came off')
    await second
    expect(steps).toEqual(['first begins', 'first ends', 'second begins', 'second ends'])
  })
})
