import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** Bytes of an MQTT packet at most, header and all. The broker's own reader would wait for 256 MB. */
export const MQTT_PACKET_BYTES_MAX = 131_072

const CONTINUES = 0x80
const LENGTH_BITS = 0x7f
const LENGTH_BYTES_MAX = 4

/** The same socket, cut as soon as a packet announces more than MQTT_PACKET_BYTES_MAX (MQTT 3.1.1, 2.2.3). */
export function mqttPacketLimit(socket: Socket): Duplex {
  const lengths = packetLengths()
  const limited = new Duplex({
    read: () => socket.resume(),
    write: (piece, encoding, done) => void socket.write(piece, encoding, () => done()),
    final: (done) => socket.end(() => done()),
    destroy: (cause, done) => {
      socket.destroy()
      done(cause)
    },
  })
  socket.on('data', (piece: Uint8Array) => {
    if (!lengths.follow(piece)) limited.destroy()
    else if (!limited.push(piece)) socket.pause()
  })
  socket.once('end', () => limited.push(null))
  socket.once('close', () => limited.destroy())
  return limited
}

/** Follows the lengths in a stream of packets: false once one is too long or no length at all. */
export function packetLengths(): { follow(bytes: Uint8Array): boolean } {
  let bodyLeft = 0
  let header: { bytes: number; length: number } | undefined
  return {
    follow: (bytes) => {
      for (let at = 0; at < bytes.length;) {
        if (bodyLeft > 0) {
          const taken = Math.min(bodyLeft, bytes.length - at)
          bodyLeft -= taken
          at += taken
          continue
        }
        const byte = bytes[at++] ?? 0
        if (header === undefined) {
          header = { bytes: 0, length: 0 }
          continue
        }
        header.length += (byte & LENGTH_BITS) * 128 ** header.bytes++
        if ((byte & CONTINUES) !== 0) {
          if (header.bytes === LENGTH_BYTES_MAX) return false
          continue
        }
        if (header.length > MQTT_PACKET_BYTES_MAX) return false
        bodyLeft = header.length
        header = undefined
      }
      return true
    },
  }
}
