import { SLOT_MS, epochMs, type EpochMs } from '@tri/units'

import { numberIn, textIn, type VaultStore } from '../store/vault-store.ts'
import type { ViewRequest } from './policy.ts'

/** Receipts that wait while the disk is full. Beyond it the household's views are refused too. */
const WAITING_MAX = 1_000
/** Letters that a receipt keeps of a name: no question may fill the disk. */
const NAME_LETTERS_MAX = 64
/** Receipts of one answer. */
const RECEIPTS_MAX = 1_000

/** That somebody asked, and what came of it. The same question asked again within a quarter hour is counted in one receipt. */
export interface ViewReceipt {
  readonly by: string
  readonly purpose: string
  readonly grain: string
  readonly meter: string
  /** The range that was asked for; of several views, the one around all of theirs. */
  readonly from: EpochMs
  readonly until: EpochMs
  /** `granted`, or the refusal. */
  readonly outcome: string
  readonly firstAt: EpochMs
  readonly lastAt: EpochMs
  readonly views: number
}

/** The receipts of a vault. */
export interface Receipts {
  /** Writes a receipt; it is on the disk when this returns. */
  leave(request: Required<ViewRequest>, outcome: string, at: EpochMs): void
  /** Keeps a receipt in memory until there is room on the disk. @returns false when too many wait */
  wait(request: Required<ViewRequest>, outcome: string, at: EpochMs): boolean
  /** Writes what waits, within the caller's transaction. */
  flush(): void
  /** Forgets what `flush` wrote, once that transaction is on the disk. */
  flushed(): void
  between(from: EpochMs, until: EpochMs): ViewReceipt[]
}

interface Left {
  readonly request: Required<ViewRequest>
  readonly outcome: string
  readonly at: EpochMs
}

/** The receipts of a file. */
export function receiptsOf(store: VaultStore): Receipts {
  const waiting: Left[] = []
  return {
    leave: (request, outcome, at) => store.write(() => write(store, { request, outcome, at })),
    wait(request, outcome, at) {
      if (waiting.length >= WAITING_MAX) return false
      waiting.push({ request, outcome, at })
      return true
    },
    flush() {
      for (const left of waiting) write(store, left)
    },
    flushed() {
      waiting.length = 0
    },
    between: (from, until) =>
      store
        .all(
          'SELECT * FROM receipts WHERE last_at >= ? AND first_at < ? ORDER BY id DESC LIMIT ?',
          from,
          until,
          RECEIPTS_MAX,
        )
        .map((row) => ({
          by: textIn(row, 'by'),
          purpose: textIn(row, 'purpose'),
          grain: textIn(row, 'grain'),
          meter: textIn(row, 'meter'),
          from: epochMs(numberIn(row, 'from')),
          until: epochMs(numberIn(row, 'until')),
          outcome: textIn(row, 'outcome'),
          firstAt: epochMs(numberIn(row, 'first_at')),
          lastAt: epochMs(numberIn(row, 'last_at')),
          views: numberIn(row, 'views'),
        })),
  }
}

function write(store: VaultStore, { request, outcome, at }: Left): void {
  const { purpose, grain, from, until } = request
  const [by, meter] = [request.by.slice(0, NAME_LETTERS_MAX), request.meter.slice(0, NAME_LETTERS_MAX)]
  const last = store.get(
    `SELECT id FROM receipts WHERE id > (SELECT coalesce(max(id), 0) - 64 FROM receipts)
     AND by = ? AND purpose = ? AND grain = ? AND meter = ? AND outcome = ? AND first_at >= ? ORDER BY id DESC LIMIT 1`,
    by,
    purpose,
    grain,
    meter,
    outcome,
    Math.floor(at / SLOT_MS) * SLOT_MS,
  )
  if (last !== undefined)
    store.run(
      `UPDATE receipts SET views = views + 1, last_at = max(last_at, ?), "from" = min("from", ?), until = max(until, ?)
       WHERE id = ?`,
      at,
      from,
      until,
      numberIn(last, 'id'),
    )
  else
    store.run(
      `INSERT INTO receipts (by, purpose, grain, meter, "from", until, outcome, first_at, last_at, views)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`,
      by,
      purpose,
      grain,
      meter,
      from,
      until,
      outcome,
      at,
      at,
    )
}
