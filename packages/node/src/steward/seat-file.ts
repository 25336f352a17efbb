import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { addressFrom } from '@tri/ledger'
import { Fault } from '@tri/units'
import { fromHex, hex, keyPairFromSeed, type KeyPair } from '@tri/units/crypto'
import { z } from 'zod'

/** The file that makes a data folder a steward's; it holds the key of her door and is no part of a backup. */
export const SEAT_FILE = 'steward.json'
const OWNER_ONLY = 0o600

const seatShape = z.strictObject({
  format: z.literal('tri/steward/1'),
  member: z.string().min(1).max(64),
  /** Where others reach the door: host:port; the engine listens on the port above. */
  address: z.string().refine((text) => addressFrom(text) !== undefined),
  tlsSeed: z.string().regex(/^[0-9a-f]{64}$/),
})

/** How a steward is reached, and by which key she is known at her door. */
export interface Seat {
  readonly member: string
  readonly address: string
  readonly tls: KeyPair
}

/** The seat of a data folder; undefined where its owner is no steward. @throws Fault `steward-file-unusable` */
export async function readSeat(folder: string): Promise<Seat | undefined> {
  const path = join(folder, SEAT_FILE)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new Fault('steward-file-unusable', { path }, { cause })
  }
  try {
    const { member, address, tlsSeed } = seatShape.parse(JSON.parse(text))
    return { member, address, tls: keyPairFromSeed(fromHex(tlsSeed)) }
  } catch {
    // The cause is dropped on purpose: a parser's message may quote the key.
    throw new Fault('steward-file-unusable', { path })
  }
}

/** Makes the seat of a folder. @throws Fault `steward-address-unusable` */
export async function writeSeat(
  folder: string,
  of: { readonly member: string; readonly address: string; readonly seed: Uint8Array },
): Promise<Seat> {
  const { member, address, seed } = of
  if (addressFrom(address) === undefined || engineAddress(address) === undefined)
    throw new Fault('steward-address-unusable', { address })
  const path = join(folder, SEAT_FILE)
  const file = { format: 'tri/steward/1', member, address, tlsSeed: hex(seed) }
  await writeFile(`${path}.new`, `${JSON.stringify(file)}\n`, { mode: OWNER_ONLY, flush: true })
  await rename(`${path}.new`, path)
  return { member, address, tls: keyPairFromSeed(seed) }
}

const PORT_MAX = 65_535

/** Where the engine of a steward listens, who is reached at an address: on the port above her door's. */
export function engineAddress(door: string): string | undefined {
  const at = addressFrom(door)
  if (at === undefined || at.port >= PORT_MAX) return undefined
  return at.host.includes(':') ? `[${at.host}]:${at.port + 1}` : `${at.host}:${at.port + 1}`
}
