import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'

import { doorCertificate } from '../../src/channel/certificate.ts'
import { TLS_TERMS } from '../../src/channel/peer-key.ts'
import { seededKey, type OpenDoor } from './open-doors.ts'

/** A connection that has shaken hands and says nothing by itself. */
export async function handshaken({ door }: OpenDoor, name: string): Promise<TLSSocket> {
  const { certificate, privateKey } = doorCertificate(seededKey(name))
  const socket = connect({ ...TLS_TERMS, host: '::1', port: door.port, cert: certificate, key: privateKey })
  socket.on('error', () => undefined)
  await once(socket, 'secureConnect')
  return socket
}

/** Sends bytes, says that no more come, and waits until the connection is over. */
export async function sentRaw(of: OpenDoor, name: string, bytes: Uint8Array): Promise<void> {
  const socket = await handshaken(of, name)
  socket.end(bytes)
  await closed(socket)
}

/** Until the other end is gone, by an error or without. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((done) => void socket.resume().once('close', () => done()))
}
