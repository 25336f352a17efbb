import type { StewardEntry } from '@tri/community'
import { sha256 } from '@tri/units/crypto'

import { knownKey } from './known-key.ts'
import type { World } from './world.ts'

/**
 * Heights after which a change takes effect. A quorum votes with its old members for one more block, as CometBFT has it;
 * a single steward makes one more, whose header names the others.
 */
const HEIGHTS_UNTIL_CHANGED = 2

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

/** The stewards have agreed on others, who vote from a height on. */
export function changeStewards(world: World, stewards: readonly StewardEntry[]): void {
  const names = stewards.map(({ member }) => member)
  const from = world.chain.blocks.length + HEIGHTS_UNTIL_CHANGED
  world.chain.sets.push({ from, names })
  world.tell('chain', () => `from height ${from} the stewards are ${names.join(', ')}`)
  world.count('steward sets')
  if (world.engine === 'quorum') world.agenda.plan(0, () => world.stewardsChanged())
}

/** Whether the block of this height is the one in which a single steward hands over. */
export function isHandingOver({ engine, chain }: World, height: number): boolean {
  const set = chain.sets.at(-1)
  return engine === 'single' && set !== undefined && set.names.length > 1 && set.from === height + 1
}

/** The single steward's last block is final: from now on a quorum orders. */
export function handOver(world: World): void {
  world.engine = 'quorum'
  world.agenda.plan(0, () => world.stewardsChanged())
}
