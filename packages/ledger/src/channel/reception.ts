import type { TLSSocket } from 'node:tls'

import { Fault, accept, refuse, type Canonical, type Outcome } from '@tri/units'
import { z } from 'zod'

import type { Credentials, Desk, DoorLimits, DoorPorts, DoorRefusal, Visitor } from './desk.ts'
import { frameOf, frameReader } from './frames.ts'
import { doorRequests, type Audience, type RequestName } from './requests.ts'

const LIMITS: DoorLimits = { strangerMs: 10_000, silentMs: 120_000 }
/** Bytes of a request. An operation of a steward may be 16 MiB long; a member's own year of statements is 320 kB. */
export const REQUEST_BYTES_MAX: Readonly<Record<Audience, number>> = {
  stranger: 4_096,
  member: 524_288,
  candidate: 65_536,
  steward: 17_825_792,
}
/** Bytes of an answer, either way. */
export const ANSWER_BYTES_MAX = 17_825_792
/** Requests of one connection that wait for their answers; more are not read until one is done. */
const ASKED_MAX = 16
/** Answers that the other end does not fetch; beyond it the connection is cut off. */
const UNREAD_BYTES_MAX = 2 * ANSWER_BYTES_MAX
/** Refusals for haste in a row after which a connection is cut off. */
const HASTY_MAX = 200

const askedShape = z.strictObject({
  id: z.int().min(0),
  ask: z.string().max(32),
  of: z.record(z.string(), z.unknown()),
})
type Asked = z.infer<typeof askedShape>

/** What the door knows besides, of this connection. */
interface Reception extends DoorPorts {
  readonly mayAsk: () => boolean
  readonly cut: (why: string) => void
}

/** Answers the requests of one connection until it ends. The key was compared before. */
export function receive(socket: TLSSocket, tls: Uint8Array, ports: Reception): void {
  const { strangerMs, silentMs } = { ...LIMITS, ...ports.limits }
  const gone = new AbortController()
  const { visitor, answerTo } = attendant(tls, ports, gone.signal)
  const frames = frameReader(() => REQUEST_BYTES_MAX[visitor().is])
  const waiting: Asked[] = []
  let open = 0

  const deadline = setTimeout(() => {
    if (visitor().is === 'stranger') ports.cut('stranger')
  }, strangerMs)
  socket.setTimeout(silentMs, () => ports.cut('silent'))
  socket.on('close', () => {
    clearTimeout(deadline)
    gone.abort()
  })
  socket.on('data', (bytes) => {
    if (typeof bytes === 'string') return
    try {
      for (const message of frames.take(bytes)) waiting.push(askedShape.parse(message))
      next()
    } catch (cause) {
      if (cause instanceof Fault && cause.code === 'must') ports.failed(cause)
      ports.cut('malformed')
    }
  })

  /** Begins with as many requests as may be open at once, and reads on when there is room. */
  function next(): void {
    while (open < ASKED_MAX && !socket.destroyed) {
      const asked = waiting.shift()
      if (asked === undefined) break
      open++
      void finished(asked)
    }
    if (open >= ASKED_MAX) socket.pause()
    else socket.resume()
  }

  async function finished(asked: Asked): Promise<void> {
    const answer = await answerTo(asked)
    open--
    if ('cut' in answer) return ports.cut(answer.cut)
    if (socket.destroyed) return undefined
    socket.write(answerFrame(asked.id, answer, ports.failed))
    if (socket.writableLength > UNREAD_BYTES_MAX) return ports.cut('answers-unread')
    return next()
  }
}

type Answer = Outcome<Canonical, DoorRefusal>
/** An answer, or why the connection ends without one. */
type Attended = Answer | { readonly cut: string }
const MALFORMED: Attended = { cut: 'malformed' }

/** Knows who stands at the door and answers her, request by request. */
function attendant(tls: Uint8Array, ports: Reception, gone: AbortSignal) {
  const { admission, desk, chain } = ports
  let credentials: Credentials = { tls }
  let hasty = 0
  const visitor = (): Visitor => admission.visitorOf(credentials)

  /** It never rejects. */
  async function answerTo({ ask, of }: Asked): Promise<Attended> {
    try {
      const now = visitor()
      // Who copies the whole book asks often.
      const isCopying = now.is === 'steward' || now.is === 'candidate'
      if (!isCopying && !ports.mayAsk()) return tooHasty()
      hasty = 0
      return ask === 'hello' ? hello(of) : await answerFrom(desk, ask, { visitor: now, of, gone })
    } catch (cause) {
      if (cause !== gone.reason) ports.failed(cause)
      return refuse({ is: 'door-failed', details: {} })
    }
  }

  function tooHasty(): Attended {
    hasty++
    return hasty < HASTY_MAX ? refuse({ is: 'door-busy', details: {} }) : { cut: 'hasty' }
  }

  function hello(of: unknown): Attended {
    const said = doorRequests.hello.input.safeParse(of)
    if (!said.success) return MALFORMED
    const { warrant, secret } = said.data
    if (warrant !== undefined && !admission.isWarrantUsable(credentials, warrant))
      return refuse({ is: 'door-warrant-unusable', details: {} })
    if (secret !== undefined && !admission.takeInvitation(tls, secret))
      return refuse({ is: 'door-secret-unusable', details: {} })
    if (warrant !== undefined) credentials = { tls, warrant }
    return accept({ as: visitor().is, chain })
  }
  return { visitor, answerTo }
}

/** An answer that cannot travel is our own mistake: the other end learns that there was one. */
function answerFrame(id: number, answer: Answer, failed: (cause: unknown) => void): Uint8Array {
  try {
    const message = answer.ok ? { id, value: answer.value } : { id, refusal: plain(answer.refusal) }
    return frameOf(message, ANSWER_BYTES_MAX)
  } catch (cause) {
    failed(cause)
    return frameOf({ id, refusal: { is: 'door-failed', details: {} } }, ANSWER_BYTES_MAX)
  }
}

interface Wanted {
  readonly visitor: Visitor
  readonly of: unknown
  readonly gone: AbortSignal
}

/** Deny by default: a request that is not in the table, or not for this visitor, reaches nobody. */
async function answerFrom(desk: Desk, ask: string, { visitor, of, gone }: Wanted): Promise<Attended> {
  if (!isRequest(ask)) return refuse({ is: 'door-unknown-request', details: { request: ask } })
  const served = desk[ask]
  if (!doorRequests[ask].for.some((audience) => audience === visitor.is))
    return refuse({ is: 'door-not-for-you', details: { request: ask } })
  return (await served.answer(visitor, of, gone)) ?? MALFORMED
}

function isRequest(name: string): name is Exclude<RequestName, 'hello'> {
  return name !== 'hello' && Object.hasOwn(doorRequests, name)
}

/** Details of a refusal are names and amounts; anything else would be our own mistake, and is left out. */
function plain({ is, details }: DoorRefusal): Canonical {
  const kept = Object.entries(details).filter(
    ([, value]) => typeof value === 'string' || Number.isSafeInteger(value),
  )
  return { is, details: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])) }
}
