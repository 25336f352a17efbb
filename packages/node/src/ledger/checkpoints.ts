import type { LightBlock, Ordering } from '@tri/ledger'

import type { FinalBlocks } from './final-blocks.ts'

/** The newest state root with the signatures under it, kept ready: asking the stewards may take long, or for ever. */
export interface Checkpoints extends AsyncDisposable {
  /** Undefined before the first. */
  last(): LightBlock | undefined
}

/**
 * Asks for the certificate that the newest block brings of the state before it: it is there already, so no block is made
 * for the asking. One question at a time; blocks that come meanwhile are asked for together.
 */
export function keepCheckpoints(ports: {
  readonly ordering: Pick<Ordering, 'certified' | 'status'>
  readonly blocks: Pick<FinalBlocks, 'listen'>
  readonly failed: (cause: unknown) => void
}): Checkpoints {
  const { ordering, blocks, failed } = ports
  let last: LightBlock | undefined
  let asking: Promise<void> | undefined
  const closing = new AbortController()
  const askUntilNewest = async () => {
    for (let asked = 0; !closing.signal.aborted && asked < ordering.status().height;) {
      asked = ordering.status().height
      last = await ordering.certified(asked - 1)
    }
  }
  const ask = () => {
    asking ??= askUntilNewest()
      .catch((cause: unknown) => {
        if (!closing.signal.aborted) failed(cause)
      })
      .finally(() => {
        asking = undefined
      })
  }
  ask()
  const stop = blocks.listen(ask)
  return {
    last: () => last,
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      stop()
    },
  }
}
