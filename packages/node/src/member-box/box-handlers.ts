import type { MemberName, ResponseOf } from '@tri/contract'
import { DEVICE_TEMPLATES } from '@tri/meters'
import type { Handlers } from '@tri/platform'
import { accept, refuse, slotOf, type EpochMs } from '@tri/units'

import { absentDesk } from '../devices/device-desk.ts'
import { dayOf } from '../services/account-page.ts'
import { deviceHandlers } from '../services/device-service.ts'
import { accountHandlers } from '../services/handlers.ts'
import { promisedBy } from '../services/payment-service.ts'
import { NODE_VERSION } from '../version.ts'
import { boxGenesis } from './box-tasks.ts'
import type { MemberBox } from './open-member-box.ts'

/** Lines of today that are summed for Home: more than a day that is settled by the quarter hour has. */
const TODAY_LINES_MAX = 500
/** Lines in which a box without a steward looks for those whom its member has paid before. */
const KNOWN_LINES_MAX = 500

/**
 * An answer for every route from a member's own box: Home, account, payments, receipts and the proof. What only the book has is
 * refused with where it is to be found.
 */
export function boxHandlers(box: MemberBox, startedAt: EpochMs): Handlers {
  return {
    ...accountHandlers({ view: box.view, writer: box, outbox: box.outbox }),
    ...deviceHandlers(absentDesk(DEVICE_TEMPLATES, () => box.view.clock.nowMs())),
    state: () => accept(stateOf(box, startedAt)),
    home: ({ member }) => accept(homeOf(box, member)),
    members: async (_, __, signal) => {
      await box.community.ask(box.view.clock.nowMs(), signal)
      return accept({ members: payees(box) })
    },
    genesis: () => {
      const genesis = boxGenesis(box)
      return genesis === undefined ? refuse({ code: 'proof-not-ready' }) : accept(genesis)
    },
    myProof: ({ member }) => {
      const { proof } = box.follower
      if (proof === undefined || member !== box.member) return refuse({ code: 'proof-not-ready' })
      return accept({ fileName: `${member}.tri-proof`, mediaType: 'application/octet-stream', bytes: proof })
    },
    homeDay: elsewhere,
    nearby: elsewhere,
    whyDay: elsewhere,
    whySlot: elsewhere,
    fileObjection: elsewhere,
    months: elsewhere,
    checkMonth: elsewhere,
    substituteMonth: elsewhere,
    previewMonth: elsewhere,
    publishMonth: elsewhere,
    verifyMonth: elsewhere,
    monthBundle: elsewhere,
    objections: elsewhere,
    ledger: elsewhere,
    operation: elsewhere,
  }
}

function elsewhere() {
  return refuse({ code: 'not-on-this-box' } as const)
}

function stateOf(box: MemberBox, startedAt: EpochMs): ResponseOf<'state'> {
  const { follower, community, answered, view } = box
  const nowMs = view.clock.nowMs()
  const id = follower.view?.community ?? ''
  return {
    community: { id, name: community.name ?? id, timezone: community.timezone },
    node: { version: NODE_VERSION, mode: 'member-box', startedAt },
    clock: { nowMs, slot: slotOf(nowMs), speed: null },
    ledger: {
      operations: null,
      // Without a believed answer nothing becomes final here, whatever the stewards do among themselves.
      state: answered.last === 'believed' ? 'running' : 'no-quorum',
      lastSettledSlot: null,
      certifiedUntilSlot: null,
      sumMicroCredit: null,
      settlementRoot: null,
      mark: 'final',
    },
    meters: null,
    energy: { lastSlot: null, today: null },
    checks: [
      { name: 'what this box holds proves itself', ok: follower.view !== undefined },
      { name: 'no steward shows what was never signed', ok: answered.lies.length === 0 },
    ],
  }
}

function homeOf(box: MemberBox, member: string): ResponseOf<'home'> {
  const { view } = box
  const nowMs = view.clock.nowMs()
  const today = view.calendar.dateOf(nowMs)
  const account = view.account.balance(member)
  const { lines } = view.account.lines(member, { limit: TODAY_LINES_MAX })
  const todayMicroCredit = lines
    .filter((line) => line.firstSlot !== undefined && dayOf(view, line) === today)
    .reduce((sum, { amount }) => sum + amount, 0)
  const promisedMicroCredit = promisedBy(view, member)
  return {
    member,
    slot: slotOf(nowMs),
    answer: { code: 'no-data', untilSlot: null, because: null, mark: 'live' },
    triangle: null,
    today: null,
    credit: {
      balanceMicroCredit: account?.balance ?? 0,
      todayMicroCredit,
      availableMicroCredit: (account?.available ?? 0) - promisedMicroCredit,
      promisedMicroCredit,
      flagged: account?.isPastLimit ?? false,
      mark: 'final',
    },
    shareWith: [],
  }
}

/** Whom she may pay: everybody, or where no steward answers those whom she knows from her own lines. */
function payees({ community, member, view }: MemberBox): MemberName[] {
  if (community.members.length > 0) return [...community.members]
  const { lines } = view.account.lines(member, { limit: KNOWN_LINES_MAX })
  const known = new Set([member, ...lines.flatMap(({ other }) => other ?? [])])
  return [...known].flatMap((id) => view.account.name(id) ?? [])
}
