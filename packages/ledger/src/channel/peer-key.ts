import type { TLSSocket } from 'node:tls'

/** Named in the handshake: two programs that speak another language part at once. */
export const DOOR_PROTOCOL = 'tri-door/1'
const SPKI_PREFIX_BYTES = 12
const KEY_BYTES = 32

/** What both ends ask of TLS. Who the other one is, is decided by comparing keys, straight after the handshake. */
export const TLS_TERMS = {
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  ALPNProtocols: [DOOR_PROTOCOL],
  rejectUnauthorized: false,
} as const

/**
 * The Ed25519 key that the other end proved to hold in the handshake just finished; undefined when it showed none, or
 * another kind of key, or took up an earlier session again.
 *
 * With certificates that nobody vouches for, this key is all there is. Compare it before reading or writing a byte.
 */
export function peerKeyOf(socket: TLSSocket): Uint8Array | undefined {
  if (socket.getProtocol() !== 'TLSv1.3' || socket.alpnProtocol !== DOOR_PROTOCOL) return undefined
  if (socket.isSessionReused()) return undefined
  const publicKey = socket.getPeerX509Certificate()?.publicKey
  if (publicKey?.asymmetricKeyType !== 'ed25519') return undefined
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  const key = Uint8Array.from(spki.subarray(SPKI_PREFIX_BYTES))
  return key.length === KEY_BYTES ? key : undefined
}
