import type { FinalBlock } from '../ordering.ts'
import type { Replica } from '../replica/replica.ts'

/** Final blocks as they stand in the book, and the news that another has come. */
export interface FinalBlocks {
  from(height: number, signal: AbortSignal): AsyncIterable<FinalBlock>
  came(): void
  close(): void
}

export function finalBlocks(replica: Replica): FinalBlocks {
  const waiting = new Set<() => void>()
  const closing = new AbortController()
  const wakeAll = (): void => {
    for (const wake of waiting) wake()
    waiting.clear()
  }
  const news = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      waiting.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  return {
    async *from(height, signal) {
      let next = Math.max(1, height)
      while (!signal.aborted && !closing.signal.aborted) {
        if (replica.height < next) {
          await news(signal)
          continue
        }
        for (const block of replica.blocks(next)) {
          if (signal.aborted) return
          yield block
          next = block.height + 1
        }
      }
    },
    came: wakeAll,
    close() {
      closing.abort()
      wakeAll()
    },
  }
}
