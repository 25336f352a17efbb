import type { MemberName } from '@tri/contract'
import { members, OBJECTION_DAYS } from '@tri/community'
import { RINGS } from '@tri/exchange'
import { DEVICE_TEMPLATES } from '@tri/meters'
import type { Handlers } from '@tri/platform'
import { accept, must, refuse } from '@tri/units'

import { absentDesk, type DeviceDesk } from '../devices/device-desk.ts'
import { accountOf } from './account-service.ts'
import type { BookWriter } from './book-writer.ts'
import { deviceHandlers } from './device-service.ts'
import { homeDayOf, homeOf } from './home-service.ts'
import { monthBundle } from './month-bundle.ts'
import { genesisOf, ledgerOf, operationOf, proofFile, type LedgerDesk } from './ledger-service.ts'
import { publishMonth, substituteMonth, type MonthActs } from './month-acts.ts'
import { checkMonth, monthsOf, previewMonth } from './month-service.ts'
import { nearbyOf } from './nearby-service.ts'
import { fileObjection, objectionsOf, pay, receiptOf, type PaymentDesk } from './payment-service.ts'
import { stateOf } from './state-service.ts'
import { verifyMonth } from './verify-service.ts'
import { nameOf, type NodeView } from './view.ts'
import { whyDayOf, whySlotOf } from './why-service.ts'

/** What answers are made from, and what acts for the members whose keys are here. */
export interface HandlerDesk extends PaymentDesk, MonthActs, LedgerDesk {
  readonly view: NodeView
  readonly writer: BookWriter
  /** Absent where no devices are read. */
  readonly devices?: DeviceDesk
}

/**
 * An answer for every route. Each reads what belongs to the session's own member: no route takes a member's id but the
 * payee's.
 */
export function handlersFor(desk: HandlerDesk): Handlers {
  const { view } = desk
  return {
    ...accountHandlers(desk),
    ...ownHandlers(desk),
    ...monthHandlers(desk),
    ...ledgerHandlers(desk),
    ...deviceHandlers(desk.devices ?? absentDesk(DEVICE_TEMPLATES, () => view.clock.nowMs())),
    state: () => accept(stateOf(view)),
    nearby: (reader, { query }) => {
      const nearby = nearbyOf(view, reader.member, query.slot)
      return nearby === undefined ? refuse({ code: 'slot-unknown' }) : accept(nearby)
    },
    members: () =>
      accept({ members: members(view.store).filter(isPresent).map(nameOf) satisfies MemberName[] }),
    objections: () => accept({ objections: objectionsOf(view) }),
  }
}

type AccountRoute = 'account' | 'pay' | 'receipt'
type OwnRoute = 'home' | 'homeDay' | 'whyDay' | 'whySlot' | 'fileObjection'
type MonthRoute =
  | 'months'
  | 'checkMonth'
  | 'substituteMonth'
  | 'previewMonth'
  | 'publishMonth'
  | 'verifyMonth'
  | 'monthBundle'

/** The routes of a member's account: over a steward's copy of the book, or over what her own box has proved. */
export function accountHandlers(desk: PaymentDesk): Pick<Handlers, AccountRoute> {
  const { view } = desk
  return {
    account: ({ member }, { query }) => accept(accountOf(view, member, query)),
    pay: ({ member }, { body, headers }) =>
      pay(desk, { from: member, ...body, key: headers['idempotency-key'] }),
    receipt: ({ member }, { params }) => {
      const receipt = receiptOf(view, member, params.id)
      return receipt === undefined
        ? refuse({ code: 'receipt-unknown', details: { id: params.id } })
        : accept(receipt)
    },
  }
}

function ownHandlers(desk: HandlerDesk): Pick<Handlers, OwnRoute> {
  const { view, writer } = desk
  return {
    home: ({ member }) => accept(homeOf(view, member)),
    homeDay: ({ member }, { query }) => {
      const day = homeDayOf(view, member, query.date)
      if (day === undefined) return refuse({ code: 'day-unknown', details: { date: query.date } })
      return accept(day)
    },
    whyDay: ({ member }, { query }) => {
      const ring = RINGS.find((one) => one === query.ring)
      must(ring !== undefined, 'the contract and the exchange name the same rings')
      const why = whyDayOf(view, member, { date: query.date, ring })
      return why === undefined ? refuse({ code: 'day-unknown', details: { date: query.date } }) : accept(why)
    },
    whySlot: ({ member }, { query }) => {
      const why = whySlotOf(view, member, query.slot)
      return why === undefined ? refuse({ code: 'slot-unknown' }) : accept(why)
    },
    fileObjection: async ({ member }, { body }) => {
      const filed = await fileObjection(view, writer, { member, ...body })
      if (filed.ok) return filed
      const details = { month: body.month, days: OBJECTION_DAYS }
      return refuse({ code: filed.refusal, details })
    },
  }
}

function monthHandlers(acts: MonthActs): Pick<Handlers, MonthRoute> {
  const { view } = acts
  return {
    months: () => accept({ months: monthsOf(view) }),
    checkMonth: (_, { params: { month } }) => {
      const check = checkMonth(view, month)
      return check.ok ? check : named(month, check.refusal)
    },
    substituteMonth: async (_, { params: { month }, body }) => {
      const filled = await substituteMonth(acts, month, body.rule)
      return filled.ok ? filled : refuse({ code: filled.refusal, details: { month, rule: body.rule } })
    },
    previewMonth: (_, { params: { month }, query }) => {
      const preview = previewMonth(view, month, query.rule)
      return preview.ok
        ? preview
        : refuse({ ...preview.refusal, details: { month, ...detailsOf(preview.refusal) } })
    },
    publishMonth: async (_, { params: { month } }) => {
      const published = await publishMonth(acts, month)
      return published.ok
        ? published
        : refuse({ ...published.refusal, details: { month, ...detailsOf(published.refusal) } })
    },
    verifyMonth: (_, { params: { month } }) => {
      const verified = verifyMonth(view, month)
      return verified.ok ? verified : named(month, verified.refusal)
    },
    monthBundle: (_, { params: { month }, query }) => {
      const bundle = monthBundle(view, month, query.format)
      return bundle.ok ? bundle : named(month, bundle.refusal)
    },
  }
}

function ledgerHandlers(desk: LedgerDesk): Pick<Handlers, 'ledger' | 'genesis' | 'operation' | 'myProof'> {
  return {
    ledger: () => accept(ledgerOf(desk)),
    genesis: () => accept(genesisOf(desk)),
    operation: (_, { params: { digest } }) => {
      const report = operationOf(desk, digest)
      return report === undefined
        ? refuse({ code: 'operation-unknown', details: { digest } })
        : accept(report)
    },
    myProof: async ({ member }) => {
      const proof = await proofFile(desk, member)
      return proof === undefined ? refuse({ code: 'proof-not-ready' }) : accept(proof)
    },
  }
}

function named<T>(month: string, code: T) {
  return refuse({ code, details: { month } })
}

function detailsOf(refusal: object): Readonly<Record<string, unknown>> {
  return 'details' in refusal && typeof refusal.details === 'object' && refusal.details !== null
    ? { ...refusal.details }
    : {}
}

function isPresent({ leftAt }: { readonly leftAt?: number }): boolean {
  return leftAt === undefined
}
