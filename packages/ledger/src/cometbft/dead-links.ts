// A cable that was cut without a word leaves connections that look alive. The system sends again what was not answered, at
// twice the distance each time: after half a minute of silence it may wait another half before it tries again, though the
// cable was mended long ago. The engine itself notices a dead link only after a minute or more. New connections are made
// within seconds, so an engine that waits for others who all seem to be there is started again, once.

/** How long a quorum that seems connected may make no block out of what waits. */
const DEAF_MS = 7_000
/** The pause between two restarts for this reason. */
const AGAIN_MS = 60_000

/** What is seen of an engine from time to time. */
export interface LinkSighting {
  /** ms that never run backwards. */
  readonly nowMs: number
  readonly height: number
  /** Operations that wait for a block. */
  readonly waiting: number
  /** Whether more than two thirds of the stewards seem to be connected. */
  readonly isQuorum: boolean
}

/** Tells from one sighting after the other when the links must be dead: at most once for each time nothing moves. */
export function deadLinks(): (sighting: LinkSighting) => boolean {
  let since: { readonly nowMs: number; readonly height: number } | undefined
  let isTold = false
  let toldAtMs = Number.NEGATIVE_INFINITY
  return ({ nowMs, height, waiting, isQuorum }) => {
    if (since === undefined || height > since.height || waiting === 0) {
      since = { nowMs, height }
      isTold = false
      return false
    }
    if (isTold || !isQuorum || nowMs - since.nowMs < DEAF_MS || nowMs - toldAtMs < AGAIN_MS) return false
    isTold = true
    toldAtMs = nowMs
    return true
  }
}
