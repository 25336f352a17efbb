/** Who sent a telegram, as its header says. */
export interface MeterAddress {
  /** Three letters that the maker registered, such as `KAM`. */
  readonly manufacturer: string
  /** Eight digits; a letter where the device sends one that is no digit. */
  readonly id: string
  readonly version: number
  /** What is measured: 2 electricity, 4 heat, 6 warm water, 7 water, and so on. */
  readonly medium: number
}

/** Bytes of an address: maker 2, number 4, version 1, medium 1, in an order that depends on the layer. */
export const ADDRESS_BYTES = 8

const MEDIA: readonly string[] = [
  'other',
  'oil',
  'electricity',
  'gas',
  'heat (outlet)',
  'steam',
  'warm water',
  'water',
  'heat cost allocator',
  'compressed air',
  'cooling (outlet)',
  'cooling (inlet)',
  'heat (inlet)',
  'heat and cooling',
  'bus',
  'unknown',
]
const MORE_MEDIA: Readonly<Record<number, string>> = {
  0x15: 'hot water',
  0x16: 'cold water',
  0x17: 'dual water',
  0x18: 'pressure',
  0x19: 'analogue-digital converter',
  0x1a: 'smoke detector',
  0x1b: 'room sensor',
  0x1c: 'gas detector',
  0x20: 'breaker',
  0x21: 'valve',
  0x25: 'customer unit',
  0x28: 'waste water',
  0x29: 'garbage',
  0x2a: 'carbon dioxide',
  0x31: 'communication controller',
  0x32: 'unidirectional repeater',
  0x33: 'bidirectional repeater',
  0x36: 'radio converter (system side)',
  0x37: 'radio converter (meter side)',
}

/** What a medium's number stands for (EN 13757-3, device types). */
export function mediumName(medium: number): string {
  return MEDIA[medium] ?? MORE_MEDIA[medium] ?? `medium ${medium}`
}

/** Three letters of five bits each; the top bit tells whether the address is a maker's own and is no letter. */
export function manufacturerLetters(low: number, high: number): string {
  const code = ((high & 0x7f) << 8) | low
  return String.fromCodePoint(((code >> 10) & 31) + 64, ((code >> 5) & 31) + 64, (code & 31) + 64)
}

/** Four bytes, the least significant first, as eight digits. */
export function idDigits(bytes: Uint8Array): string {
  return bytes.slice(0, 4).toReversed().toHex().toUpperCase()
}

/** A device by its address, as frames name it: `KAM 12345678 heat (outlet) version 12`. */
export function addressName({ manufacturer, id, medium, version }: MeterAddress): string {
  return `${manufacturer} ${id} ${mediumName(medium)} version ${version}`
}
