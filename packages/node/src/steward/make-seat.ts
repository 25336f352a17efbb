import { makeStewardHome } from '@tri/ledger'
import { hex } from '@tri/units/crypto'

import { readSeat, writeSeat } from './seat-file.ts'

/** What others are told of a steward's box. */
export interface MadeSeat {
  readonly member: string
  readonly address: string
  /** Keys as hexadecimal digits: of her door, and the one that signs blocks. */
  readonly tls: string
  readonly key: string
}

/**
 * Makes a data folder a steward's: a key for her door, and keys for the engine. A folder that is one already keeps its
 * keys, and takes the address.
 *
 * @param engine the engine's home in that folder
 * @throws Fault `steward-address-unusable`, `steward-home-unreadable`
 */
export async function makeStewardSeat(
  folder: { readonly path: string; readonly engine: string },
  of: { readonly member: string; readonly address: string; readonly seed: Uint8Array },
): Promise<MadeSeat> {
  const before = await readSeat(folder.path)
  const seat = before?.address === of.address ? before : await writeSeat(folder.path, of)
  const { key } = await makeStewardHome(folder.engine)
  return { member: seat.member, address: seat.address, tls: hex(seat.tls.publicKey), key: hex(key) }
}
