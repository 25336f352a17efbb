import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { memberById } from '@tri/community'
import { hex, keyPairFromSeed, sha256 } from '@tri/units/crypto'
import { epochMs } from '@tri/units'
import { describe, expect, it } from 'vitest'

import { MEMBER_BOX_FILE } from '../../src/member-box/box-file.ts'
import { inviteMember } from '../../src/member-box/invite-member.ts'
import { beginMemberBox } from '../../src/member-box/join-member-box.ts'
import { memberInvitationFrom } from '../../src/member-box/member-invitation.ts'
import { openMemberBox, type MemberBox } from '../../src/member-box/open-member-box.ts'
import { accountOf } from '../../src/services/account-service.ts'
import { pay, receiptOf, type Payment } from '../../src/services/payment-service.ts'
import { soleBox } from '../steward/growing-boxes.ts'
import { boxesFolder, startedBox, type RunningBox } from '../steward/steward-boxes.ts'

const patient = () => AbortSignal.timeout(20_000)
const QUICK = { answerMs: 2_000, settledMs: 2_000, pauseMs: 20, pauseMsMax: 100 }
/** A clock that was never set, months behind the stewards'. */
const slowClock = () => epochMs(1_780_272_100_000)
const opening = () => ({ signal: patient(), ways: [] as const, patience: QUICK })

/** The box of home 1, on an invitation of the cooperative's. */
async function boxOfHome1(steward: RunningBox, folder: string): Promise<MemberBox> {
  const { text } = await inviteMember({ node: steward.node, steward: steward.seat }, { member: 'home-1' })
  await beginMemberBox({ invitation: text, folder })
  return await openMemberBox(folder, opening())
}

const keysOf = ({ node }: RunningBox): readonly string[] =>
  memberById(node.ledger.store, 'home-1')?.keys ?? []

async function paidFrom(box: MemberBox, payment: Pick<Payment, 'to' | 'amountMicroCredit' | 'key'>) {
  const desk = { view: box.view, writer: box, outbox: box.outbox }
  const paid = await pay(desk, { from: 'home-1', memo: '', ...payment })
  if (!paid.ok) return paid
  await box.client.settled(paid.value.operationDigest ?? '', patient())
  await box.look(patient())
  return { ok: true, value: receiptOf(box.view, 'home-1', paid.value.id) } as const
}

