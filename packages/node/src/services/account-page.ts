import { ACCOUNT_LINES_MAX } from '@tri/contract'
import type { AccountLine } from '@tri/community'
import { RINGS } from '@tri/exchange'
import { slotStart } from '@tri/units'

import type { AccountView } from './account-view.ts'

/** Which part of an account is wanted. */
export interface AccountQuery {
  /** First local day, and the day after the last. */
  readonly from?: string | undefined
  readonly until?: string | undefined
  /** `next` of the page before. */
  readonly cursor?: string | undefined
  /** Lines after which a page ends. A day is never cut, so there may be a few more. */
  readonly limit: number
}

/** Lines of the book that are shown together: a day settled by the quarter hour has a hundred of them. */
export interface LineGroup {
  readonly key: string
  /** Newest first; at least one. */
  readonly lines: AccountLine[]
  /** µCC of lines between the group before and this one that are of other days than those asked for. */
  readonly passedOver: number
}

export interface AccountPage {
  readonly groups: readonly LineGroup[]
  /** The balance after the newest line of this page, the lines passed over included. */
  readonly balance: number
  readonly next: string | undefined
}

/** Lines read from the book at a time. */
const READ_LINES = 500
/** A day has a line for each ring and its fee; so many may follow when a page is full, of the last day and a growing one. */
const OVERHANG_LINES_MAX = 2 * (RINGS.length + 1)

/**
 * Whole groups of an account's lines, newest first: energy by the day that it is of, a correction by day and version, a
 * payment by itself.
 *
 * @param balance of the account now, µCC
 */
export function accountPage(
  view: AccountView,
  member: string,
  { query, balance: current }: { readonly query: AccountQuery; readonly balance: number },
): AccountPage {
  const place = placeFrom(query.cursor)
  const balance = place?.balance ?? current
  const full = Math.min(query.limit, ACCOUNT_LINES_MAX - OVERHANG_LINES_MAX)
  const groups = new Map<string, LineGroup>()
  let passedOver = 0
  for (const line of linesFrom(view, member, place?.number)) {
    // Nothing is posted before it happened: from here on all is older than what was asked for.
    if (query.from !== undefined && view.calendar.dateOf(line.at) < query.from) break
    const key = keyOf(view, line)
    if (place?.shown.has(key) === true) continue
    if (!isWanted(query, dayOf(view, line))) passedOver += line.amount
    else if (groups.has(key)) groups.get(key)?.lines.push(line)
    else if (shownLines(groups) >= full) {
      const shown = completed(view, member, { groups, shown: place?.shown ?? new Set(), from: line.number })
      const left = balance - passedOver - amountOf(groups)
      return { groups: [...groups.values()], balance, next: [line.number, left, ...shown].join('~') }
    } else {
      groups.set(key, { key, lines: [line], passedOver })
      passedOver = 0
    }
  }
  return { groups: [...groups.values()], balance, next: undefined }
}

/** The local day that a line is of: of its energy, else of its posting. */
export function dayOf(view: AccountView, line: AccountLine): string {
  return view.calendar.dateOf(line.firstSlot === undefined ? line.at : slotStart(line.firstSlot))
}

/**
 * Brings the rest of each group to it, for payments may stand within a day.
 *
 * @returns keys of groups that are shown and of which lines follow: the next page passes over them
 */
function completed(
  view: AccountView,
  member: string,
  of: { readonly groups: Map<string, LineGroup>; readonly shown: ReadonlySet<string>; readonly from: number },
): string[] {
  const following = new Set<string>()
  for (const line of linesFrom(view, member, of.from)) {
    const key = keyOf(view, line)
    const group = of.groups.get(key)
    group?.lines.push(line)
    if (group !== undefined || of.shown.has(key)) following.add(key)
    // Days are settled in their order: before the first line of another day all of this one has been seen.
    else if (line.posting === 'energy' || line.posting === 'fee') break
  }
  return [...following]
}

/** Where a page begins: a line, the balance after it, and the groups that are shown already. */
interface Place {
  readonly number: number
  readonly balance: number
  readonly shown: ReadonlySet<string>
}

const PLACE = /^\d{1,16}~-?\d{1,16}(~\d{4}-\d{2}-\d{2}(v\d{1,9})?)*$/

/** A cursor that we did not give begins at the newest line. */
function placeFrom(cursor: string | undefined): Place | undefined {
  if (cursor === undefined || !PLACE.test(cursor)) return undefined
  const [number, balance, ...shown] = cursor.split('~')
  return { number: Number(number), balance: Number(balance), shown: new Set(shown) }
}

function* linesFrom(view: AccountView, member: string, from: number | undefined): Iterable<AccountLine> {
  let cursor = from
  do {
    const page = view.account.lines(member, {
      limit: READ_LINES,
      ...(cursor === undefined ? {} : { cursor }),
    })
    yield* page.lines
    cursor = page.next
  } while (cursor !== undefined)
}

function keyOf(view: AccountView, line: AccountLine): string {
  if (line.firstSlot === undefined) return `${line.number}`
  const isRestated = line.posting === 'restatement' || line.posting === 'fee-restatement'
  return isRestated ? `${dayOf(view, line)}v${line.version ?? 0}` : dayOf(view, line)
}

function isWanted({ from, until }: AccountQuery, day: string): boolean {
  return (from === undefined || day >= from) && (until === undefined || day < until)
}

function shownLines(groups: ReadonlyMap<string, LineGroup>): number {
  let shown = 0
  for (const { lines } of groups.values()) {
    const rings = lines.flatMap((line) => line.rings?.map(({ ring }) => ring) ?? [line.posting])
    shown += new Set<string>(rings).size
  }
  return shown
}

function amountOf(groups: ReadonlyMap<string, LineGroup>): number {
  let amount = 0
  for (const group of groups.values())
    amount += group.lines.reduce((sum, line) => sum + line.amount, group.passedOver)
  return amount
}
