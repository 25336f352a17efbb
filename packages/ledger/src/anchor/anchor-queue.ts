import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'

import { Fault } from '@tri/units'

import type { Anchor, AnchorReceipt, AnchorRefusal, AnchorStanding, Placement } from './anchor.ts'
import { isRecord, placementJson, placementOf, receiptJson, receiptOf, recordOf } from './placement-json.ts'

/** What a queue did when it was asked to work. */
export type AnchorStep =
  | { readonly is: 'idle' }
  | { readonly is: 'placed'; readonly receipt: AnchorReceipt }
  | { readonly is: 'refused'; readonly refusal: AnchorRefusal }
  /** The link is down; the checkpoint waits. */
  | { readonly is: 'unreachable'; readonly fault: Fault }
  /** A placed checkpoint is not deep enough to forget it. */
  | { readonly is: 'watching'; readonly standing: AnchorStanding }

/** What waits, and what lies there. */
export interface AnchorQueueStatus {
  readonly waiting: Placement | undefined
  readonly placed: AnchorReceipt | undefined
  /** Whether `placed` lies deep enough that it cannot vanish. */
  readonly isDeep: boolean
}

/** The checkpoint that waits for its anchor, kept through a restart. A newer one takes the place of an older one: it vouches for it. */
export interface AnchorQueue {
  add(placement: Placement): void
  /** Places what waits, or looks after what was placed: one step, to be called now and then. */
  step(signal: AbortSignal): Promise<AnchorStep>
  status(): AnchorQueueStatus
}

interface Kept {
  readonly waiting: Placement | undefined
  /** Placed, with its signatures still in hand: a reorganised chain may drop it, and it goes back to waiting. */
  readonly shallow: Placement | undefined
  readonly placed: AnchorReceipt | undefined
}

/**
 * The queue in front of an anchor, in one small file.
 *
 * @throws Fault `anchor-queue-unreadable` when the file is damaged; nothing of the book depends on it
 */
export function openAnchorQueue({
  path,
  anchor,
}: {
  readonly path: string
  readonly anchor: Anchor
}): AnchorQueue {
  let kept = readKept(path)
  const keep = (next: Kept): void => {
    writeKept(path, next)
    kept = next
  }
  async function place(placement: Placement, signal: AbortSignal): Promise<AnchorStep> {
    const outcome = await anchor.place(placement, signal)
    if (!outcome.ok) {
      // Signatures are not there yet, or somebody else was first: what is refused is not tried for ever.
      if (kept.waiting === placement) keep({ ...kept, waiting: undefined })
      return { is: 'refused', refusal: outcome.refusal }
    }
    const waiting = kept.waiting === placement ? undefined : kept.waiting
    keep({ waiting, shallow: placement, placed: outcome.value })
    return { is: 'placed', receipt: outcome.value }
  }

  async function watch(receipt: AnchorReceipt, signal: AbortSignal): Promise<AnchorStep> {
    const standing = await anchor.verify(receipt, signal)
    if (standing.is === 'held') keep({ ...kept, shallow: undefined })
    if (standing.is === 'gone' || standing.is === 'differs')
      keep({ waiting: kept.waiting ?? kept.shallow, shallow: undefined, placed: undefined })
    return { is: 'watching', standing }
  }

  return {
    add: (placement) => keep({ ...kept, waiting: placement }),
    step: async (signal) => {
      try {
        if (kept.waiting !== undefined) return await place(kept.waiting, signal)
        if (kept.shallow !== undefined && kept.placed !== undefined) return await watch(kept.placed, signal)
        return { is: 'idle' }
      } catch (error) {
        if (error instanceof Fault && error.code === 'anchor-unreachable')
          return { is: 'unreachable', fault: error }
        throw error
      }
    },
    status: () => ({ waiting: kept.waiting, placed: kept.placed, isDeep: kept.shallow === undefined }),
  }
}

function readKept(path: string): Kept {
  if (!existsSync(path)) return { waiting: undefined, shallow: undefined, placed: undefined }
  const fields = recordOf(readFileSync(path, 'utf8'))
  if (fields?.['format'] !== 'tri/anchor-queue/1')
    throw new Fault('anchor-queue-unreadable', { path, reason: 'not a queue of checkpoints' })
  const read = <T>(
    name: string,
    parse: (value: Readonly<Record<string, unknown>>) => T | undefined,
  ): T | undefined => {
    const value = fields[name]
    if (value === undefined) return undefined
    const parsed = isRecord(value) ? parse(value) : undefined
    if (parsed === undefined) throw new Fault('anchor-queue-unreadable', { path, reason: name })
    return parsed
  }
  return {
    waiting: read('waiting', placementOf),
    shallow: read('shallow', placementOf),
    placed: read('placed', receiptOf),
  }
}

function writeKept(path: string, { waiting, shallow, placed }: Kept): void {
  const text = JSON.stringify({
    format: 'tri/anchor-queue/1',
    ...(waiting === undefined ? {} : { waiting: placementJson(waiting) }),
    ...(shallow === undefined ? {} : { shallow: placementJson(shallow) }),
    ...(placed === undefined ? {} : { placed: receiptJson(placed) }),
  })
  const file = openSync(`${path}.new`, 'w', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.new`, path)
}
