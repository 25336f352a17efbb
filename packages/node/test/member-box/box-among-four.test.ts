import { hex, sha256 } from '@tri/units/crypto'
import { describe, expect, it } from 'vitest'

import { inviteMember } from '../../src/member-box/invite-member.ts'
import { beginMemberBox } from '../../src/member-box/join-member-box.ts'
import { memberInvitationFrom } from '../../src/member-box/member-invitation.ts'
import { openMemberBox } from '../../src/member-box/open-member-box.ts'
import { pay, receiptOf } from '../../src/services/payment-service.ts'
import { grownTo, reached, soleBox } from '../steward/growing-boxes.ts'
import { boxesFolder, hasEngine, startedBox } from '../steward/steward-boxes.ts'

const isPossible = await hasEngine()
const patient = () => AbortSignal.timeout(40_000)
const PATIENCE = { answerMs: 2_000, settledMs: 5_000, pauseMs: 50, pauseMsMax: 500 }

describe.skipIf(!isPossible)('a member’s own box and four stewards', () => {
  it(
    'goes on at the others’ doors when the one that invited it is gone',
    { timeout: 120_000, retry: 1 },
    async () => {
      using boxes = boxesFolder()
      await using closing = new AsyncDisposableStack()
      const first = closing.use(await soleBox(boxes.at('coop')))
      await grownTo(first, ['home-1', 'home-2', 'home-3'], boxes.at)
      for (const home of ['home-1', 'home-2', 'home-3']) {
        const box = closing.use(await startedBox(boxes.at(home)))
        await reached(box.node.ledger, first.node.ledger.replica.height)
      }
      const { text } = await inviteMember({ node: first.node, steward: first.seat }, { member: 'home-5' })
      expect(memberInvitationFrom(text).doors).toHaveLength(4)
      const folder = boxes.at('home-5')
      await beginMemberBox({ invitation: text, folder })
      await using box = await openMemberBox(folder, { signal: patient(), ways: [], patience: PATIENCE })
      expect(box.follower.view).toMatchObject({ stewardCount: 4 })
      expect(box.follower.view?.stewards.map(({ member }) => member)).toEqual([
        'coop',
        'home-1',
        'home-2',
        'home-3',
      ])
      // More stewards say who is in the community than may lie.
      expect(box.community.members).toHaveLength(9)
      await first[Symbol.asyncDispose]()
      const desk = { view: box.view, writer: box, outbox: box.outbox }
      const paid = await pay(desk, {
        from: 'home-5',
        to: 'home-6',
        amountMicroCredit: 9,
        memo: '',
        key: 'k-1',
      })
      if (!paid.ok) throw new TypeError(paid.refusal.code)
      expect(await box.client.settled(paid.value.operationDigest ?? '', patient())).toMatchObject({
        is: 'final',
      })
      expect(await box.look(patient())).toMatchObject({ last: 'believed', lies: [] })
      expect(receiptOf(box.view, 'home-5', paid.value.id)).toMatchObject({
        mark: 'final',
        balanceMicroCredit: -9,
      })
      // Two of four refuse, and say so again.
      const much = box.sign({
        by: 'home-5',
        act: { kind: 'credit.transfer', to: 'home-6', amount: 9_000_000 },
      })
      box.client.submit(much)
      const digest = hex(sha256(much.bytes))
      expect(await box.client.settled(digest, patient())).toMatchObject({
        is: 'refused',
        refusal: { is: 'limit-exceeded' },
      })
      expect(box.outbox.entriesOf('home-5')).toMatchObject([{ digest, refusal: { is: 'limit-exceeded' } }])
    },
  )
})
