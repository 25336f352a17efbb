import { connect, type TLSSocket } from 'node:tls'

import { Fault, accept, refuse, type Canonical, type Outcome } from '@tri/units'
import { hex, type KeyPair } from '@tri/units/crypto'
import { z } from 'zod'

import { addressText, type DoorAddress } from './address.ts'
import { doorCertificate } from './certificate.ts'
import type { DoorRefusal } from './desk.ts'
import { isDoorRefusal } from './faults.ts'
import { frameOf, frameReader } from './frames.ts'
import { TLS_TERMS, peerKeyOf } from './peer-key.ts'
import { ANSWER_BYTES_MAX, REQUEST_BYTES_MAX } from './reception.ts'
import { doorRequests, type Audience, type DoorRequest } from './requests.ts'
import type { Warrant } from './warrant.ts'

/** How long an answer may take unless the request says otherwise, in ms. */
export const ANSWER_MS = 10_000
/** An answer is small unless its request is one for the whole book. */
const SMALL_ANSWER_BYTES_MAX = 1_048_576

/** A door and the key it must show. */
export interface PinnedDoor extends DoorAddress {
  /** 32 bytes: the steward's TLS key, known beforehand. */
  readonly tls: Uint8Array
}

/** In whose name one knocks. */
export interface Caller {
  readonly key: KeyPair
  readonly warrant?: Warrant
  readonly secret?: Uint8Array
}

/** A connection to a steward whose key was compared. */
export interface DoorLink extends Disposable {
  readonly as: Audience
  readonly chain: string
  readonly door: PinnedDoor
  /** Aborted once the connection is over. */
  readonly gone: AbortSignal
  /** @throws Fault `door-silent`, `door-gone`, `door-malformed`, or the signal's reason; each ends the connection */
  ask<I extends Canonical, A>(
    request: DoorRequest<I, A>,
    input: I,
    patience?: { readonly waitMs?: number; readonly signal?: AbortSignal },
  ): Promise<Outcome<A, DoorRefusal>>
}

const answerShape = z.union([
  z.strictObject({ id: z.int().min(0), value: z.custom<Canonical>((value) => value !== undefined) }),
  z.strictObject({
    id: z.int().min(0),
    refusal: z.strictObject({ is: z.string().max(64), details: z.record(z.string(), z.string()) }),
  }),
])
type Answer = z.infer<typeof answerShape>

/**
 * Knocks at a steward's door.
 *
 * @throws Fault `door-unreachable`, `door-key-differs` when another key answers there, `door-silent`, `door-gone`
 */
export async function connectToDoor(
  caller: Caller,
  door: PinnedDoor,
  { waitMs = ANSWER_MS, signal }: { readonly waitMs?: number; readonly signal?: AbortSignal } = {},
): Promise<DoorLink> {
  const socket = await shakenHands(caller, door, waitMs, signal)
  const asking = askingOver(socket, door, waitMs)
  const { warrant, secret } = caller
  const hello = await asking.ask(doorRequests.hello, {
    ...(warrant === undefined ? {} : { warrant }),
    ...(secret === undefined ? {} : { secret }),
  })
  if (!hello.ok) {
    socket.destroy()
    throw new Fault(hello.refusal.is, hello.refusal.details)
  }
  return { ...asking, ...hello.value, door, [Symbol.dispose]: () => void socket.destroy() }
}

/** Finishes the handshake and compares the key, before a byte is written or read. */
async function shakenHands(
  { key }: Caller,
  door: PinnedDoor,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<TLSSocket> {
  signal?.throwIfAborted()
  const { certificate, privateKey } = doorCertificate(key)
  const { host, port } = door
  // No server name: it would travel in the clear.
  const socket = connect({ ...TLS_TERMS, host, port, cert: certificate, key: privateKey, servername: '' })
  const done = Promise.withResolvers<void>()
  const stop = (): void => done.reject(signal?.reason)
  const timer = setTimeout(
    () => done.reject(new Fault('door-silent', { address: addressText(door) })),
    waitMs,
  )
  signal?.addEventListener('abort', stop, { once: true })
  socket.on('error', (cause) =>
    done.reject(new Fault('door-unreachable', { address: addressText(door) }, { cause })),
  )
  socket.once('close', () => done.reject(new Fault('door-unreachable', { address: addressText(door) })))
  socket.once('secureConnect', () => {
    const shown = peerKeyOf(socket)
    const isPinned = shown !== undefined && hex(shown) === hex(door.tls)
    if (isPinned) done.resolve()
    else done.reject(new Fault('door-key-differs', { address: addressText(door) }))
  })
  try {
    await done.promise
    return socket
  } catch (cause) {
    socket.destroy()
    throw cause
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

interface Pending {
  readonly bytesMax: number
  readonly settle: (answer: Outcome<Canonical, DoorRefusal>) => void
  readonly fail: (cause: unknown) => void
}

function askingOver(socket: TLSSocket, door: PinnedDoor, patienceMs: number) {
  const pending = new Map<number, Pending>()
  const gone = new AbortController()
  const address = addressText(door)
  let lastId = 0
  const frames = frameReader(() => Math.max(0, ...[...pending.values()].map(({ bytesMax }) => bytesMax)))

  const end = (cause: unknown): void => {
    socket.destroy()
    gone.abort(cause)
    for (const { fail } of pending.values()) fail(cause)
    pending.clear()
  }
  socket.on('close', () => end(new Fault('door-gone', { address })))
  socket.on('error', () => socket.destroy())
  socket.on('data', (bytes) => {
    if (typeof bytes === 'string') return
    try {
      for (const message of frames.take(bytes)) answered(answerShape.parse(message))
    } catch (cause) {
      end(new Fault('door-malformed', { address }, { cause }))
    }
  })
  function answered(answer: Answer): void {
    const asked = pending.get(answer.id)
    if (asked === undefined) throw new Fault('door-malformed', { address })
    pending.delete(answer.id)
    asked.settle('refusal' in answer ? refuse(refusalOf(answer.refusal)) : accept(answer.value))
  }

  const ask: DoorLink['ask'] = async (request, input, { waitMs = patienceMs, signal } = {}) => {
    signal?.throwIfAborted()
    if (gone.signal.aborted) throw gone.signal.reason
    const { promise, resolve, reject } = Promise.withResolvers<Outcome<Canonical, DoorRefusal>>()
    const id = ++lastId
    const bytesMax = request.isLarge ? ANSWER_BYTES_MAX : SMALL_ANSWER_BYTES_MAX
    const body = frameOf({ id, ask: request.name, of: input }, REQUEST_BYTES_MAX.steward)
    pending.set(id, { bytesMax, settle: resolve, fail: reject })
    const timer = setTimeout(() => end(new Fault('door-silent', { address })), waitMs)
    const stop = (): void => end(signal?.reason)
    signal?.addEventListener('abort', stop, { once: true })
    socket.write(body)
    try {
      const answer = await promise
      if (!answer.ok) return answer
      const parsed = request.answer.safeParse(answer.value)
      if (parsed.success) return accept(parsed.data)
      const malformed = new Fault('door-malformed', { address })
      end(malformed)
      throw malformed
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    }
  }
  return { ask, gone: gone.signal }
}

/** A refusal of a newer program that this one has no sentence for is a failure like any other. */
function refusalOf({ is, details }: { readonly is: string; readonly details: object }): DoorRefusal {
  return isDoorRefusal(is) ? { is, details: { ...details } } : { is: 'door-failed', details: {} }
}
