import { nodePrimitives, verifyProof } from '@tri/ledger'
import type { Slot } from '@tri/units'
import { prometheusText } from '@tri/platform'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { ledgerFigures } from '../../src/services/ledger-figures.ts'
import { genesisOf, ledgerOf, operationOf, proofFile } from '../../src/services/ledger-service.ts'
import { pay, promisedBy } from '../../src/services/payment-service.ts'
import { homeOf } from '../../src/services/home-service.ts'
import { accountOf } from '../../src/services/account-service.ts'
import { settleRange } from '../../src/services/month-acts.ts'
import { memberProof } from '../../src/services/proof-service.ts'
import { openStreet, paid, rangeOf, smallStreet, type Street } from './small-street.ts'

let street: Street
beforeAll(async () => {
  const charter = { ...smallStreet.charter, limit: '1' }
  street = await openStreet('2026-04-02T08:00:00Z', { ...smallStreet, charter })
})
afterAll(() => street[Symbol.asyncDispose]())

const payment = { from: 'home-1', to: 'home-2', amountMicroCredit: 7, memo: 'bread' }

describe('the ledger of a box that keeps it alone', () => {
  it('tells its one steward, how far it is, and the signatures under its last block', async () => {
    const receipt = await paid(street.node, { ...payment, key: 'k-1' })
    expect(receipt).toMatchObject({ standing: 'final', mark: 'final', refusal: null })
    while (street.node.ledger.checkpoints.last()?.header.height !== 2)
      await new Promise((done) => setImmediate(done))
    const ledger = ledgerOf(street.node)
    expect(ledger).toMatchObject({
      engine: 'single',
      state: 'running',
      reason: null,
      height: 2,
      connected: 1,
      needed: 1,
      maySpare: 0,
      waiting: 0,
      operations: 2,
      checkpoint: { height: 2, signatures: 1, of: 1 },
      incidents: [],
    })
    expect(ledger.stewards).toMatchObject([
      { member: { id: 'coop' }, isMe: true, connected: true, height: 2, lag: 0, signed: true },
    ])
  })

  it('knows where an operation stands, and says so of none it never saw', async () => {
    const { operationDigest } = await paid(street.node, { ...payment, key: 'k-2' })
    expect(operationOf(street.node, operationDigest ?? '')).toMatchObject({
      standing: 'final',
      height: 3,
      sequence: 3,
    })
    expect(operationOf(street.node, '0'.repeat(64))).toBeUndefined()
  })

  it('gives a proof of a balance that holds from the printed text alone', async () => {
    const genesis = genesisOf(street.node)
    expect(genesis.text).toMatch(/^tri:viottolo:[\w-]{43}$/)
    expect(ledgerOf(street.node).genesis).toBe(genesis.text)
    const file = await proofFile(street.node, 'home-2')
    if (!(file?.bytes instanceof Uint8Array)) throw new TypeError('no proof')
    const proved = verifyProof(file.bytes, genesis.text, nodePrimitives)
    expect(proved).toMatchObject({
      ok: true,
      value: { record: { kind: 'balance', account: 'home-2', values: { balance: 14 } } },
    })
  })

  it('gives no proof of a quarter hour that was settled alone: its path would tell of a neighbour', async () => {
    const [alone, whole] = [rangeOf('2026-03-30'), rangeOf('2026-03-31')]
    await using other = await openStreet('2026-04-02T08:00:00Z')
    await other.bring({ firstSlot: alone.firstSlot, slots: alone.slots + whole.slots })
    await settleRange(other.node, { ...alone, slots: 1 })
    await settleRange(other.node, whole)
    const { view, ledger } = other.node
    const proved = async (at: Slot) =>
      (await memberProof(view, ledger.proofSource, { member: 'home-1', slot: at })).ok
    expect([await proved(alone.firstSlot), await proved(whole.firstSlot)]).toEqual([false, true])
  })

  it('gives a monitor the same figures', () => {
    const text = prometheusText(ledgerFigures(street.node, street.clock.now))
    expect(text).toMatch(/^tri_ledger_height \d+$/m)
    expect(text).toContain('tri_ledger_state{state="running"} 1')
    expect(text).toContain('tri_ledger_operations_total 3')
    expect(text).not.toMatch(/home-|coop|bread/)
  })
})

describe('a payment on its way', () => {
  it('is promised at once, spends what is left, and is final a block later', async () => {
    const { node } = street
    const outcome = await pay(node, { ...payment, key: 'k-3' })
    if (!outcome.ok) throw new TypeError('refused')
    const receipt = outcome.value
    expect(receipt).toMatchObject({ standing: 'accepted', mark: 'promised', balanceMicroCredit: null })
    expect(await pay(node, { ...payment, key: 'k-3' })).toEqual(outcome)
    expect(await pay(node, { ...payment, key: 'k-3', amountMicroCredit: 8 })).toMatchObject({
      refusal: { code: 'idempotency-key-reused' },
    })
    const before = accountOf(node.view, 'home-1', { limit: 10 })
    expect([before.promisedMicroCredit, before.promised.map(({ id }) => id)]).toEqual([7, [receipt.id]])
    expect(homeOf(node.view, 'home-1').credit.promisedMicroCredit).toBe(7)
    const all = { ...payment, amountMicroCredit: before.availableMicroCredit + 1, key: 'k-4' }
    expect(await pay(node, all)).toMatchObject({
      refusal: { code: 'limit-reached', details: { availableMicroCredit: before.availableMicroCredit } },
    })
    const final = await paid(node, { ...payment, key: 'k-3' })
    expect(final).toMatchObject({ standing: 'final', mark: 'final', balanceMicroCredit: expect.any(Number) })
    while (promisedBy(node.view, 'home-1') > 0) await new Promise((done) => setImmediate(done))
    expect(accountOf(node.view, 'home-1', { limit: 10 })).toMatchObject({
      promised: [],
      promisedMicroCredit: 0,
    })
  })

  it('two at once by one member are both paid: each has its own number', async () => {
    const { node } = street
    const both = await Promise.all(['k-5', 'k-6'].map((key) => paid(node, { ...payment, key })))
    expect(both.map(({ standing }) => standing)).toEqual(['final', 'final'])
    expect(new Set(both.map(({ operationDigest }) => operationDigest)).size).toBe(2)
  })
})
