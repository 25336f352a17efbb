import { randomBytes } from 'node:crypto'

import { must } from '@tri/units'

import { openPlatform, type Platform } from '../platform.ts'
import { systemClock, type Log } from '../ports.ts'
import { memorySessions } from '../session-store.ts'
import { SAMPLE_COORDINATOR, SAMPLE_HOUSEHOLD, SAMPLE_NOW_MS, sampleMemberName } from './sample-community.ts'
import { sampleHandlers, type SampleOptions } from './sample-handlers.ts'

/** A running sample: where it answers, and the paths that open a session, each once. */
export interface SampleServer extends AsyncDisposable {
  readonly origin: string
  readonly platform: Platform
  householdPath(): string
  coordinatorPath(): string
  /** Lets the payments that wait become final, or be refused, and tells the pages of their payers. */
  settlePayments(as: 'final' | 'refused'): void
}

const silence: Log = { info: () => {}, error: () => {} }

/**
 * Serves the sample on this machine.
 *
 * @param options.port  0 for any free one
 * @param options.still the community's clock stands at `SAMPLE_NOW_MS` instead of running on from there
 */
export async function serveSample(
  options: SampleOptions & {
    readonly port: number
    readonly webRoot?: string
    readonly still?: boolean
    readonly log?: Log
  },
): Promise<SampleServer> {
  const clock = systemClock()
  const begun = clock.nowMs()
  const nowMs =
    options.nowMs ?? (() => (options.still === true ? SAMPLE_NOW_MS : SAMPLE_NOW_MS + clock.nowMs() - begun))
  const handlers = sampleHandlers({ ...options, nowMs })
  const platform = await openPlatform({
    handlers,
    sessions: memorySessions(),
    clock,
    log: options.log ?? silence,
    random: (bytes) => randomBytes(bytes),
    memberName: sampleMemberName,
    ...(options.webRoot === undefined ? {} : { webRoot: options.webRoot }),
  })
  const address = await platform.listen({ port: options.port })
  must(address.ok, 'the sample has a free port', { port: options.port })
  return {
    origin: address.value.origin,
    platform,
    householdPath: () => platform.oneTimePath({ role: 'household', member: SAMPLE_HOUSEHOLD }),
    coordinatorPath: () => platform.oneTimePath({ role: 'coordinator', member: SAMPLE_COORDINATOR }),
    settlePayments: (as) => {
      for (const { id, from } of handlers.settlePayments(as))
        platform.announce({
          event: 'standing',
          data: { member: from, id, standing: as, height: as === 'final' ? 1 : null, mark: as },
        })
    },
    [Symbol.asyncDispose]: async () => platform.close(),
  }
}
