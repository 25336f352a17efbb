import type { CommunityRefusal } from '@tri/community'
import { statementColumns, type QueuedStatement, type StatementQueue } from '@tri/meters'
import { Fault, type EpochMs } from '@tri/units'

import type { BookWriter } from '../services/book-writer.ts'

/** What the sender needs of the world around it. */
export interface SenderPorts {
  readonly queue: StatementQueue
  /** The member who states: this node holds her key. */
  readonly member: string
  readonly writer: Pick<BookWriter, 'act'>
  readonly now: () => EpochMs
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Told of a statement that the book does not take: it leaves the queue, and somebody must know. */
  readonly refused: (statement: QueuedStatement, refusal: CommunityRefusal) => void
  /** Told of each statement that became final. */
  readonly sent: () => void
  /** Told what keeps statements from being sent; they wait. */
  readonly waiting: (cause: unknown) => void
}

/** How often an empty queue is looked at, ms. */
const LOOK_MS = 2000
/** Pauses when the stewards cannot be reached, ms: doubled from the first to the last. */
const PAUSE_FIRST_MS = 1000
const PAUSE_LAST_MS = 60_000

/**
 * Sends what waits until it is aborted, oldest first. A statement leaves the queue when it is final, or refused for good; while
 * the stewards are out of reach it stays, however long. Its operation has an id of its content, so one that was sent before a
 * crash and is sent again is applied once.
 */
export async function sendStatements(ports: SenderPorts, signal: AbortSignal): Promise<void> {
  const { queue, now, pause } = ports
  let failures = 0
  while (!signal.aborted) {
    const { statements, waitMs } = queue.due(now())
    try {
      for (const one of statements) {
        if (signal.aborted) return
        await send(ports, one)
        queue.acknowledge(one.sequence)
        failures = 0
      }
    } catch (cause) {
      ports.waiting(cause)
      const waitFor = Math.min(PAUSE_LAST_MS, PAUSE_FIRST_MS * 2 ** Math.min(failures++, 16))
      await pause(waitFor, signal).catch(() => undefined)
      continue
    }
    if (statements.length === 0) await pause(waitMs > 0 ? waitMs : LOOK_MS, signal).catch(() => undefined)
  }
}

async function send({ writer, member, refused, sent }: SenderPorts, queued: QueuedStatement): Promise<void> {
  const { id, statement, isCorrection } = queued
  const act = {
    kind: 'energy.statements',
    correction: isCorrection,
    statements: statementColumns([statement]),
  } as const
  const acted = await writer.act(member, act, id)
  // `id-taken`: the same statement was applied before under another signature, which is what was wanted.
  if (acted.ok || acted.refusal.is === 'id-taken') return sent()
  if (isPassing(acted.refusal)) throw new Fault(acted.refusal.is, acted.refusal.details)
  refused(queued, acted.refusal)
}

/** Refusals of the moment, not of the statement: another of the member's acts overtook it, or its time ran out on the way. */
function isPassing({ is }: CommunityRefusal): boolean {
  return PASSING.has(is)
}

const PASSING: ReadonlySet<string> = new Set(['nonce-used', 'expired'])
