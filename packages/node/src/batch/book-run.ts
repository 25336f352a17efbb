import {
  balances,
  memoryBook,
  nextNonce,
  settlementDraft,
  signedAct,
  statementBatches,
  sumOfBalances,
  type Act,
  type Book,
  type CommunityRefusal,
} from '@tri/community'
import type { MatchKernel, Settlement, SettlementInput } from '@tri/exchange'
import { accept, must, refuse, slot, slotStart, type Outcome } from '@tri/units'
import { keyPairFromSeed, sha256, type KeyPair } from '@tri/units/crypto'

import type { SlotRange } from '../calendar.ts'
import type { CommunityDocument } from '../community-file/document-shape.ts'
import { foundingAct } from '../community-file/founding-act.ts'
import type { Problem } from '../problem.ts'

/** What a batch run's book holds at the end. */
export interface BookRun {
  /** µCC by account: the members and the commons, sorted. */
  readonly balances: ReadonlyMap<string, number>
  readonly sumMicroCredit: number
  readonly operations: number
  /** What was settled, month by month. */
  readonly settlements: readonly Settlement[]
}

/**
 * Runs a settlement through the book a community would keep: founded from its file, statements signed by the
 * coordinator, each month settled and posted. The book is in memory and ends with the run, and so does its key, which is
 * made from the community's id and signs nothing else.
 *
 * @param input  complete
 * @param months the pieces to settle
 * @returns      the balances, or the first operation the book refused
 */
export function runThroughBook(
  document: CommunityDocument,
  input: SettlementInput,
  months: readonly SlotRange[],
  kernel: MatchKernel,
): Outcome<BookRun, Problem> {
  const book = memoryBook({ kernel })
  const coordinator = document.members.find(({ kind }) => kind === 'cooperative') ?? document.members[0]
  must(coordinator !== undefined, 'a community with meters has a member')
  const key = keyPairFromSeed(sha256(new TextEncoder().encode(`tri/batch-run/${document.id}`)))
  const clerk = { book, key, by: coordinator.id, community: document.id, at: slotStart(endOf(input)) }
  const founding = foundingAct(document, {
    coordinator: coordinator.id,
    publicKeyOf: (member) => (member === coordinator.id ? key.publicKey : undefined),
    from: input.firstSlot,
  })
  const settlements: Settlement[] = []
  const refused =
    act(clerk, founding) ?? readingsActs(clerk, input) ?? settleActs(clerk, { months, kernel, settlements })
  if (refused !== undefined) return refuse({ code: refused.is, details: refused.details })
  const held = new Map(balances(book.store).map(({ account, balance }) => [account, Number(balance)]))
  const sumMicroCredit = sumOfBalances(book.store)
  must(sumMicroCredit === 0, 'the balances of a book sum to 0', { sumMicroCredit })
  const operations = Array.from(book.operations(1)).length
  book.close()
  return accept({ balances: held, sumMicroCredit, operations, settlements })
}

interface Clerk {
  readonly book: Book
  readonly key: KeyPair
  readonly by: string
  readonly community: string
  readonly at: number
}

function act({ book, ...signer }: Clerk, what: Act): CommunityRefusal | undefined {
  const id = `${what.kind}-${nextNonce(book.store, signer.key.publicKey)}`
  const applied = book.apply(signedAct(book.store, { ...signer, id }, what))
  return applied.ok ? undefined : applied.refusal
}

function readingsActs(clerk: Clerk, input: SettlementInput): CommunityRefusal | undefined {
  for (const statements of statementBatches({ ...input, meters: input.tree.meters })) {
    const refused = act(clerk, { kind: 'energy.statements', correction: false, statements })
    if (refused !== undefined) return refused
  }
  return undefined
}

interface Months {
  readonly months: readonly SlotRange[]
  readonly kernel: MatchKernel
  /** Filled. */
  readonly settlements: Settlement[]
}

function settleActs(clerk: Clerk, { months, kernel, settlements }: Months): CommunityRefusal | undefined {
  for (const range of months) {
    const draft = settlementDraft(clerk.book.store, range, kernel)
    if (!draft.ok) return draft.refusal
    const refused = act(clerk, { kind: 'energy.settle', ...draft.value.claim })
    if (refused !== undefined) return refused
    settlements.push(draft.value.settlement)
  }
  return undefined
}

function endOf({ firstSlot, slots }: SettlementInput): ReturnType<typeof slot> {
  return slot(firstSlot + slots)
}
