import { Fault } from '@tri/units'

import { joinedBytes } from '../joined-bytes.ts'
import type { Dial, LinePorts } from './line.ts'

/** An address of a device that is asked again and again. */
export interface PulledAddress {
  readonly url: string
  /** How often it is asked, ms. */
  readonly everyMs: number
  /** User and password of the device, where it wants them; never in the address, never logged. */
  readonly login?: { readonly user: string; readonly password: string }
}

/** Bytes of an answer at most: a page of a device's settings has some tens of thousands. */
export const ANSWER_BYTES_MAX = 1_048_576
const ANSWER_WAIT_MS = 10_000

/**
 * Asks a device over HTTP at a steady pace and hands over the body of each answer.
 *
 * @throws Fault `answer-not-ok` for any status but 2xx (a redirection is not followed), `answer-too-long`
 */
export function dialHttp(
  { url, everyMs, login }: PulledAddress,
  { pause, now }: Pick<LinePorts, 'pause' | 'now'>,
): Dial<Uint8Array> {
  const headers: Record<string, string> = { accept: 'application/json, text/plain' }
  if (login !== undefined) headers['authorization'] = `Basic ${basic(`${login.user}:${login.password}`)}`
  return async (deliver, { signal }) => {
    while (!signal.aborted) {
      const startedAt = now()
      const patience = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WAIT_MS)])
      const answer = await fetch(url, { headers, redirect: 'manual', signal: patience })
      if (!answer.ok) {
        await answer.body?.cancel()
        throw new Fault('answer-not-ok', { line: url, status: answer.status })
      }
      deliver(await boundedBody(answer, url))
      await pause(Math.max(0, startedAt + everyMs - now()), signal).catch(() => undefined)
    }
  }
}

async function boundedBody(answer: Response, line: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of answer.body ?? []) {
    length += piece.length
    if (length > ANSWER_BYTES_MAX) throw new Fault('answer-too-long', { line, bytes: ANSWER_BYTES_MAX })
    pieces.push(piece)
  }
  return joinedBytes(pieces)
}

function basic(text: string): string {
  return new TextEncoder().encode(text).toBase64()
}
