/** When a block is closed. */
export interface Gathering {
  /** Something waits for a block. */
  came(): void
  /** The last try failed: the next one comes after a pause that grows. */
  later(): void
  stop(): void
}

/** Longest window, ms: nobody waits longer for others to come. */
const WINDOW_MAX_MS = 20
const PAUSE_MIN_MS = 500
const PAUSE_MAX_MS = 30_000
/** Without a block for so long, nothing is going on. */
const REST_MS = 2000

/** What a gathering calls. */
interface Calls {
  /** Makes the block; tells how many operations it looked at. */
  close(): number
  /** Nothing comes any more. */
  rest(): void
}

/**
 * Gathers what comes together. Whoever comes alone waits for nobody: the block is closed as soon as the process has
 * looked at everything that came with it. While several come at once, a block stays open for as long as the one before
 * took to write, so that the disk's wait is shared.
 */
export function gathering(calls: Calls): Gathering {
  let cancel: (() => void) | undefined
  let resting: NodeJS.Timeout | undefined
  let windowMs = 0
  let pauseMs = 0
  let hasFailed = false
  let isStopped = false
  const close = (): void => {
    cancel = undefined
    const from = performance.now()
    hasFailed = false
    const looked = calls.close()
    if (!hasFailed) pauseMs = 0
    windowMs = looked > 1 ? Math.min(WINDOW_MAX_MS, performance.now() - from) : 0
    if (!isStopped) restLater()
  }
  const restLater = (): void => {
    clearTimeout(resting)
    resting = setTimeout(() => calls.rest(), REST_MS)
    resting.unref()
  }
  const plan = (waitMs: number): void => {
    if (isStopped || cancel !== undefined) return
    if (waitMs < 1) {
      const soon = setImmediate(close)
      cancel = () => clearImmediate(soon)
    } else {
      const later = setTimeout(close, waitMs)
      cancel = () => clearTimeout(later)
    }
  }
  return {
    came: () => plan(pauseMs > 0 ? pauseMs : windowMs),
    later() {
      hasFailed = true
      pauseMs = Math.min(PAUSE_MAX_MS, Math.max(PAUSE_MIN_MS, pauseMs * 2))
      plan(pauseMs)
    },
    stop() {
      isStopped = true
      cancel?.()
      clearTimeout(resting)
    },
  }
}
