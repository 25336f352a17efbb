import type { FinalBlock, FinalOperation, NotTaken, Ordering, SignedBytes, Standing } from '@tri/ledger'
import { accept, epochMs, refuse, type Outcome } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

/** Stewards who say nothing until the test speaks for them. */
export interface SlowOrdering extends Pick<
  Ordering,
  'submit' | 'settled' | 'finalised' | 'status' | 'standingOf'
> {
  /** The bytes that were handed in, in order, as hex; the same ones each time they came. */
  readonly came: readonly string[]
  /** Takes nothing until told otherwise. */
  refuseToTake(reason: string | undefined): void
  /** Forgets what waits, as a steward that was restarted. */
  forget(): void
  /** Everything that waits becomes final in one block. */
  finalise(events?: FinalOperation['events'], evidence?: FinalBlock['evidence']): void
  /** Everything that waits is refused. */
  refuseAll(is: 'limit-exceeded' | 'nonce-used'): void
}

interface Waiting {
  readonly signed: SignedBytes
  readonly told: PromiseWithResolvers<Standing>
}

export function slowOrdering(firstHeight = 1): SlowOrdering {
  const came: string[] = []
  const known = new Map<string, Standing>()
  const waiting = new Map<string, Waiting>()
  const blocks: FinalBlock[] = []
  let grown = Promise.withResolvers<undefined>()
  let reason: string | undefined
  const height = () => firstHeight - 1 + blocks.length
  const settle = (standing: (signed: SignedBytes, i: number) => Standing) => {
    for (const [i, [digest, { signed, told }]] of [...waiting].entries()) {
      known.set(digest, standing(signed, i))
      told.resolve(standing(signed, i))
    }
    waiting.clear()
  }
  const submit = async (signed: SignedBytes): Promise<Outcome<Standing, NotTaken>> => {
    came.push(hex(signed.bytes))
    if (reason !== undefined) return refuse({ is: 'not-taken', reason })
    const digest = hex(sha256(signed.bytes))
    const standing = known.get(digest)
    if (standing !== undefined) return accept(standing)
    if (!waiting.has(digest)) waiting.set(digest, { signed, told: Promise.withResolvers() })
    return accept({ is: 'accepted' })
  }
  return {
    came,
    submit,
    standingOf: (digest) => known.get(digest) ?? { is: waiting.has(digest) ? 'accepted' : 'unknown' },
    settled: async (digest, signal) => {
      const stopped = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
      const forgotten: Standing = { is: 'unknown' }
      return Promise.race([waiting.get(digest)?.told.promise ?? known.get(digest) ?? forgotten, stopped])
    },
    async *finalised(from, signal) {
      const stopped = new Promise((done) => signal.addEventListener('abort', done, { once: true }))
      for (let at = from - firstHeight; !signal.aborted;) {
        const block = blocks[at]
        if (block === undefined) await Promise.race([grown.promise, stopped])
        else {
          at += 1
          yield block
        }
      }
    },
    status: () => ({
      engine: 'model',
      height: height(),
      time: undefined,
      stateRoot: new Uint8Array(32),
      stewards: 4,
      connected: 4,
      waiting: waiting.size,
      state: 'running',
      details: {},
    }),
    refuseToTake: (why) => {
      reason = why
    },
    forget: () => {
      for (const { told } of waiting.values()) told.resolve({ is: 'unknown' })
      waiting.clear()
    },
    finalise: (events = [], evidence = []) => {
      const operations = [...waiting.values()].map(({ signed }, i) => ({
        ...signed,
        sequence: i + 2,
        events,
      }))
      blocks.push({
        height: height() + 1,
        time: epochMs(0),
        operations,
        evidence,
        stateRoot: new Uint8Array(32),
      })
      settle((_, i) => ({ is: 'final', height: height(), sequence: i + 2 }))
      grown.resolve(undefined)
      grown = Promise.withResolvers()
    },
    refuseAll: (is) => settle(() => ({ is: 'refused', refusal: { is, details: {} } })),
  }
}
