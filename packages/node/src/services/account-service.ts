import type { ResponseOf } from '@tri/contract'
import type { AccountLine, RingLine } from '@tri/community'
import { RINGS } from '@tri/exchange'
import { present } from '@tri/units'

import { accountPage, dayOf, type AccountPage, type AccountQuery, type LineGroup } from './account-page.ts'
import { promisedBy, promisedPayments } from './payment-service.ts'
import type { AccountView } from './account-view.ts'

export type Account = ResponseOf<'account'>
type Line = Account['lines'][number]

/** A member's statement of account, newest first: energy by day and ring, and every payment by itself. */
export function accountOf(view: AccountView, member: string, query: AccountQuery): Account {
  const { balance, available } = present(view.account.balance(member), 'a member has an account')
  const [newest] = view.account.lines(member, { limit: 1 }).lines
  const page = accountPage(view, member, { query, balance: newest?.balance ?? balance })
  return {
    member,
    balanceMicroCredit: balance,
    availableMicroCredit: available - promisedBy(view, member),
    promisedMicroCredit: promisedBy(view, member),
    promised: promisedPayments(view, member),
    lines: withBalances(view, page),
    nextCursor: page.next ?? null,
    mark: 'final',
  }
}

function linesOf(view: AccountView, { lines }: LineGroup): Omit<Line, 'balanceMicroCredit'>[] {
  const [first] = lines
  if (first === undefined) return []
  if (first.firstSlot === undefined) return [paymentLine(view, first)]
  const settled = lines.filter(({ posting }) => posting === 'energy')
  const restated = lines.filter(({ posting }) => posting === 'restatement')
  const fees = lines.filter(({ posting }) => posting === 'fee' || posting === 'fee-restatement')
  return [
    ...feeLine(view, fees),
    ...ringLines(view, restated, 'correction'),
    ...ringLines(view, settled, 'energy'),
  ]
}

function ringLines(
  view: AccountView,
  lines: readonly AccountLine[],
  kind: 'energy' | 'correction',
): Omit<Line, 'balanceMicroCredit'>[] {
  const [newest] = lines
  if (newest?.firstSlot === undefined) return []
  const day = dayOf(view, newest)
  return RINGS.toReversed().flatMap((ring) => {
    const parts = lines.flatMap(({ rings }) => rings?.filter((line) => line.ring === ring) ?? [])
    if (parts.length === 0) return []
    const sum = (of: keyof Omit<RingLine, 'ring'>) => parts.reduce((before, part) => before + part[of], 0)
    const [givenWh, receivedWh] = [sum('givenWh'), sum('receivedWh')]
    return [
      {
        ...bare(newest),
        id: kind === 'energy' ? `energy:${day}:${ring}` : `correction:${day}:${newest.version ?? 0}:${ring}`,
        kind,
        text: kind === 'correction' ? ('restated' as const) : energyText(givenWh, receivedWh),
        ring,
        day,
        // A restatement may take back what was given: its energies are told by the settlement it corrects.
        givenWh: kind === 'correction' ? null : givenWh,
        receivedWh: kind === 'correction' ? null : receivedWh,
        amountMicroCredit: sum('earned') - sum('spent'),
        mark: markOfLines(view, lines),
      },
    ]
  })
}

function energyText(givenWh: number, receivedWh: number): 'energy-given' | 'energy-received' | 'energy-both' {
  if (receivedWh === 0) return 'energy-given'
  return givenWh === 0 ? 'energy-received' : 'energy-both'
}

function feeLine(view: AccountView, fees: readonly AccountLine[]): Omit<Line, 'balanceMicroCredit'>[] {
  const [newest] = fees
  if (newest === undefined) return []
  const amountMicroCredit = fees.reduce((sum, { amount }) => sum + amount, 0)
  const day = dayOf(view, newest)
  const text = amountMicroCredit < 0 ? 'fee-paid' : 'fee-earned'
  const feeMicroCredit = Math.abs(amountMicroCredit)
  return [
    {
      ...bare(newest),
      id: newest.posting === 'fee' ? `fee:${day}` : `fee:${day}:${newest.version ?? 0}`,
      kind: 'fee',
      text,
      day,
      amountMicroCredit,
      feeMicroCredit,
      mark: markOfLines(view, fees),
    },
  ]
}

/** The fields of a line that most lines leave empty. */
type Bare = Pick<
  Line,
  'at' | 'ring' | 'day' | 'givenWh' | 'receivedWh' | 'feeMicroCredit' | 'counterpart' | 'memo' | 'receipt'
>

function bare({ at }: AccountLine): Bare {
  return {
    at,
    ring: null,
    day: null,
    givenWh: null,
    receivedWh: null,
    feeMicroCredit: 0,
    counterpart: null,
    memo: null,
    receipt: null,
  }
}

function paymentLine(view: AccountView, line: AccountLine): Omit<Line, 'balanceMicroCredit'> {
  const isHold = line.posting === 'capture'
  const sentOrReceived = line.amount < 0 ? 'payment-sent' : 'payment-received'
  return {
    ...bare(line),
    id: line.operation,
    kind: isHold ? 'hold' : 'payment',
    text: isHold ? 'hold-captured' : sentOrReceived,
    amountMicroCredit: line.amount,
    counterpart: line.other === undefined ? null : (view.account.name(line.other) ?? null),
    memo: line.memo ?? null,
    receipt: isHold ? null : line.operation,
    mark: 'final',
  }
}

function markOfLines(view: AccountView, lines: readonly AccountLine[]): Line['mark'] {
  const marks = lines.map(({ firstSlot, slots }) =>
    firstSlot === undefined ? 'certified' : view.account.mark({ firstSlot, slots: slots ?? 0 }),
  )
  return marks.every((mark) => mark === 'certified') ? 'certified' : 'provisional'
}

/** Each line's balance after it, counted back from the newest. */
function withBalances(view: AccountView, { groups, balance: newest }: AccountPage): Line[] {
  let balance = newest
  return groups.flatMap((group) => {
    balance -= group.passedOver
    return linesOf(view, group).map((line) => {
      const after = balance
      balance -= line.amountMicroCredit
      return { ...line, balanceMicroCredit: after }
    })
  })
}
