import { randomUUID } from 'node:crypto'

import { balances, members, stateDigest, sumOfBalances } from '@tri/community'
import { deviceShape } from '@tri/meters'
import { Fault, SLOT_MS, slot, type Slot } from '@tri/units'
import { z } from 'zod'

import type { OpenNode } from '../daemon/open-node.ts'
import type { OneTimeLink } from '../daemon/open-pages.ts'
import { exportTables, EXPORTS } from '../export/export-tables.ts'
import { TABLE_FORMATS } from '../export/table-bytes.ts'
import { exportLedger } from '../ledger/book-export.ts'
import { accountOf } from '../services/account-service.ts'
import { ledgerOf } from '../services/ledger-service.ts'
import { publishMonth, restateRange, substituteMonth } from '../services/month-acts.ts'
import { FILL_RULES, checkMonth, monthRange, monthsOf, previewMonth } from '../services/month-service.ts'
import { fileObjection, pay, receiptOf, type Receipt } from '../services/payment-service.ts'
import { stateOf } from '../services/state-service.ts'
import { verifyMonth } from '../services/verify-service.ts'
import { headOf } from '../services/view.ts'
import {
  addSignatures,
  askRefounding,
  beginRefounding,
  refoundingWishes,
  signRefounding,
} from '../refounding/refounding-acts.ts'
import { inviteMember, memberInviteWish } from '../member-box/invite-member.ts'
import { addDevice, listDevices, removeDevice } from '../devices/device-tasks.ts'
import type { HouseholdDesk } from '../devices/open-household.ts'
import type { OpenSeat } from '../steward/open-seat.ts'
import {
  addStewards,
  approveStewards,
  dropStewards,
  exchangeSteward,
  initSteward,
  inviteSteward,
  rotateSteward,
  stewardReport,
  stewardWishes,
} from '../steward/steward-tasks.ts'
import { anchorStatus, anchorVote, placeAnchor, verifyAnchor } from './anchor-tasks.ts'
import type { TaskProgress } from './door.ts'
import { importReadings } from './import-readings.ts'
import { genesisReport, makeProof, proofWish } from './proof-tasks.ts'
import { replayed } from './replay.ts'
import {
  backUpVault,
  checkVault,
  eraseFromVault,
  exportVault,
  restoreVaultTo,
  vaultErasure,
  vaultStatus,
  vaultWishes,
} from './vault-tasks.ts'

/** Where a task runs: a node that is open, and its address when it has one. */
export interface OwnerSeat {
  readonly node: OpenNode
  readonly url: string | null
  readonly linkFor?: (member: string, role: 'household' | 'coordinator') => OneTimeLink
  /** A steward's open door, where this node is one's. */
  readonly steward?: OpenSeat | undefined
  /** The devices of the household, where they are being read. */
  readonly devices?: HouseholdDesk | undefined
}

/** How long a payment on the command line is watched before it is told as promised. */
const FINAL_WAIT_MS = 5000

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/)
const member = z.string().min(1).max(64)
const path = z.string().min(1).max(4096)
const height = z.int().min(2)

type Run<I, O> = (seat: OwnerSeat, input: I, progress: TaskProgress) => O | Promise<O>

function task<Shape extends z.ZodType, O>(input: Shape, run: Run<z.output<Shape>, O>) {
  const perform = async (seat: OwnerSeat, given: unknown, progress: TaskProgress): Promise<Awaited<O>> => {
    const parsed = input.safeParse(given)
    if (!parsed.success) throw new Fault('task-input-unusable', { reason: z.prettifyError(parsed.error) })
    return await run(seat, parsed.data, progress)
  }
  return { input, run, perform }
}

