import type { Standing } from '../ordering.ts'
import type { OperationStandings } from '../ordering/operation-standings.ts'

/** Waits until an operation is final or refused. @throws the signal's reason */
export async function decision(
  standings: Pick<OperationStandings, 'of' | 'whenDecided'>,
  digest: string,
  signal: AbortSignal,
): Promise<Standing> {
  for (;;) {
    signal.throwIfAborted()
    const standing = standings.of(digest)
    if (standing.is === 'final' || standing.is === 'refused') return standing
    await nextWord(standings, digest, signal)
  }
}

function nextWord(
  standings: Pick<OperationStandings, 'whenDecided'>,
  digest: string,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      forget()
      signal.removeEventListener('abort', stop)
    }
    const stop = (): void => {
      done()
      reject(signal.reason)
    }
    const forget = standings.whenDecided(digest, () => {
      done()
      resolve()
    })
    signal.addEventListener('abort', stop, { once: true })
  })
}
