import { randomUUID } from 'node:crypto'

import { chainIdOf, genesisFrom, genesisTextFrom } from '@tri/ledger'
import { Fault, SLOT_MS, slot } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { z } from 'zod'

import type { OneTimeLink } from '../daemon/open-pages.ts'
import { ownerTasks, type OwnerTaskName, type OwnerTaskOutput } from '../owner/tasks.ts'
import { accountOf } from '../services/account-service.ts'
import { pay, receiptOf, type Receipt } from '../services/payment-service.ts'
import type { MemberBox } from './open-member-box.ts'

/** How long a payment on the command line is watched before it is told as promised. */
const FINAL_WAIT_MS = 10_000

/** Where a box's tasks run: the box, and the way into its pages while they are served. */
export interface BoxSeat {
  readonly box: MemberBox
  readonly linkFor?: () => OneTimeLink
}

function task<Shape extends z.ZodType, O>(
  { input }: { readonly input: Shape },
  run: (box: MemberBox, input: z.output<Shape>, seat: BoxSeat) => O | Promise<O>,
) {
  return async (seat: BoxSeat, given: unknown): Promise<O> => {
    const parsed = input.safeParse(given)
    if (!parsed.success) throw new Fault('task-input-unusable', { reason: z.prettifyError(parsed.error) })
    return await run(seat.box, parsed.data, seat)
  }
}

/** The owner's tasks that a member's own box can do: those about her own account. */
const boxTasks = {
  balances: task(ownerTasks.balances, (box, { member }) => {
    mustBeHers(box, member)
    const account = box.view.account.balance(box.member)
    return {
      balances:
        account === undefined
          ? []
          : [
              {
                account: box.member,
                balanceMicroCredit: account.balance,
                availableMicroCredit: account.available,
                flagged: account.isPastLimit,
              },
            ],
      sumMicroCredit: null,
      digest: null,
      at: slot(Math.floor(box.view.clock.nowMs() / SLOT_MS)),
      proved: provedOf(box),
    }
  }),
  account: task(ownerTasks.account, (box, { member, ...query }) => {
    mustBeHers(box, member)
    return accountOf(box.view, member, query)
  }),
  pay: task(ownerTasks.pay, async (box, { key, from, ...payment }) => {
    mustBeHers(box, from)
    const desk = { view: box.view, writer: box, outbox: box.outbox }
    const paid = await pay(desk, { ...payment, from, key: key ?? randomUUID() })
    if (!paid.ok) throw new Fault(paid.refusal.code, 'details' in paid.refusal ? paid.refusal.details : {})
    return await receiptAfter(box, paid.value)
  }),
  'make-proof': task(ownerTasks['make-proof'], (box, { member, posting, slot: of }) => {
    mustBeHers(box, member)
    if (of !== undefined) throw holdsLess(box, 'slot')
    const proof = posting === undefined ? box.follower.proof : box.lines.proofOf(posting)
    if (proof === undefined) throw new Fault('posting-unknown', { member, posting })
    return { member, bytes: proof.length, proof: Buffer.from(proof).toString('base64url') }
  }),
  genesis: task(ownerTasks.genesis, (box) => {
    const { genesisDocument, genesis: text } = box
    if (genesisDocument === undefined) throw new Fault('no-steward-answers')
    const { community, founding, stewards, previous } = genesisFrom(genesisDocument)
    return {
      text,
      community,
      founding: hex(founding),
      stewards: stewards.map(hex),
      isRefounded: previous !== undefined,
    }
  }),
  'session-link': task(ownerTasks['session-link'], (box, { member }, { linkFor }) => {
    mustBeHers(box, member)
    if (linkFor === undefined) throw new Fault('node-not-running', { path: box.folder })
    return linkFor()
  }),
} satisfies {
  readonly [Name in OwnerTaskName]?: (seat: BoxSeat, given: unknown) => Promise<OwnerTaskOutput<Name>>
}

/**
 * Runs one of the owner's tasks on a member's own box.
 *
 * @throws Fault `member-box-holds-less` for what only the book has, `task-input-unusable`, or the task's own
 */
export async function runBoxTask(seat: BoxSeat, name: string, input: unknown): Promise<unknown> {
  if (!isBoxTask(name)) throw holdsLess(seat.box, name)
  return await boxTasks[name](seat, input)
}

function isBoxTask(name: string): name is keyof typeof boxTasks {
  return Object.hasOwn(boxTasks, name)
}

/** Waits a moment for what the stewards say of a payment, and reads its line where it is final. */
async function receiptAfter(box: MemberBox, receipt: Receipt): Promise<Receipt> {
  if (receipt.standing !== 'accepted' || receipt.operationDigest === null) return receipt
  const patience = AbortSignal.timeout(FINAL_WAIT_MS)
  try {
    const standing = await box.client.settled(receipt.operationDigest, patience)
    if (standing.is === 'final') await box.look(patience)
  } catch (cause) {
    if (!patience.aborted) throw cause
  }
  return receiptOf(box.view, box.member, receipt.id) ?? receipt
}

/** Which block proves what is shown. */
export function provedOf({ follower: { view } }: MemberBox) {
  return view === undefined
    ? null
    : { height: view.height, at: view.time, signatures: view.signedBy.length, of: view.stewardCount }
}

/** The genesis as the pages ask for it; undefined until a steward has shown the document. */
export function boxGenesis({ genesis: text, genesisDocument }: MemberBox) {
  const known = genesisTextFrom(text)
  if (genesisDocument === undefined || !known.ok) return undefined
  const { digest } = known.value
  return {
    text,
    chain: chainIdOf(digest),
    digest: hex(digest),
    document: Buffer.from(genesisDocument).toString('base64url'),
  }
}

function mustBeHers(box: MemberBox, member: string | undefined): void {
  if (member !== undefined && member !== box.member) throw holdsLess(box, member)
}

function holdsLess({ member }: MemberBox, wanted: string): Fault {
  return new Fault('member-box-holds-less', { member, wanted })
}
