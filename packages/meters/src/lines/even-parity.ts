const SEVEN_BITS = 0x7f
const PARITY_BIT = 0x80
/** ASCII's own character for one that was damaged on its way. */
const SUBSTITUTE = 0x1a

const onWire = Uint8Array.from(
  { length: 128 },
  (_, character) => character | (isOdd(character) ? PARITY_BIT : 0),
)

/** Both ways of a line of 7 bits with even parity. */
export const evenParity = { sent: withEvenParity, received: fromEvenParity }

/**
 * Characters of 7 bits as a line of 8 bits carries them, the parity on top: 7E1 and 8N1 are the same bits on the wire. So no
 * port has to know 7 bits, which many adapters and every pty do not, and a damaged character is seen.
 */
export function withEvenParity(characters: Uint8Array): Uint8Array {
  return characters.map((character) => onWire[character & SEVEN_BITS] ?? 0)
}

/** The characters again; one whose parity is wrong becomes SUB, which no check of a meter lets pass. */
export function fromEvenParity(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (onWire[byte & SEVEN_BITS] === byte ? byte & SEVEN_BITS : SUBSTITUTE))
}

function isOdd(character: number): boolean {
  let ones = 0
  for (let rest = character; rest > 0; rest >>= 1) ones += rest & 1
  return ones % 2 === 1
}
