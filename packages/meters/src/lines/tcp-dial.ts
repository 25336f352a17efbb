import { connect, type Socket } from 'node:net'

import type { Dial } from './line.ts'
import { streamUntil } from './stream-until.ts'
import type { Talk } from './talk.ts'

/** A host and a port, where a bridge or a meter sends bytes. */
export interface TcpAddress {
  readonly host: string
  readonly port: number
}

const CONNECT_WAIT_MS = 10_000
const KEEP_ALIVE_MS = 30_000

/** A TCP connection that brings what a serial line would: ser2net, an ESP bridge, a meter with Ethernet. */
export function dialTcp(address: TcpAddress, talk?: () => Talk): Dial<Uint8Array> {
  return async (deliver, attempt) => {
    const stream = await connected(address, attempt.signal)
    attempt.up()
    await streamUntil({ stream, signal: attempt.signal, deliver, talk: talk?.() })
  }
}

/** Connects within ten seconds. Rejects with the system's own error, or when the signal is aborted. */
export async function connected({ host, port }: TcpAddress, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted()
  const stream = connect({ host, port, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, noDelay: true })
  const patience = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_WAIT_MS)])
  return await new Promise<Socket>((resolve, reject) => {
    const abort = () => {
      stream.destroy()
      reject(patience.reason)
    }
    patience.addEventListener('abort', abort, { once: true })
    stream.once('error', reject)
    stream.once('connect', () => {
      patience.removeEventListener('abort', abort)
      stream.removeListener('error', reject)
      resolve(stream)
    })
  })
}
