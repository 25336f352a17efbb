import { sign } from '@tri/units/crypto'
import { OPERATION_DOMAIN } from '@tri/community'
import { present } from '@tri/units'

import type { SignedBytes } from '../src/ordering.ts'
import { knownKey } from './known-key.ts'
import type { Answer, Message, World } from './world.ts'

/** ms that a message usually takes, and the most when it is late. */
const USUAL_MS_MAX = 40
const LATE_MS_MAX = 6_000

/** Who gets messages. */
export type Receive = (to: string, from: string, message: Message) => void

/** A network on which everything happens to messages that can. */
export interface MessageNetwork {
  send(from: string, to: string, message: Message): void
}

/** Messages of two stewards on different islands are lost; what else happens is thrown. */
export function messageNetwork(world: World, receive: Receive): MessageNetwork {
  const dice = world.dice('network')
  const deliver = (from: string, to: string, message: Message): void => {
    const isLate = world.strikes('late', 0.1)
    const delay = dice.between(1, isLate ? LATE_MS_MAX : USUAL_MS_MAX)
    world.agenda.plan(delay, () => receive(to, from, message))
  }
  return {
    send(from, to, message) {
      if (isCut(world, from, to) || world.strikes('lost', 0.08)) return world.count('messages lost')
      if (world.strikes('forged', 0.04)) {
        const forged = forgedMessage(world, message)
        if (forged !== undefined) {
          world.count('messages forged')
          deliver(from, to, forged)
          // A forger may swallow the true message, or only add hers.
          if (world.dice('forger').chance(0.5)) return
        }
      }
      deliver(from, to, message)
      if (world.strikes('doubled', 0.08)) {
        world.count('messages doubled')
        deliver(from, to, message)
      }
    },
  }
}

function isCut(world: World, from: string, to: string): boolean {
  const island = (name: string): number | undefined =>
    world.stewards.find((steward) => steward.name === name)?.island
  const [a, b] = [island(from), island(to)]
  return a !== undefined && b !== undefined && a !== b
}

function forgedMessage(world: World, message: Message): Message | undefined {
  switch (message.is) {
    case 'submit':
    case 'gossip':
      return { ...message, operation: forgedOperation(world, message.operation) }
    case 'answer':
      return { ...message, answer: forgedAnswer(world, message.answer) }
    case 'ask':
    case 'block':
      return undefined
    default:
      return message
  }
}

/** The same bytes and signature with one bit turned somewhere, or signed by somebody else. */
export function forgedOperation(world: World, { bytes, signature }: SignedBytes): SignedBytes {
  const dice = world.dice('forger')
  switch (dice.below(3)) {
    case 0:
      return { bytes: turned(world, bytes), signature }
    case 1:
      return { bytes, signature: turned(world, signature) }
    default:
      return { bytes, signature: sign(knownKey('forger'), OPERATION_DOMAIN, bytes) }
  }
}

function turned(world: World, bytes: Uint8Array): Uint8Array {
  const dice = world.dice('forger')
  const copy = Uint8Array.from(bytes)
  const at = dice.below(copy.length)
  copy[at] = present(copy[at], 'inside') ^ (1 << dice.below(8))
  return copy
}

/** An answer that claims what no quorum signed: another root, another height, or the signatures of too few. */
function forgedAnswer(world: World, answer: Answer): Answer {
  const dice = world.dice('forger')
  const names = world.stewards.map(({ name }) => name)
  const few = dice.shuffled(names).slice(0, 1)
  if (answer.is !== 'final')
    return {
      is: 'final',
      height: Math.max(1, world.chain.blocks.length),
      sequence: dice.between(1, 99),
      certificate: { height: 1, root: '00'.repeat(32), signers: few.length < names.length ? few : [] },
    }
  const { certificate } = answer
  const height = answer.height + dice.between(1, 3)
  return dice.chance(0.5)
    ? { ...answer, height, certificate: { ...certificate, height } }
    : { ...answer, certificate: { ...certificate, root: 'ff'.repeat(32) } }
}
