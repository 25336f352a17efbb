import { hex } from '@tri/units/crypto'

import { promisedPayments } from '../services/payment-service.ts'
import type { MemberBox } from './open-member-box.ts'

/** What a member's own box knows, and since when: amounts in µCC, times in ms since 1970 UTC. */
export function boxReport(box: MemberBox) {
  const { member, genesis, community, follower, lines, answered, view } = box
  const account = view.account.balance(member)
  const promised = promisedPayments(view, member).filter(({ standing }) => standing === 'accepted')
  return {
    member,
    genesis,
    community: { id: follower.view?.community ?? null, name: community.name ?? null },
    balanceMicroCredit: account?.balance ?? null,
    availableMicroCredit: account?.available ?? null,
    promised: promised.length,
    lines: lines.held,
    proved:
      follower.view === undefined
        ? null
        : {
            height: follower.view.height,
            at: follower.view.time,
            block: hex(follower.view.block),
            signatures: follower.view.signedBy.length,
            of: follower.view.stewardCount,
          },
    stewards: (follower.view?.stewards ?? []).map(({ member: id, addresses }) => ({
      member: id,
      address: addresses[0] ?? null,
    })),
    answeredAt: answered.at ?? null,
    lastLook: answered.last ?? null,
    lies: answered.lies.map(({ address, place }) => ({ address, place })),
  }
}

/** The report, as programs read it. */
export type BoxReport = ReturnType<typeof boxReport>
