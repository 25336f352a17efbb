import type { LightBlock, Ordering } from '@tri/ledger'

import type { FinalBlocks } from './final-blocks.ts'

/** A steward that keeps the book alone signs a block of its own for each checkpoint: not more often than this. */
const CHECKPOINT_EVERY_MS = 60_000

/** The newest state root with the signatures under it, kept ready: asking the stewards may take long, or for ever. */
export interface Checkpoints extends AsyncDisposable {
  /** Undefined before the first. */
  last(): LightBlock | undefined
}

/** Asks for a checkpoint now and whenever the book has grown, one at a time. */
export function keepCheckpoints(ports: {
  readonly ordering: Pick<Ordering, 'certified' | 'status'>
  readonly blocks: Pick<FinalBlocks, 'listen'>
  /** ms that never run backwards. */
  readonly wallMs: () => number
  readonly failed: (cause: unknown) => void
}): Checkpoints {
  const { ordering, blocks, wallMs } = ports
  let last: LightBlock | undefined
  let asking = false
  let isClosed = false
  let askedAtMs = Number.NEGATIVE_INFINITY
  const ask = async () => {
    asking = true
    askedAtMs = wallMs()
    try {
      last = await ordering.certified()
    } catch (cause) {
      if (!isClosed) ports.failed(cause)
    } finally {
      asking = false
    }
  }
  const askIfDue = () => {
    const isDue = wallMs() - askedAtMs >= CHECKPOINT_EVERY_MS || last === undefined
    if (!asking && !isClosed && isDue) void ask()
  }
  if (ordering.status().height > 0) askIfDue()
  const stop = blocks.listen(askIfDue)
  return {
    last: () => last,
    [Symbol.asyncDispose]: async () => {
      isClosed = true
      stop()
    },
  }
}
