import type { AccountLine, KeyValue, LinePage, PostingKind } from '@tri/community'
import { RINGS } from '@tri/exchange'
import type { Follower, ProvedPosting } from '@tri/ledger'
import { canonicalBytes, epochMs, fromOwnBytes, microCredit, slot } from '@tri/units'
import { z } from 'zod'

/** Lines of her account that a box keeps with their proofs: some megabytes. Older ones are at a steward's node. */
export const OWN_LINES_MAX = 2_000

const POSTINGS: readonly PostingKind[] = [
  'energy',
  'fee',
  'transfer',
  'capture',
  'restatement',
  'fee-restatement',
]
const rangeShape = z.tuple([z.int(), z.int()])
const RANGE = 'box/lines'

/** The lines of a member's account that her box holds, without a gap, each with its proof. */
export interface OwnLines {
  /** The number of the newest; 0 while there is none. */
  readonly newest: number
  readonly held: number
  page(of: { readonly cursor?: number; readonly limit: number }): LinePage
  ofOperation(operation: string): AccountLine | undefined
  /** The bytes that prove the line of an operation to anybody. */
  proofOf(operation: string): Uint8Array | undefined
  /**
   * Fetches what was posted up to a number.
   *
   * @returns the lines that came, oldest first; fewer than there are when no steward answers any more
   * @throws the signal's reason
   */
  fetch(upTo: number, signal: AbortSignal): Promise<readonly AccountLine[]>
}

/** Her lines over the follower's store; each is proved again from the disk when it is first shown. */
export function ownLines(store: KeyValue, follower: Follower): OwnLines {
  const kept = keptLines(store, follower)
  return {
    get newest() {
      return kept.last
    },
    get held() {
      return kept.last === 0 ? 0 : kept.last - kept.first + 1
    },
    page({ cursor = kept.last, limit }) {
      const lines: AccountLine[] = []
      for (let number = Math.min(cursor, kept.last); number >= kept.first; number--) {
        const line = kept.at(number)
        if (line === undefined) break
        if (lines.length === limit) return { lines, next: number }
        lines.push(line)
      }
      return { lines }
    },
    ofOperation: (operation) => kept.ofOperation(operation),
    proofOf(operation) {
      const line = kept.ofOperation(operation)
      return line === undefined ? undefined : follower.held({ is: 'line', number: line.number })?.proof
    },
    async fetch(upTo, signal) {
      const came: AccountLine[] = []
      for (let number = Math.max(kept.last + 1, upTo - OWN_LINES_MAX + 1); number <= upTo; number++) {
        const record = await follower.record({ is: 'line', number }, signal)
        const line = record.ok && record.value.kind === 'posting' ? lineFrom(record.value.values) : undefined
        if (line === undefined) break
        kept.put(line)
        came.push(line)
      }
      return came
    },
  }
}

/** The lines from the first to the last that is held, by number and by operation. */
function keptLines(store: KeyValue, follower: Follower) {
  const shown = new Map<number, AccountLine>()
  let [first, last] = rangeIn(store)
  const at = (number: number): AccountLine | undefined => {
    const known = shown.get(number)
    if (known !== undefined) return known
    const held = number < first || number > last ? undefined : follower.held({ is: 'line', number })
    const line = held?.record.kind === 'posting' ? lineFrom(held.record.values) : undefined
    if (line !== undefined) shown.set(number, line)
    return line
  }
  const drop = (number: number): void => {
    const line = at(number)
    if (line !== undefined) store.delete(keyOf(line.operation))
    follower.forget({ is: 'line', number })
    shown.delete(number)
  }
  return {
    get first() {
      return first
    },
    get last() {
      return last
    },
    at,
    ofOperation(operation: string): AccountLine | undefined {
      const number = store.get(keyOf(operation))
      const line = number === undefined ? undefined : at(z.int().parse(fromOwnBytes(number)))
      return line?.operation === operation ? line : undefined
    },
    /** Takes the next line; one further on leaves those before it behind. */
    put(line: AccountLine): void {
      const { number } = line
      const begins = last === 0 || number > last + 1 ? number : first
      const oldest = Math.max(begins, number - OWN_LINES_MAX + 1)
      store.set(keyOf(line.operation), canonicalBytes(number))
      store.set(RANGE, canonicalBytes([oldest, number]))
      for (let old = first; old < oldest && old <= last; old++) drop(old)
      ;[first, last] = [oldest, number]
      shown.set(number, line)
    },
  }
}

function keyOf(operation: string): string {
  return `box/line-of/${operation}`
}

function rangeIn(store: KeyValue): [number, number] {
  const bytes = store.get(RANGE)
  return bytes === undefined ? [1, 0] : rangeShape.parse(fromOwnBytes(bytes))
}

/** A line as the pages read it; undefined for one of a kind that this version does not know. */
function lineFrom(proved: ProvedPosting): AccountLine | undefined {
  const posting = POSTINGS.find((kind) => kind === proved.posting)
  if (posting === undefined) return undefined
  const { number, operation, sequence, at, amount, balance, firstSlot, slots, version, other, memo } = proved
  const rings = proved.rings?.flatMap(({ ring, earned, spent, ...energies }) => {
    const known = RINGS.find((one) => one === ring)
    return known === undefined
      ? []
      : [{ ...energies, ring: known, earned: microCredit(earned), spent: microCredit(spent) }]
  })
  return {
    number,
    operation,
    sequence,
    at: epochMs(at),
    posting,
    amount: microCredit(amount),
    balance: microCredit(balance),
    ...(firstSlot === undefined ? {} : { firstSlot: slot(firstSlot) }),
    ...(slots === undefined ? {} : { slots }),
    ...(version === undefined ? {} : { version }),
    ...(rings === undefined ? {} : { rings }),
    ...(other === undefined ? {} : { other }),
    ...(memo === undefined ? {} : { memo }),
  }
}