/** What the owner of a data folder can ask of its node: by name, what it takes, and what it does. */
export const ownerTasks = {
  status: task(z.strictObject({}), ({ node, url }) => ({
    url,
    folder: node.folder.path,
    state: stateOf(node.view),
    ledger: ledgerOf(node),
  })),
  'export-ledger': task(z.strictObject({ out: path }), ({ node }, { out }, progress) =>
    exportLedger(
      { replica: node.ledger.replica, genesis: node.ledger.genesis, community: node.folder.community },
      out,
      (done, all) => progress('exporting', done, all),
    ),
  ),
  'import-readings': task(
    z.strictObject({
      files: z.array(path).min(1).max(1000),
      correction: z.boolean().default(false),
      dryRun: z.boolean().default(false),
      timeZone: z.string().max(64).optional(),
      decimal: z.string().max(8).optional(),
      unit: z.string().max(8).optional(),
      delimiter: z.string().max(8).optional(),
      dateOrder: z.string().max(8).optional(),
      absentDirection: z.string().max(8).optional(),
      registerWrapsAt: z.string().max(20).optional(),
    }),
    ({ node }, input, progress) => importReadings(node, input, progress),
  ),
  'check-month': task(z.strictObject({ month }), ({ node }, { month: of }) => {
    const check = checkMonth(node.view, of)
    if (!check.ok) throw new Fault(check.refusal, { month: of })
    return check.value
  }),
  'substitute-month': task(
    z.strictObject({ month, rule: z.string().max(40) }),
    async ({ node }, { month: of, rule }) => {
      const filled = await substituteMonth(node, of, rule)
      if (filled.ok) return filled.value
      if (filled.refusal === 'rule-unknown') throw ruleUnusable(rule, FILL_RULES)
      throw new Fault(filled.refusal, { month: of, rule })
    },
  ),
  'preview-month': task(
    z.strictObject({ month, rule: z.string().max(40).optional() }),
    ({ node }, { month: of, rule }) => {
      const preview = previewMonth(node.view, of, rule)
      if (preview.ok) return preview.value
      if (preview.refusal.code !== 'rule-unknown') throw refused(of, preview.refusal)
      const inForce = previewMonth(node.view, of)
      throw ruleUnusable(preview.refusal.details.rule, inForce.ok ? inForce.value.rules : [])
    },
  ),
  'publish-month': task(z.strictObject({ month }), async ({ node }, { month: of }, progress) => {
    const published = await publishMonth(node, of, progress)
    if (!published.ok) throw refused(of, published.refusal)
    return published.value
  }),
  'verify-months': task(z.strictObject({ month: month.optional() }), ({ node }, input) => {
    const asked = input.month === undefined ? settledMonths(node) : [input.month]
    return asked.map((of) => {
      const verified = verifyMonth(node.view, of)
      if (!verified.ok) throw new Fault(verified.refusal, { month: of })
      return verified.value
    })
  }),
  'restate-month': task(z.strictObject({ month }), async ({ node }, { month: of }) => {
    const range = monthRange(node.view, of)
    if (range === undefined) throw new Fault('month-unknown', { month: of })
    return { month: of, days: await restateRange(node, range) }
  }),
  object: task(
    z.strictObject({ month, member, reason: z.string().trim().min(1).max(500) }),
    async ({ node }, input) => {
      mustBeMember(node, input.member)
      const filed = await fileObjection(node.view, node.writer, { ...input, slot: null })
      if (!filed.ok) throw new Fault(filed.refusal, { month: input.month })
      return filed.value
    },
  ),
  balances: task(z.strictObject({ member: member.optional() }), ({ node }, input) =>
    balanceReport(node, input.member),
  ),
  account: task(
    z.strictObject({
      member,
      limit: z.int().min(1).max(500),
      from: z.string().max(10).optional(),
      until: z.string().max(10).optional(),
    }),
    ({ node }, { member: of, ...query }) => {
      mustBeMember(node, of)
      return accountOf(node.view, of, query)
    },
  ),
  pay: task(
    z.strictObject({
      from: member,
      to: member,
      amountMicroCredit: z.int().min(1),
      memo: z.string().max(140),
      key: z.string().max(64).optional(),
    }),
    async ({ node }, { key, ...payment }) => {
      mustBeMember(node, payment.from)
      const paid = await pay(node, { ...payment, key: key ?? randomUUID() })
      if (!paid.ok) throw refused('', paid.refusal)
      return finalReceiptOf(node, paid.value)
    },
  ),
  'verify-book': task(z.strictObject({}), ({ node }, _, progress) => replayed(node, progress)),
  genesis: task(z.strictObject({}), ({ node }) => genesisReport(node)),
  'anchor-status': task(z.strictObject({}), ({ node }) => anchorStatus(node)),
  'anchor-vote': task(z.strictObject({ height: height.optional() }), ({ node }, input) =>
    anchorVote(node, input.height),
  ),
  'anchor-place': task(
    z.strictObject({ height: height.optional(), votes: z.array(z.string().max(256)).max(32) }),
    ({ node }, input) => placeAnchor(node, { height: input.height, votes: input.votes }),
  ),
  'anchor-verify': task(z.strictObject({}), ({ node }) => verifyAnchor(node)),
  'list-devices': task(z.strictObject({}), (seat) => listDevices(seat)),
  'add-device': task(z.strictObject({ settings: deviceShape, member: member.optional() }), (seat, input) =>
    addDevice(seat, input.settings, input.member),
  ),
  'remove-device': task(z.strictObject({ id: z.string().max(64) }), (seat, { id }) => removeDevice(seat, id)),
  'vault-status': task(z.strictObject({}), (seat) => vaultStatus(seat)),
  'vault-export': task(vaultWishes.export, exportVault),
  'vault-backup': task(vaultWishes.backup, backUpVault),
  'vault-restore': task(vaultWishes.restore, restoreVaultTo),
  'vault-check': task(z.strictObject({}), (seat, _, progress) => checkVault(seat, progress)),
  'vault-erasure': task(vaultWishes.erasure, vaultErasure),
  'vault-erase': task(vaultWishes.erasure, eraseFromVault),
  'make-proof': task(proofWish, ({ node }, wish) => makeProof(node, wish)),
  export: task(
    z.strictObject({
      what: z.enum(EXPORTS),
      format: z.enum(TABLE_FORMATS),
      out: path,
      month: month.optional(),
      member: member.optional(),
    }),
    ({ node }, input) => exportTables(node.view, input),
  ),
  'refounding-ask': task(refoundingWishes.ask, ({ node }) => askRefounding(node)),
  'refounding-sign': task(refoundingWishes.sign, ({ node }, wish) => signRefounding(node, wish)),
  'refounding-add': task(refoundingWishes.add, ({ node }, { texts }) => addSignatures(node, texts)),
  'refounding-begin': task(refoundingWishes.begin, ({ node }) => beginRefounding(node)),
  'steward-init': task(stewardWishes.init, initSteward),
  'steward-invite': task(stewardWishes.invite, inviteSteward),
  'member-invite': task(memberInviteWish, inviteMember),
  'steward-add': task(stewardWishes.add, (seat) => addStewards(seat)),
  'steward-approve': task(stewardWishes.approve, approveStewards),
  'steward-replace': task(stewardWishes.replace, exchangeSteward),
  'steward-remove': task(stewardWishes.remove, dropStewards),
  'steward-rotate': task(stewardWishes.rotate, (seat) => rotateSteward(seat)),
  'steward-status': task(stewardWishes.status, (seat) => stewardReport(seat)),
  'session-link': task(z.strictObject({ member: member.optional() }), ({ node, linkFor }, input) => {
    if (linkFor === undefined) throw new Fault('node-not-running', { path: node.folder.path })
    const { coordinator } = headOf(node.view)
    const of = input.member ?? coordinator
    mustBeMember(node, of)
    return linkFor(of, of === coordinator ? 'coordinator' : 'household')
  }),
}

