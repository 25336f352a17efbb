import type { StewardEntry } from '@tri/community'
import { sha256 } from '@tri/units/crypto'

import { knownKey } from './known-key.ts'
import type { World } from './world.ts'

/** Heights after which a change that the ordering engine is told takes effect, as CometBFT has it. */
const ENGINE_DELAY = 2

/** The entry of a member's box, with the keys of its `generation`: a new one when the old is lost. */
export function stewardEntry(member: string, generation: number): StewardEntry {
  const tag = `${member}/${generation}`
  return {
    member,
    key: knownKey(`${tag}/votes`).publicKey,
    node: sha256(new TextEncoder().encode(`${tag}/node`)).subarray(0, 20),
    tls: knownKey(`${tag}/door`).publicKey,
    addresses: [`[fd00::${generation + 1}]:26656`],
  }
}

/**
 * The stewards have agreed on others. A single steward hands over at once: the quorum's first block is the next one. A
 * quorum votes with its old members for one more height.
 */
export function changeStewards(world: World, stewards: readonly StewardEntry[]): void {
  const names = stewards.map(({ member }) => member)
  const height = world.chain.blocks.length
  const from = height + (world.engine === 'single' ? 1 : ENGINE_DELAY)
  world.chain.sets.push({ from, names })
  if (names.length > 1) world.engine = 'quorum'
  world.tell('chain', () => `from height ${from} the stewards are ${names.join(', ')}`)
  world.count('steward sets')
  world.agenda.plan(0, () => world.stewardsChanged())
}
