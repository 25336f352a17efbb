import { z } from 'zod'

import { deviceRoutes } from './device-routes.ts'
import { account, payment, receipt, whyDay, whySlot } from './exchange-shapes.ts'
import type { RefusalCode } from './faults.ts'
import { home, homeDay } from './home-shapes.ts'
import { genesis, ledger, operationReport } from './ledger-shapes.ts'
import { nearby } from './nearby-shapes.ts'
import { paths, type RouteName } from './paths.ts'
import { digest, identifier, localDate, localMonth, ring, ruleName } from './quantities.ts'
import {
  monthCheck,
  monthPreview,
  months,
  objection,
  objectionRequest,
  objections,
  publication,
  substitution,
  verification,
} from './settle-shapes.ts'
import { languageChoice, members, session, sessionClaim, state } from './state-shapes.ts'

/** Lines of an account in one answer. */
export const ACCOUNT_LINES_MAX = 500

/** One route, as data: what it takes, what it gives, who may call it, and how it refuses. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  /** public: anyone; member: any session; coordinator: the coordinator's session. */
  readonly access: 'public' | 'member' | 'coordinator'
  /** own: the answer belongs to the session's member, named in its field `member`, and to nobody else. */
  readonly scope: 'community' | 'own'
  /** json; file: bytes to download; stream: server-sent events. */
  readonly answers: 'json' | 'file' | 'stream'
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly headers?: z.ZodObject
  readonly body?: z.ZodType
  readonly response: z.ZodType
  readonly status: 200 | 201 | 202
  readonly refusals: readonly RefusalCode[]
  readonly summary: string
}

const json = { answers: 'json', status: 200, scope: 'community' } as const
const open = { ...json, access: 'public' } as const
const member = { ...json, access: 'member' } as const
const own = { ...member, scope: 'own' } as const
const coordinator = { ...json, access: 'coordinator' } as const

const month = z.strictObject({ month: localMonth })
const orTable = z.enum(['json', 'csv']).default('json')
const slotQuery = z.coerce.number().int().min(0)
const nothing = z.object({}).meta({ id: 'Nothing', description: 'It is done; there is no more to say.' })

