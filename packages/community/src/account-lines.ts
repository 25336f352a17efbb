import { must } from '@tri/units'

import type { AccountLine } from './account-line.ts'
import { keysUnder, type KeyValue } from './key-value.ts'
import { LINES_MAX } from './limits.ts'
import { records } from './state.ts'
import { stateKeys } from './state-keys.ts'

/** Which lines of an account are wanted. */
export interface LineFilter {
  /** First instant wanted, ms since 1970 UTC, by the line's `at`. */
  readonly from?: number
  /** First instant no longer wanted. */
  readonly until?: number
  /** First slot wanted, by the period a settlement's line is for; other lines are then left out. */
  readonly fromSlot?: number
  readonly untilSlot?: number
  /** `next` of the page before. */
  readonly cursor?: number
  /** Lines a page, at most LINES_MAX. */
  readonly limit?: number
}

/** A page of an account's statement, newest line first. */
export interface LinePage {
  readonly lines: readonly AccountLine[]
  /** Where the next page begins; absent after the oldest line. */
  readonly next?: number
}

/**
 * Lines of an account's statement, newest first. A page that is full names its `next`; a book that grows meanwhile does
 * not move what follows.
 */
export function accountLines(store: KeyValue, account: string, filter: LineFilter = {}): LinePage {
  const limit = Math.min(filter.limit ?? LINES_MAX, LINES_MAX)
  must(limit > 0, 'a page has at least one line')
  const range = keysUnder(`line/${account}`)
  const from = filter.cursor === undefined ? range.from : stateKeys.line(account, filter.cursor)
  const lines: AccountLine[] = []
  for (const [, bytes] of store.entries({ from, until: range.until })) {
    const line = records.line(bytes)
    if (!isWanted(line, filter)) continue
    if (lines.length === limit) return { lines, next: line.number }
    lines.push(line)
  }
  return { lines }
}

function isWanted(line: AccountLine, filter: LineFilter): boolean {
  const { from = 0, until = Number.POSITIVE_INFINITY, fromSlot, untilSlot } = filter
  if (line.at < from || line.at >= until) return false
  if (fromSlot === undefined && untilSlot === undefined) return true
  if (line.firstSlot === undefined) return false
  return line.firstSlot >= (fromSlot ?? 0) && line.firstSlot < (untilSlot ?? Number.POSITIVE_INFINITY)
}
