import { hex } from '@tri/units/crypto'

import { isGenuine } from './door.ts'
import { holds } from './invariants.ts'
import type { MessageNetwork } from './message-network.ts'
import { isProved } from './operation-proof.ts'
import { short, votersAt, type Answer, type Client, type Wish, type World } from './world.ts'

/** A client shows what she signed to a steward; each time another one, until she knows how it ended. */
export function followUp(world: World, network: MessageNetwork, client: Client): void {
  for (const wish of client.wishes.values()) {
    const isOpen = wish.belief.is === 'waiting' || wish.belief.is === 'accepted'
    if (!isOpen && !(world.isCalm && wish.belief.is === 'refused')) continue
    const voters = currentVoters(world)
    if (isOpen && wish.watch.isAskingAgain) {
      askAgain(world, network, client, { wish, voters })
      continue
    }
    const to = world.dice(client.name).pick(voters)
    // What was refused is asked about again: a copy at another steward may have become final.
    const isAsked = wish.belief.is === 'refused' || (wish.belief.is === 'accepted' && wish.sentTo.has(to))
    if (isAsked) network.send(client.name, to, { is: 'ask', digest: wish.digest })
    else submit(world, network, client, { wish, to })
  }
}

interface Asking {
  readonly wish: Wish
  readonly voters: readonly string[]
}

/** Enough have refused: everybody is asked how it stands, and at the next look the answers are counted. */
function askAgain(world: World, network: MessageNetwork, client: Client, { wish, voters }: Asking): void {
  const { refusal, isAsked } = wish
  if (isAsked && refusal !== undefined && wish.watch.isRefusedAfterRound()) {
    wish.belief = { is: 'refused', refusal }
    world.count(`refused: ${refusal.is}`)
    return world.tell(client.name, () => `believes that ${short(wish.digest)} is refused: ${refusal.is}`)
  }
  wish.isAsked = true
  for (const to of voters) network.send(client.name, to, { is: 'ask', digest: wish.digest })
}

interface Sending {
  readonly wish: Wish
  readonly to: string
}

/** Always the same bytes: whatever happens on the way, they are applied once at most. */
function submit(world: World, network: MessageNetwork, client: Client, { wish, to }: Sending): void {
  if (wish.tries++ > 0) world.count('resubmitted')
  wish.sentTo.add(to)
  world.tell(client.name, () => `sends ${short(wish.digest)} to ${to}: ${wish.text}`)
  network.send(client.name, to, { is: 'submit', operation: wish.signed })
}

/** An answer has come; the client believes a steward's word for "accepted", a quorum's signatures for "final". */
export function hear(world: World, client: Client, from: string, digest: string, answer: Answer): void {
  const wish = client.wishes.get(digest)
  client.heard.push(answer)
  if (wish === undefined || wish.belief.is === 'final') return
  // One steward may lie or lag: the rule of the real client decides, over those who keep the book now.
  if (answer.is !== 'final' && currentVoters(world).includes(from)) wish.watch.says(from, answer.is)
  switch (answer.is) {
    case 'unknown':
      // Whoever does not know it, or no longer, is shown it again.
      wish.sentTo.delete(from)
      if (wish.belief.is === 'accepted' && wish.belief.by === from) wish.belief = { is: 'waiting' }
      return
    case 'accepted':
      if (wish.belief.is === 'waiting') wish.belief = { is: 'accepted', by: from }
      return
    case 'refused':
      if (wish.belief.is === 'accepted' && wish.belief.by === from) wish.belief = { is: 'waiting' }
      wish.refusal = answer.refusal
      return
    case 'final':
      return hearFinal(world, client, wish, { from, answer })
  }
}

interface Heard<A> {
  readonly from: string
  readonly answer: A
}

function hearFinal(
  world: World,
  client: Client,
  wish: Wish,
  { from, answer }: Heard<Extract<Answer, { is: 'final' }>>,
): void {
  const { certificate, height, sequence, path } = answer
  const isShown =
    certificate.height === height &&
    isGenuine(world, certificate) &&
    isProved(path, { id: wish.signed.operation.id, digest: wish.digest, sequence, certificate })
  if (!isShown) {
    world.count('lies seen through')
    world.tell(client.name, () => `does not believe ${from} that ${short(wish.digest)} is final`)
    return
  }
  const truth = world.chain.finals.get(wish.digest)
  // An idle block leaves the root as it was: a forger may then name its height, and proves the same.
  const rootAt = (at: number): string | undefined => world.chain.blocks[at - 1]?.root
  const isTrue = truth?.sequence === sequence && rootAt(truth.height) === rootAt(height)
  holds(isTrue, 'what a client believes final is final', () => `${client.name}: ${short(wish.digest)}`)
  if (wish.belief.is === 'refused') world.count('refusals overtaken')
  wish.belief = { is: 'final', height, sequence }
  world.tell(client.name, () => `knows that ${short(wish.digest)} is final at height ${height}`)
}

function currentVoters(world: World): readonly string[] {
  return votersAt(world, world.chain.blocks.length + 1)
}

/** At the end every belief is the truth, and nobody heard what is not hers. */
export function checkBeliefs(world: World): void {
  for (const client of world.clients) {
    for (const { belief, digest, text } of client.wishes.values()) {
      const isFinal = world.chain.finals.has(digest)
      const isTrue = belief.is === (isFinal ? 'final' : 'refused')
      const said = (): string => `${client.name} believes ${belief.is} of ${short(digest)} (${text})`
      holds(isTrue, 'at the end every client knows how it ended', said)
    }
    checkHeard(world, client)
  }
}

/** Whatever a member's phone heard is about her own operations: no digest, id or memo of another's is in it. */
function checkHeard(world: World, client: Client): void {
  const text = client.heard.map(answerText).join('\n')
  for (const { operation } of world.signedBy.values()) {
    const isPublic = operation.kind.startsWith('steward.')
    const isOwn =
      isPublic || operation.by === client.member || world.payees.get(operation.id) === client.member
    holds(
      isOwn || !text.includes(operation.id),
      'a follower learns only its own',
      () => `${client.name} heard of ${operation.id} of ${operation.by}`,
    )
  }
}

function answerText(answer: Answer): string {
  return JSON.stringify(answer, (_, value: unknown) =>
    value instanceof Uint8Array ? `${hex(value)} ${Buffer.from(value).toString('latin1')}` : value,
  )
}
