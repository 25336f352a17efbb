import { chmod, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'

import { framed, frameCutter } from './abci-frames.ts'
import { abciRequest, abciResponse, type AbciRequest, type AbciResponse } from './abci-messages.ts'
import { decoded, encoded } from './protobuf-message.ts'

/** Connections the engine makes: consensus, mempool, queries and snapshots; a second engine finds no room. */
const CONNECTIONS_MAX = 4

/** A socket the engine speaks to. */
export interface AbciServer extends AsyncDisposable {
  readonly path: string
  /** Connections open now. */
  readonly connections: number
}

/** What the server answers with, and whom it tells when it could not. */
export interface AbciServerPorts {
  readonly path: string
  readonly answer: (request: AbciRequest) => AbciResponse
  /** The application threw: the engine is told, and stops. */
  readonly failed: (error: unknown) => void
  /** Something else than a request came: the connection was closed. */
  readonly refused: (error: unknown) => void
}

/**
 * Listens for the engine on a Unix socket that only its owner may open. Requests of a connection are answered in the order
 * they came; a malformed one closes its connection.
 */
export async function abciServer(ports: AbciServerPorts): Promise<AbciServer> {
  const { path } = ports
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    if (open.size >= CONNECTIONS_MAX) {
      socket.destroy()
      return
    }
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    // The engine may vanish at any moment; its own watch tells of it.
    socket.on('error', () => socket.destroy())
    serve(socket, ports)
  })
  await rm(path, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  await chmod(path, 0o600)
  return {
    path,
    get connections() {
      return open.size
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of open) socket.destroy()
      await closed
      await rm(path, { force: true })
    },
  }
}

function serve(socket: Socket, { answer, failed, refused }: AbciServerPorts): void {
  const cutter = frameCutter()
  let isBroken = false
  socket.on('data', (chunk: Uint8Array) => {
    if (isBroken) return
    const replies: Uint8Array[] = []
    try {
      for (const frame of cutter.take(chunk)) {
        const request = decoded(abciRequest, frame)
        const response = attempt(() => answer(request), failed)
        replies.push(framed(encoded(abciResponse, response)))
        if (response.is === 'exception') isBroken = true
        if (isBroken) break
      }
    } catch (error) {
      isBroken = true
      refused(error)
    }
    if (replies.length > 0) socket.write(Buffer.concat(replies))
    if (isBroken) socket.end()
  })
}

function attempt(answer: () => AbciResponse, failed: (error: unknown) => void): AbciResponse {
  try {
    return answer()
  } catch (error) {
    failed(error)
    return { is: 'exception', value: { error: error instanceof Error ? error.message : String(error) } }
  }
}