type Tasks = typeof ownerTasks

/** The tasks by name, what each takes and what it gives. */
export type OwnerTaskName = keyof Tasks
export type OwnerTaskInput<Name extends OwnerTaskName> = z.input<Tasks[Name]['input']>
export type OwnerTaskOutput<Name extends OwnerTaskName> = Awaited<ReturnType<Tasks[Name]['run']>>

/**
 * Runs a task by its name.
 *
 * @throws Fault `task-unknown`, `task-input-unusable`, or the task's own
 */
export async function runOwnerTask(
  seat: OwnerSeat,
  name: string,
  input: unknown,
  progress: TaskProgress,
): Promise<unknown> {
  const found = Object.entries(ownerTasks).find(([task]) => task === name)?.[1]
  if (found === undefined) throw new Fault('task-unknown', { task: name })
  return found.perform(seat, input, progress)
}

/** The receipt as it stands after a moment's patience: a command that ends asks no second time. */
async function finalReceiptOf({ view, ordering }: OpenNode, receipt: Receipt): Promise<Receipt> {
  const { operationDigest: digest } = receipt
  if (receipt.standing !== 'accepted' || digest === null) return receipt
  const patience = AbortSignal.timeout(FINAL_WAIT_MS)
  try {
    await ordering.settled(digest, patience)
  } catch (cause) {
    if (!patience.aborted) throw cause
  }
  return receiptOf(view, receipt.member, receipt.id) ?? receipt
}

function refused(of: string, refusal: { readonly code: string; readonly details?: object }): Fault {
  return new Fault(refusal.code, { ...(of === '' ? {} : { month: of }), ...refusal.details })
}

/** A rule that was typed and that does not fit here, with those that do. */
function ruleUnusable(rule: string, choices: readonly string[]): Fault {
  return new Fault('option-unusable', { option: '--rule', value: rule, choices })
}

function settledMonths({ view }: OpenNode): string[] {
  return monthsOf(view)
    .filter(({ version }) => version !== null)
    .map(({ month: of }) => of)
    .toReversed()
}

function mustBeMember({ view }: OpenNode, id: string): void {
  if (!members(view.store).some((one) => one.id === id)) throw new Fault('member-unknown', { member: id })
}

/** The state that proves a balance on a member's own box. */
export interface ProvedState {
  readonly height: number
  /** ms since 1970 UTC. */
  readonly at: number
  readonly signatures: number
  readonly of: number
}

/** Balances, µCC. A member's own box has one account of many: it knows no sum, and says instead what proves the one. */
export interface BalanceReport {
  readonly balances: readonly {
    readonly account: string
    readonly balanceMicroCredit: number
    readonly availableMicroCredit: number
    readonly flagged: boolean
  }[]
  readonly sumMicroCredit: number | null
  readonly digest: string | null
  readonly at: Slot
  readonly proved: ProvedState | null
}

function balanceReport(node: OpenNode, asked: string | undefined): BalanceReport {
  if (asked !== undefined) mustBeMember(node, asked)
  const all = balances(node.view.store).filter(({ account }) => asked === undefined || account === asked)
  return {
    balances: all.map(({ account, balance, available, isPastLimit }) => ({
      account,
      balanceMicroCredit: balance,
      availableMicroCredit: available,
      flagged: isPastLimit,
    })),
    sumMicroCredit: sumOfBalances(node.view.store),
    digest: stateDigest(node.view.store),
    at: slot(Math.floor(node.view.clock.nowMs() / SLOT_MS)),
    proved: null,
  }
}
