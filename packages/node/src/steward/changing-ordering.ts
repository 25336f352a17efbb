import type { FinalBlock, Ordering, SignedBytes, Standing } from '@tri/ledger'
import { hex, sha256 } from '@tri/units/crypto'

/** An ordering whose engine can be exchanged while others hold it: nothing that was accepted is forgotten. */
export interface ChangingOrdering extends Ordering {
  /** Ends the engine, opens the next one, and hands in again what had been accepted and is not final. */
  change(open: () => Promise<Ordering>): Promise<void>
}

/** Begins with an engine; the caller keeps nothing of it. */
export function changingOrdering(first: Ordering): ChangingOrdering {
  let engine = first
  let changed = Promise.withResolvers<void>()
  /** Resolves when the change that is under way has ended, however it ended. */
  let changing: Promise<void> = Promise.resolve()
  const closing = new AbortController()
  const accepted = new Map<string, SignedBytes>()

  const submit: Ordering['submit'] = async (operation) => {
    // Whoever comes while the engine is exchanged is served by the next one.
    await changing
    const taken = await engine.submit(operation)
    if (taken.ok && taken.value.is === 'accepted') accepted.set(hex(sha256(operation.bytes)), operation)
    return taken
  }
  const standingOf = (digest: string): Standing => {
    const standing = engine.standingOf(digest)
    if (standing.is === 'final' || standing.is === 'refused') accepted.delete(digest)
    // Between two engines what was accepted still is: it is handed in again.
    return standing.is === 'unknown' && accepted.has(digest) ? { is: 'accepted' } : standing
  }
  return {
    submit,
    standingOf,
    status: () => engine.status(),
    certified: (height) => engine.certified(height),
    settled: (digest, signal) =>
      settledAcross({ engine: () => engine, changed: () => changed.promise, standingOf }, digest, signal),
    finalised: (from, signal) =>
      finalAcross(
        { engine: () => engine, changed: () => changed.promise, closing: closing.signal },
        from,
        signal,
      ),
    async change(open) {
      const ended = Promise.withResolvers<void>()
      changing = ended.promise
      try {
        await engine[Symbol.asyncDispose]()
        engine = await open()
      } finally {
        ended.resolve()
      }
      changed.resolve()
      changed = Promise.withResolvers()
      for (const operation of accepted.values()) await engine.submit(operation)
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      await engine[Symbol.asyncDispose]()
      changed.resolve()
    },
  }
}

interface Across {
  readonly engine: () => Ordering
  /** Resolves when another engine is open. */
  readonly changed: () => Promise<void>
}

async function settledAcross(
  { engine, changed, standingOf }: Across & { readonly standingOf: (digest: string) => Standing },
  digest: string,
  signal: AbortSignal,
): Promise<Standing> {
  for (;;) {
    signal.throwIfAborted()
    const standing = standingOf(digest)
    if (standing.is === 'final' || standing.is === 'refused') return standing
    const patience = new AbortController()
    const both = AbortSignal.any([signal, patience.signal])
    try {
      await Promise.race([engine().settled(digest, both), changed()])
    } finally {
      patience.abort(ENOUGH)
    }
  }
}

const ENOUGH = new Error('another engine goes on')

async function* finalAcross(
  { engine, changed, closing }: Across & { readonly closing: AbortSignal },
  from: number,
  signal: AbortSignal,
): AsyncIterable<FinalBlock> {
  let next = from
  while (!signal.aborted && !closing.aborted) {
    const news = changed()
    for await (const block of engine().finalised(next, signal)) {
      yield block
      next = block.height + 1
    }
    if (!signal.aborted && !closing.aborted) await Promise.race([news, aborted(signal), aborted(closing)])
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }))
}
