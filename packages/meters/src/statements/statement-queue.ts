import { SLOTS_PER_UTC_DAY, canonicalBytes, fromOwnBytes, type EpochMs, type Slot } from '@tri/units'
import { z } from 'zod'

import { QUALITY_CODE, type SlotChange } from '../slots/slot-energy.ts'
import { statementBytes, statementFrom, statementId, type MeterStatement } from './meter-statement.ts'
import { tokenBucket, type Rate } from './token-bucket.ts'

/** Days that the stewards may be out of reach. Beyond it the oldest statements leave the queue, and are named. */
export const OFFLINE_DAYS_MAX = 60
/** Meters of one household. */
export const HOUSEHOLD_METERS_MAX = 8
/** Statements that wait at most: sixty days of every quarter hour of eight meters. */
export const STATEMENTS_WAITING_MAX = OFFLINE_DAYS_MAX * SLOTS_PER_UTC_DAY * HOUSEHOLD_METERS_MAX
/** After a reconnect forty days of one meter take six and a half minutes, and no steward is flooded. */
export const STATEMENT_RATE: Rate = { perSecond: 10, burst: 20 }

/** The ordered store behind the queue, the same in memory and on a disk: `entries` goes by key, in ASCII order. */
export interface StatementStore {
  get(key: string): Uint8Array | undefined
  set(key: string, value: Uint8Array): void
  delete(key: string): void
  entries(range: { readonly from: string; readonly until: string }): Iterable<readonly [string, Uint8Array]>
}

/** A statement on its way: `sequence` is its place among all that were ever put. */
export interface QueuedStatement {
  readonly sequence: number
  /** The same each time it is sent. */
  readonly id: string
  readonly statement: MeterStatement
  readonly bytes: Uint8Array
  /** A later version of a slot that was stated before. */
  readonly isCorrection: boolean
}

/** What became of a slot that was put: `queued`, `repeated` (nothing new), or `gap` (nothing to state). */
export type Put =
  | { readonly is: 'queued'; readonly statement: MeterStatement; readonly left: readonly LeftStatement[] }
  | { readonly is: 'repeated' }
  | { readonly is: 'gap' }

/** A statement that left the queue unsent, because more than STATEMENTS_WAITING_MAX waited. */
export type LeftStatement = Pick<MeterStatement, 'meter' | 'slot' | 'version'>

/** What may be sent now: in order, or how long to wait. Both empty when nothing waits. */
export interface Due {
  readonly statements: readonly QueuedStatement[]
  readonly waitMs: number
}

/**
 * Statements on their way to the stewards: in the order in which the slots closed, kept until they are acknowledged, sent
 * no faster than they can be taken. What is sent does not depend on when: after forty days offline the same bytes go in
 * the same order as if the line had never been down.
 */
export interface StatementQueue {
  /** States a slot that closed or changed. The same value again is not stated twice, also after a restart. */
  put(meter: string, change: SlotChange, quality?: 1 | 2 | 3): Put
  /** The oldest that may be sent now; each is given again until it is acknowledged. */
  due(now: EpochMs): Due
  /** Everything up to a place has been taken, or was refused for good. */
  acknowledge(sequence: number): void
  /** The one that waits longest; undefined when none waits. */
  oldest(): QueuedStatement | undefined
  /** How many wait. */
  readonly waiting: number
}

const headShape = z.strictObject({ first: z.int().min(0), next: z.int().min(0) })
const HEAD = 'head'
const KEY_DIGITS = 12

/**
 * Opens the queue as its store left it.
 *
 * @throws Fault `bytes-not-canonical` when the store is damaged
 */
export function openStatementQueue(store: StatementStore, rate: Rate = STATEMENT_RATE): StatementQueue {
  const bucket = tokenBucket(rate)
  const kept = store.get(HEAD)
  let { first, next } = kept === undefined ? { first: 0, next: 0 } : headShape.parse(fromOwnBytes(kept))
  const writeHead = (): void => store.set(HEAD, canonicalBytes({ first, next }))
  const dropUpTo = (sequence: number): void => {
    for (; first <= sequence && first < next; first++) store.delete(waitingKey(first))
    writeHead()
  }
  const statementAt = (sequence: number): QueuedStatement | undefined => {
    const bytes = store.get(waitingKey(sequence))
    if (bytes === undefined) return undefined
    const statement = statementFrom(bytes)
    return { sequence, id: statementId(statement), statement, bytes, isCorrection: statement.version > 1 }
  }
  return {
    put(meter, change, quality) {
      const stated = statedOf(store, meter, change, quality)
      if (stated === 'gap' || stated === 'repeated') return { is: stated }
      const bytes = statementBytes(stated)
      // In this order: whoever falls in between states the same once more, under the same id, and loses nothing.
      store.set(waitingKey(next), bytes)
      next++
      const left = next - first > STATEMENTS_WAITING_MAX ? statementAt(first)?.statement : undefined
      if (left === undefined) writeHead()
      else dropUpTo(first)
      store.set(statedKey(meter, stated.slot), bytes)
      forgetStated(store, meter, stated.slot)
      return { is: 'queued', statement: stated, left: left === undefined ? [] : [leftOf(left)] }
    },
    due(now) {
      const count = Math.min(bucket.available(now), next - first)
      if (count === 0) return { statements: [], waitMs: next === first ? 0 : bucket.waitMs(now) }
      bucket.take(count, now)
      const statements = Array.from({ length: count }, (_, i) => statementAt(first + i) ?? [])
      return { statements: statements.flat(), waitMs: 0 }
    },
    acknowledge: dropUpTo,
    oldest: () => (first < next ? statementAt(first) : undefined),
    get waiting() {
      return next - first
    },
  }
}

function leftOf({ meter, slot, version }: MeterStatement): LeftStatement {
  return { meter, slot, version }
}

/** What is to be stated of a slot, compared with what was stated last. */
function statedOf(
  store: StatementStore,
  meter: string,
  change: SlotChange,
  quality: 1 | 2 | 3 | undefined,
): MeterStatement | 'gap' | 'repeated' {
  if (change.is === 'gap') return 'gap'
  const { slot, importWh, exportWh } = change
  const code = quality ?? QUALITY_CODE[change.is]
  const bytes = store.get(statedKey(meter, slot))
  const last = bytes === undefined ? undefined : statementFrom(bytes)
  const isSame = last?.importWh === importWh && last.exportWh === exportWh && last.quality === code
  if (isSame) return 'repeated'
  return { meter, slot, version: (last?.version ?? 0) + 1, importWh, exportWh, quality: code }
}

/** What was stated of slots that can no longer change is forgotten, two for each new one, so that none is left over. */
function forgetStated(store: StatementStore, meter: string, newest: Slot): void {
  const oldest = newest - OFFLINE_DAYS_MAX * SLOTS_PER_UTC_DAY
  if (oldest <= 0) return
  const range = { from: statedPrefix(meter), until: `${statedPrefix(meter)}${digits(oldest)}` }
  const old: string[] = []
  for (const [key] of store.entries(range)) if (old.push(key) === 2) break
  for (const key of old) store.delete(key)
}

function waitingKey(sequence: number): string {
  return `waiting/${digits(sequence)}`
}

function statedPrefix(meter: string): string {
  return `stated/${meter}/`
}

function statedKey(meter: string, slot: Slot): string {
  return `${statedPrefix(meter)}${digits(slot)}`
}

function digits(count: number): string {
  return String(count).padStart(KEY_DIGITS, '0')
}