describe('a member’s own box', () => {
  it('takes an invitation up with a key of its own, after which the text is worth nothing', async () => {
    using boxes = boxesFolder()
    await using steward = await soleBox(boxes.at('coop'))
    const before = keysOf(steward)
    const { text } = await inviteMember({ node: steward.node, steward: steward.seat }, { member: 'home-1' })
    const folder = boxes.at('home')
    await expect(beginMemberBox({ invitation: 'tri-member:AAAA', folder })).rejects.toThrow(
      'invitation-unusable',
    )
    const elsewhere = `tri:altrove:${'A'.repeat(43)}`
    await expect(beginMemberBox({ invitation: text, folder, genesis: elsewhere })).rejects.toThrow(
      'genesis-differs',
    )
    await beginMemberBox({ invitation: text, folder, genesis: `${steward.seat.genesis}\n` })
    const path = join(folder, MEMBER_BOX_FILE)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    {
      await using box = await openMemberBox(folder, { ...opening(), now: slowClock })
      expect(box.follower.view).toMatchObject({ member: 'home-1', community: 'prova', stewardCount: 1 })
      expect(box.community.name).toBe('Prova')
    }
    const invited = hex(keyPairFromSeed(memberInvitationFrom(text).seed).publicKey)
    const { seed } = JSON.parse(readFileSync(path, 'utf8')) as { seed: string }
    expect(keysOf(steward)).not.toContain(invited)
    expect(keysOf(steward)).toEqual([...before, hex(keyPairFromSeed(Buffer.from(seed, 'hex')).publicKey)])
    expect(readFileSync(path, 'utf8')).not.toContain('invitedSeed')
    // The same text again, on another box.
    await beginMemberBox({ invitation: text, folder: boxes.at('thief') })
    await expect(openMemberBox(boxes.at('thief'), opening())).rejects.toThrow('member-invitation-spent')
    // And nobody is at the door.
    await steward[Symbol.asyncDispose]()
    await expect(openMemberBox(boxes.at('thief'), opening())).rejects.toThrow('no-steward-answers')
  })

  it(
    'follows her account, pays, and knows final and refused, each by proof',
    { timeout: 30_000 },
    async () => {
      using boxes = boxesFolder()
      await using steward = await soleBox(boxes.at('coop'))
      await steward.node.writer.mustAct('home-2', { kind: 'credit.transfer', to: 'home-1', amount: 700 })
      await using box = await boxOfHome1(steward, boxes.at('home'))
      expect(await box.look(patient())).toMatchObject({ last: 'believed', lies: [] })
      expect(box.community).toMatchObject({ name: 'Prova', timezone: 'Europe/Rome', limit: 5_000_000 })
      expect(accountOf(box.view, 'home-1', { limit: 10 })).toMatchObject({
        balanceMicroCredit: 700,
        availableMicroCredit: 5_000_700,
        promised: [],
        lines: [
          { kind: 'payment', amountMicroCredit: 700, balanceMicroCredit: 700, counterpart: { id: 'home-2' } },
        ],
      })
      const paid = await paidFrom(box, { to: 'home-3', amountMicroCredit: 250, key: 'k-1' })
      expect(paid).toMatchObject({
        ok: true,
        value: { standing: 'final', mark: 'final', balanceMicroCredit: 450 },
      })
      expect(paid.ok && paid.value?.operationDigest).toMatch(/^[0-9a-f]{64}$/)
      // The same key once more is the same payment, and a payee who is nobody is seen at once.
      expect(await paidFrom(box, { to: 'home-3', amountMicroCredit: 250, key: 'k-1' })).toEqual(paid)
      expect(await paidFrom(box, { to: 'nobody', amountMicroCredit: 1, key: 'k-2' })).toMatchObject({
        ok: false,
      })
      expect(box.follower.view?.balance.balance).toBe(450)
    },
  )

  it(
    'promises on an island, shows what was proved, and carries the payment when a steward is back',
    { timeout: 30_000 },
    async () => {
      using boxes = boxesFolder()
      const path = boxes.at('coop')
      const folder = boxes.at('home')
      let id = ''
      {
        await using steward = await soleBox(path)
        await using box = await boxOfHome1(steward, folder)
        await box.look(patient())
      }
      {
        await using box = await openMemberBox(folder, opening())
        expect(await box.look(patient())).toMatchObject({ last: 'no-steward-answers' })
        expect(box.follower.view?.balance.balance).toBe(0)
        const desk = { view: box.view, writer: box, outbox: box.outbox }
        const paid = await pay(desk, {
          from: 'home-1',
          to: 'home-3',
          amountMicroCredit: 5,
          memo: 'eggs',
          key: 'k-1',
        })
        expect(paid).toMatchObject({ ok: true, value: { standing: 'accepted', mark: 'promised' } })
        if (paid.ok) ({ id } = paid.value)
        expect(accountOf(box.view, 'home-1', { limit: 10 })).toMatchObject({
          promisedMicroCredit: 5,
          lines: [],
        })
      }
      await using steward = await startedBox(path)
      await using box = await openMemberBox(folder, opening())
      const digest = receiptOf(box.view, 'home-1', id)?.operationDigest ?? ''
      expect(await box.client.settled(digest, patient())).toMatchObject({ is: 'final' })
      await box.look(patient())
      expect(receiptOf(box.view, 'home-1', id)).toMatchObject({ standing: 'final', memo: 'eggs' })
      expect(steward.failures).toEqual([])
    },
  )

  it('tells a refused payment with its reason, and goes on', { timeout: 30_000 }, async () => {
    using boxes = boxesFolder()
    await using steward = await soleBox(boxes.at('coop'))
    await using box = await boxOfHome1(steward, boxes.at('home'))
    const signed = box.sign({
      by: 'home-1',
      act: { kind: 'credit.transfer', to: 'home-2', amount: 6_000_000 },
    })
    box.client.submit(signed)
    const digest = hex(sha256(signed.bytes))
    expect(await box.client.settled(digest, patient())).toMatchObject({
      is: 'refused',
      refusal: { is: 'limit-exceeded' },
    })
    expect(accountOf(box.view, 'home-1', { limit: 10 }).promised).toMatchObject([
      { standing: 'refused', mark: 'refused' },
    ])
    expect(await paidFrom(box, { to: 'home-2', amountMicroCredit: 1, key: 'k-1' })).toMatchObject({
      ok: true,
      value: { standing: 'final' },
    })
  })

  it('has no name, reading or balance of another household on its disk', { timeout: 30_000 }, async () => {
    using boxes = boxesFolder()
    await using steward = await soleBox(boxes.at('coop'))
    await steward.node.writer.mustAct('home-4', { kind: 'credit.transfer', to: 'home-5', amount: 1_987_654 })
    const folder = boxes.at('home')
    {
      await using box = await boxOfHome1(steward, folder)
      await paidFrom(box, { to: 'home-2', amountMicroCredit: 3, key: 'k-1' })
      expect(box.community.members).toHaveLength(9)
    }
    const held = Buffer.concat(readdirSync(folder).map((file) => readFileSync(join(folder, file))))
    expect(held.includes('home-1')).toBe(true)
    for (const other of ['home-4', 'home-5', '1987654'])
      expect([other, held.includes(other)]).toEqual([other, false])
  })
})
