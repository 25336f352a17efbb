import { RINGS, type MemberSettlement, type Settlement } from '@tri/exchange'
import { microCredit, present } from '@tri/units'

import type { RingLine } from './account-line.ts'
import { COMMONS, type Posting } from './posting.ts'
import type { SlotRange } from './event.ts'

/** What two versions of a settlement, or a first one and nothing, post to the accounts. */
export interface Postings {
  readonly postings: readonly Posting[]
  /** Account and µCC, sorted by account, none 0: what a settlement's claim states. */
  readonly deltas: readonly (readonly [string, number])[]
}

/** One member's share of a version: ring lines with something in them, and the fee. */
interface Share {
  readonly rings: readonly RingLine[]
  readonly fee: number
}

const NOTHING: Share = { rings: [], fee: 0 }

/**
 * What a settlement posts: for each member a line with her rings, one with her fee, and the fees to the commons. After a
 * restatement only the differences to the version before; what did not change gets no line.
 */
export function settlementPostings(after: Settlement, version: number, before?: Settlement): Postings {
  const range = { firstSlot: after.firstSlot, slots: after.slots }
  const texts = textsOf(range, version)
  const postings: Posting[] = []
  let fees = 0
  for (const [member, share] of before === undefined ? sharesOf(after) : differences(after, before)) {
    let energy = 0
    for (const { earned, spent } of share.rings) energy += earned - spent
    if (share.rings.length > 0)
      postings.push({ account: member, amount: energy, text: texts.energy, rings: share.rings })
    if (share.fee !== 0) postings.push({ account: member, amount: 0 - share.fee, text: texts.fee })
    fees += share.fee
  }
  if (fees !== 0) postings.push({ account: COMMONS, amount: fees, text: texts.fee })
  return { postings, deltas: deltasOf(postings) }
}

function textsOf(
  range: SlotRange,
  version: number,
): { readonly energy: Posting['text']; readonly fee: Posting['text'] } {
  const isFirst = version === 1
  return {
    energy: { posting: isFirst ? 'energy' : 'restatement', ...range, version },
    fee: { posting: isFirst ? 'fee' : 'fee-restatement', ...range, version },
  }
}

function deltasOf(postings: readonly Posting[]): (readonly [string, number])[] {
  const sums = new Map<string, number>()
  for (const { account, amount } of postings) sums.set(account, (sums.get(account) ?? 0) + amount)
  return [...sums].filter(([, amount]) => amount !== 0).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** What each member has of a settlement, in the order of their ids. */
function* sharesOf({ members }: Settlement): Iterable<readonly [string, Share]> {
  for (const member of members) yield [member.member, shareOf(member)]
}

function* differences(after: Settlement, before: Settlement): Iterable<readonly [string, Share]> {
  const shares = { after: new Map(sharesOf(after)), before: new Map(sharesOf(before)) }
  for (const member of [...new Set([...shares.after.keys(), ...shares.before.keys()])].sort())
    yield [member, difference(shares.after.get(member) ?? NOTHING, shares.before.get(member) ?? NOTHING)]
}

function shareOf({ lines, feeMicroCredit }: MemberSettlement): Share {
  const rings: RingLine[] = []
  for (const line of lines) {
    if (!isSomething(line)) continue
    rings.push({
      ring: line.ring,
      givenWh: line.givenWh,
      receivedWh: line.receivedWh,
      price: line.priceMicroCreditPerWh,
      earned: line.earnedMicroCredit,
      spent: line.spentMicroCredit,
    })
  }
  return { rings, fee: feeMicroCredit }
}

function isSomething({ givenWh, receivedWh }: Pick<RingLine, 'givenWh' | 'receivedWh'>): boolean {
  return givenWh !== 0 || receivedWh !== 0
}

function difference(after: Share, before: Share): Share {
  if (before === NOTHING) return after
  const rings = RINGS.flatMap((ring) => {
    const now = after.rings.find((line) => line.ring === ring)
    const was = before.rings.find((line) => line.ring === ring)
    return now === undefined && was === undefined ? [] : [lineDifference(now, was)]
  })
  return { rings: rings.filter(isSomething), fee: after.fee - before.fee }
}

function lineDifference(now: RingLine | undefined, was: RingLine | undefined): RingLine {
  const either = present(now ?? was, 'one of the versions has the line')
  return {
    ring: either.ring,
    givenWh: (now?.givenWh ?? 0) - (was?.givenWh ?? 0),
    receivedWh: (now?.receivedWh ?? 0) - (was?.receivedWh ?? 0),
    price: either.price,
    earned: microCredit((now?.earned ?? 0) - (was?.earned ?? 0)),
    spent: microCredit((now?.spent ?? 0) - (was?.spent ?? 0)),
  }
}