/** Every route by its name. */
export const routes = {
  state: {
    ...paths.state,
    ...open,
    response: state,
    refusals: [],
    summary: 'The community at a glance: what anyone may see.',
  },
  openSession: {
    ...paths.openSession,
    ...open,
    body: sessionClaim,
    response: session,
    status: 201,
    refusals: ['link-unusable', 'too-many-requests', 'origin-foreign'],
    summary: 'Turns the token of a one-time link into a session cookie.',
  },
  session: {
    ...paths.session,
    ...open,
    response: session,
    refusals: [],
    summary: 'Who reads.',
  },
  closeSession: {
    ...paths.closeSession,
    ...open,
    response: nothing,
    refusals: ['origin-foreign'],
    summary: 'Ends the session.',
  },
  setLanguage: {
    ...paths.setLanguage,
    ...member,
    body: languageChoice,
    response: session,
    refusals: ['not-signed-in', 'origin-foreign'],
    summary: 'Chooses the language of the pages and messages.',
  },
  home: {
    ...paths.home,
    ...own,
    response: home,
    refusals: ['not-signed-in'],
    summary: 'My home now: answer, triangle, today, credit, and who I share with.',
  },
  homeDay: {
    ...paths.homeDay,
    ...own,
    query: z.strictObject({ date: localDate, format: orTable }),
    response: homeDay,
    refusals: ['not-signed-in', 'day-unknown', 'not-on-this-box'],
    summary: 'My quarter hours of one local day, as JSON or CSV.',
  },
  nearby: {
    ...paths.nearby,
    ...member,
    query: z.strictObject({ slot: slotQuery.optional() }),
    response: nearby,
    refusals: ['not-signed-in', 'slot-unknown', 'not-on-this-box'],
    summary: 'The network with the flows of one slot; the last settled one unless told.',
  },
  account: {
    ...paths.account,
    ...own,
    query: z.strictObject({
      from: localDate.optional().meta({ description: 'First day.' }),
      until: localDate.optional().meta({ description: 'The day after the last.' }),
      cursor: z.string().max(256).optional(),
      limit: z.coerce.number().int().min(1).max(ACCOUNT_LINES_MAX).default(50),
      format: orTable,
    }),
    response: account,
    refusals: ['not-signed-in'],
    summary: 'My statement of account, newest first, as JSON or CSV.',
  },
  whyDay: {
    ...paths.whyDay,
    ...own,
    query: z.strictObject({ date: localDate, ring }),
    response: whyDay,
    refusals: ['not-signed-in', 'day-unknown', 'not-on-this-box'],
    summary: 'Why a day has this credit in one ring: its quarter hours.',
  },
  whySlot: {
    ...paths.whySlot,
    ...own,
    query: z.strictObject({ slot: slotQuery }),
    response: whySlot,
    refusals: ['not-signed-in', 'slot-unknown', 'not-on-this-box'],
    summary: 'Why a quarter hour has this credit: readings, allocation, rule, and the proof.',
  },
  members: {
    ...paths.members,
    ...member,
    response: members,
    refusals: ['not-signed-in'],
    summary: 'The members, to pay one of them.',
  },
  pay: {
    ...paths.pay,
    ...own,
    headers: z.object({ 'idempotency-key': z.string().regex(/^[A-Za-z0-9_-]{8,64}$/) }),
    body: payment,
    response: receipt,
    status: 202,
    refusals: [
      'not-signed-in',
      'origin-foreign',
      'idempotency-key-missing',
      'idempotency-key-reused',
      'payee-unknown',
      'payer-is-payee',
      'limit-reached',
      'not-taken',
    ],
    summary:
      'Pays another member; it is taken, not yet final: its receipt says when it is. A retry with the same key pays once.',
  },
  receipt: {
    ...paths.receipt,
    ...own,
    params: z.strictObject({ id: identifier }),
    response: receipt,
    refusals: ['not-signed-in', 'receipt-unknown'],
    summary: 'The receipt of a payment that I made or got, and where it stands.',
  },
  months: {
    ...paths.months,
    ...coordinator,
    response: months,
    refusals: ['not-signed-in', 'not-allowed', 'not-on-this-box'],
    summary: 'The months and how far each is settled.',
  },
  checkMonth: {
    ...paths.checkMonth,
    ...coordinator,
    params: month,
    response: monthCheck,
    refusals: ['not-signed-in', 'not-allowed', 'month-unknown', 'not-on-this-box'],
    summary: 'How complete the readings of a month are, and where they are missing.',
  },
  substituteMonth: {
    ...paths.substituteMonth,
    ...coordinator,
    params: month,
    body: substitution,
    response: monthCheck,
    refusals: [
      'not-signed-in',
      'not-allowed',
      'origin-foreign',
      'month-unknown',
      'month-closed',
      'rule-unknown',
      'not-on-this-box',
    ],
    summary: 'Fills the gaps of a month by a named rule, marked as substituted.',
  },
  previewMonth: {
    ...paths.previewMonth,
    ...coordinator,
    params: month,
    query: z.strictObject({ rule: ruleName.optional() }),
    response: monthPreview,
    refusals: [
      'not-signed-in',
      'not-allowed',
      'month-unknown',
      'month-incomplete',
      'rule-unknown',
      'not-on-this-box',
    ],
    summary: 'What a month would give each member, versus the rule in force.',
  },
  publishMonth: {
    ...paths.publishMonth,
    ...coordinator,
    params: month,
    response: publication,
    status: 201,
    refusals: [
      'not-signed-in',
      'not-allowed',
      'origin-foreign',
      'month-unknown',
      'month-incomplete',
      'month-closed',
      'already-published',
      'not-on-this-box',
    ],
    summary: 'Settles a month, posts the credit, and opens the window for objections.',
  },
  verifyMonth: {
    ...paths.verifyMonth,
    ...coordinator,
    params: month,
    response: verification,
    refusals: ['not-signed-in', 'not-allowed', 'month-unknown', 'month-not-settled', 'not-on-this-box'],
    summary: 'Recomputes a month from its readings and compares.',
  },
  monthBundle: {
    ...paths.monthBundle,
    ...coordinator,
    answers: 'file',
    params: month,
    query: z.strictObject({ format: z.enum(['csv', 'parquet']).default('csv') }),
    response: z.string().meta({ description: 'The bytes of the file.' }),
    refusals: ['not-signed-in', 'not-allowed', 'month-unknown', 'month-not-settled', 'not-on-this-box'],
    summary: 'The statements of a month with their proofs, to keep.',
  },
  fileObjection: {
    ...paths.fileObjection,
    ...own,
    body: objectionRequest,
    response: objection,
    status: 201,
    refusals: ['not-signed-in', 'origin-foreign', 'month-unknown', 'month-closed', 'not-on-this-box'],
    summary: 'Objects to a settled month; within its window this opens it again.',
  },
  objections: {
    ...paths.objections,
    ...coordinator,
    response: objections,
    refusals: ['not-signed-in', 'not-allowed', 'not-on-this-box'],
    summary: 'The objections.',
  },
  ledger: {
    ...paths.ledger,
    ...member,
    response: ledger,
    refusals: ['not-signed-in', 'not-on-this-box'],
    summary: 'Who keeps the book, how far each steward is, the last checkpoint, and what went wrong.',
  },
  genesis: {
    ...paths.genesis,
    ...open,
    response: genesis,
    refusals: ['proof-not-ready'],
    summary: 'What the community’s chain is known by: the text to print and to check every proof against.',
  },
  operation: {
    ...paths.operation,
    ...member,
    params: z.strictObject({ digest }),
    response: operationReport,
    refusals: ['not-signed-in', 'operation-unknown', 'not-on-this-box'],
    summary: 'Where an operation stands, by the SHA-256 of its signed bytes.',
  },
  myProof: {
    ...paths.myProof,
    ...member,
    answers: 'file',
    response: z.string().meta({ description: 'The bytes of the file.' }),
    refusals: ['not-signed-in', 'proof-not-ready'],
    summary: 'The proof of my balance, to check offline against the genesis: tri credit verify --offline.',
  },
  ...deviceRoutes,
  events: {
    ...paths.events,
    ...open,
    answers: 'stream',
    response: z.string().meta({ description: 'text/event-stream' }),
    refusals: ['too-many-streams'],
    summary:
      'The live stream: heartbeat, state, settled, published; home and standing for the session’s own member.',
  },
} as const satisfies Readonly<Record<RouteName, Route>>

/** The table of routes as a type: the shapes of each stay known. */
export type Routes = typeof routes
