import { signOperation, type Act, type Operation } from '@tri/community'
import { hex, sha256 } from '@tri/units/crypto'

import { nextDeed } from './acts.ts'
import { refusalWatch } from '../src/channel/refusal-watch.ts'
import { liarsBorne, votersAt, type Client, type Wish, type World } from './world.ts'

/** ms an operation is valid: usually hours, sometimes less than it takes. */
const VALID_MS_MIN = 3_000
const VALID_MS_MAX = 86_400_000

interface Special {
  /** The nonce of an operation that was refused: of the two at most one can be applied. */
  readonly nonce?: number
  readonly community?: string
}

/** Signs an act and remembers it: whatever becomes final must be among what was signed. */
export function signed(world: World, client: Client, act: Act, text: string, special: Special = {}): Wish {
  const dice = world.dice(client.name)
  const at = world.agenda.now + client.skew
  const isShort = dice.chance(0.05)
  const operation: Operation = {
    v: 1,
    community: special.community ?? world.community,
    id: `${client.name}-${String(++client.signed).padStart(3, '0')}`,
    by: client.member,
    key: client.key.publicKey,
    at,
    expiresAt: at + (isShort ? VALID_MS_MIN : VALID_MS_MAX),
    nonce: special.nonce ?? ++client.nonce,
    ...act,
  }
  const whole = signOperation(client.key, operation)
  const digest = hex(sha256(whole.bytes))
  const wish: Wish = {
    signed: whole,
    act,
    digest,
    text,
    sentTo: new Set(),
    watch: refusalWatch(() => liarsBorne(votersAt(world, world.chain.blocks.length + 1).length)),
    refusal: undefined,
    isAsked: false,
    belief: { is: 'waiting' },
    tries: 0,
  }
  world.signedBy.set(digest, whole)
  client.wishes.set(digest, wish)
  return wish
}

/** Somebody may want something: if so it is signed, and sent when she next looks after her wishes. */
export function maybeWish(world: World, client: Client): void {
  if (world.isCalm || world.actsLeft <= 0) return
  const wishes = [...client.wishes.values()]
  const isBusy = wishes.some(({ belief }) => belief.is === 'waiting' || belief.is === 'accepted')
  if (isBusy && !client.isHasty && !world.strikes('hasty', 0.1)) return
  const last = wishes.at(-1)
  if (last?.belief.is === 'refused' && world.dice(client.name).chance(0.2))
    return tryAgain(world, client, last)
  const deed = nextDeed(world, client)
  if (deed === undefined) return
  world.actsLeft--
  const isElsewhere = world.strikes('forged', 0.03)
  const wish = signed(world, client, deed.act, deed.text, isElsewhere ? { community: 'altrove' } : {})
  if (deed.payee !== undefined) world.payees.set(wish.signed.operation.id, deed.payee)
  if (world.strikes('mistake', 0.1)) {
    const again = signed(world, client, deed.act, `${deed.text}, by mistake again`)
    if (deed.payee !== undefined) world.payees.set(again.signed.operation.id, deed.payee)
    world.count('acts repeated by mistake')
  }
}

/** The same act once more, with the nonce of the one that was refused, unless that one is used up. */
function tryAgain(world: World, client: Client, { act, signed: { operation }, text, belief }: Wish): void {
  const { id, nonce } = operation
  world.actsLeft--
  const isUsed = belief.is === 'refused' && belief.refusal.is === 'nonce-used'
  const wish = signed(world, client, act, `${text}, instead of ${id}`, isUsed ? {} : { nonce })
  const payee = world.payees.get(id)
  if (payee !== undefined) world.payees.set(wish.signed.operation.id, payee)
}
