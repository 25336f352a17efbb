import { must, present } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import type { SignedBytes } from '../src/ordering.ts'
import { checkAnswer, checkUntouched } from './invariants.ts'
import { lie } from './liar.ts'
import type { MessageNetwork } from './message-network.ts'
import {
  quorumOf,
  short,
  votersAt,
  type Answer,
  type Certificate,
  type Message,
  type Steward,
  type World,
} from './world.ts'

interface Asked {
  readonly from: string
  readonly message: Extract<Message, { is: 'submit' | 'ask' }>
}

/** A client has shown an operation, or asks how one is; a liar answers as she likes, or not at all. */
export function answerAtDoor(
  world: World,
  network: MessageNetwork,
  steward: Steward,
  { from, message }: Asked,
): void {
  const digest = message.is === 'submit' ? hex(sha256(message.operation.bytes)) : message.digest
  if (steward.isLiar && world.dice('liar').chance(0.5)) {
    const answer = lie(world, steward, digest)
    if (answer !== undefined) network.send(steward.name, from, { is: 'answer', digest, answer })
    return
  }
  const truth =
    message.is === 'submit'
      ? takeAtDoor(world, network, steward, message.operation)
      : standingOf(world, steward, digest)
  const answer = planted(world, steward, truth)
  if (!steward.isLiar) checkAnswer(world, steward, digest, answer)
  network.send(steward.name, from, { is: 'answer', digest, answer })
}

/** Another steward has taken an operation: this one looks for itself. */
export function takeGossip(
  world: World,
  network: MessageNetwork,
  steward: Steward,
  operation: SignedBytes,
): void {
  takeAtDoor(world, network, steward, operation)
}

/** Takes an operation when the book as it stands, and what waits already, would let it in; then passes it on. */
function takeAtDoor(world: World, network: MessageNetwork, steward: Steward, operation: SignedBytes): Answer {
  const digest = hex(sha256(operation.bytes))
  const known = standingOf(world, steward, digest)
  if (known.is === 'final' || known.is === 'accepted') return known
  const replica = present(steward.replica, 'a door is open only while the box is up')
  // A new box that has no book yet neither takes nor refuses.
  if (replica.height === 0 && world.engine === 'quorum') return { is: 'unknown' }
  const checked = checkUntouched(world, steward, () => replica.check(operation))
  if (!checked.ok) {
    steward.refused.set(digest, checked.refusal)
    world.tell(steward.name, () => `refuses ${short(digest)}: ${checked.refusal.is}`)
    return { is: 'refused', refusal: checked.refusal }
  }
  must(checked.value[0]?.is !== 'operation-repeated', 'what was applied before is final here', { digest })
  world.verified.add(`${digest} ${hex(operation.signature)}`)
  steward.refused.delete(digest)
  steward.waiting.set(digest, operation)
  world.tell(steward.name, () => `takes ${short(digest)}`)
  for (const { name, isKeeper } of world.stewards)
    if (isKeeper && name !== steward.name) network.send(steward.name, name, { is: 'gossip', operation })
  return { is: 'accepted' }
}

/** How an operation stands at this box. Final is said with a certificate and a proof, or not yet. */
function standingOf(world: World, steward: Steward, digest: string): Answer {
  const final = steward.finals.get(digest)
  if (final !== undefined) {
    const certificate = certificateOf(world, final.height)
    const id = present(world.signedBy.get(digest), 'what is final was signed').operation.id
    const path = steward.replica?.pathOf(`operation/${id}`)
    if (certificate === undefined || path === undefined) return { is: 'accepted' }
    steward.told = Math.max(steward.told, final.height)
    return { is: 'final', ...final, certificate, path }
  }
  if (steward.waiting.has(digest)) return { is: 'accepted' }
  const refusal = steward.refused.get(digest)
  return refusal === undefined ? { is: 'unknown' } : { is: 'refused', refusal }
}

/** The stewards that signed the root after a height, with the block above it, once they are enough. */
function certificateOf(world: World, height: number): Certificate | undefined {
  const root = present(world.chain.blocks[height - 1]?.root, 'a box has it, so somebody computed its root')
  const signers = votersAt(world, height + 1).filter((name) => world.hasSigned(name, height, root))
  return isEnough(world, height, signers) ? { height, root, signers } : undefined
}

/** Whether a certificate proves its root to a client who knows who votes. */
export function isGenuine(world: World, { height, root, signers }: Certificate): boolean {
  const voters = votersAt(world, height + 1)
  const signed = new Set(
    signers.filter((name) => voters.includes(name) && world.hasSigned(name, height, root)),
  )
  return isEnough(world, height, [...signed])
}

function isEnough(world: World, height: number, signers: readonly string[]): boolean {
  const voters = votersAt(world, height + 1).length
  return voters > 0 && signers.length >= quorumOf(voters)
}

/** The door's two planted mistakes: it calls final what it has only taken, or tells one member of another. */
function planted(world: World, { plant }: Steward, truth: Answer): Answer {
  if (plant === 'says-final-early' && truth.is === 'accepted') {
    const height = world.chain.blocks.length
    const root = world.chain.blocks[height - 1]?.root ?? ''
    return {
      is: 'final',
      height,
      sequence: 1,
      certificate: { height, root, signers: votersAt(world, height) },
    }
  }
  if (plant === 'tells-of-others' && truth.is === 'refused') {
    const others = [...world.signedBy.values()].map(({ operation }) => operation.id)
    return {
      is: 'refused',
      refusal: { ...truth.refusal, details: { after: world.dice('plant').pick(others) } },
    }
  }
  return truth
}
