import {
  holds as openHolds,
  restatementDraft,
  restatementsDue,
  settledUntil,
  settlementDraft,
  settlementRecords,
  stewardProposals,
  stewardsOf,
  type Act,
  type MeterEntry,
} from '@tri/community'
import { MAY, PROVA_CHARTER, sketchedMember, told } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { slot } from '@tri/units'

import { knownKey } from './known-key.ts'
import type { Dice } from './dice.ts'
import { stewardEntry } from './steward-set.ts'
import type { Client, World } from './world.ts'

/** What somebody does, in words for the trace. */
export interface Deed {
  readonly act: Act
  readonly text: string
  /** The one who gets something, and may read of it. */
  readonly payee?: string
}

/** Slots that can be settled in one run. */
const SLOTS_MAX = 12
/** µCC of one payment, at most: the limit of the charter, so that some go through and some do not. */
const AMOUNT_MAX = 3_000_000
const HOUR_MS = 3_600_000

/** What a client wants to do next, from what she can know of the book; nothing when there is nothing to do. */
export function nextDeed(world: World, client: Client): Deed | undefined {
  const dice = world.dice(client.name)
  if (client.isAgent) return payment(world, client, dice)
  if (client.name === world.coordinator && dice.chance(0.6)) return coordinatorDeed(world, dice)
  const steward = stewardDeed(world, client, dice)
  if (steward !== undefined) return steward
  switch (dice.below(9)) {
    case 0:
    case 1:
      return statement(world, client, dice)
    case 2:
      return hold(world, client, dice)
    case 3:
    case 4:
      return collection(world, client, dice)
    case 5:
      return impossible(world, client, dice)
    case 6:
      return spareKey(client, dice)
    default:
      return payment(world, client, dice)
  }
}

function payment(world: World, client: Client, dice: Dice): Deed {
  const to = dice.chance(0.1) ? 'commons' : dice.pick(othersThan(world, client))
  const amount = dice.between(1, AMOUNT_MAX)
  const memo = `for ${client.name}-${dice.below(1_000_000)}`
  return { act: { kind: 'credit.transfer', to, amount, memo }, text: `pays ${to} ${amount} µCC`, payee: to }
}

function othersThan(world: World, { member }: Client): readonly string[] {
  return [...new Set(world.clients.map((client) => client.member))].filter((other) => other !== member)
}

function hold(world: World, client: Client, dice: Dice): Deed {
  const to = dice.pick(othersThan(world, client))
  const amount = dice.between(1, AMOUNT_MAX)
  // Some expire within the run, when the coordinator's clock has passed them.
  const holdExpiresAt = world.agenda.now + dice.between(2_000, HOUR_MS)
  return {
    act: { kind: 'credit.hold', to, amount, holdExpiresAt },
    text: `sets ${amount} µCC aside for ${to}`,
    payee: to,
  }
}

function collection(world: World, client: Client, dice: Dice): Deed | undefined {
  const open = openHolds(world.reference.store, client.member).filter(({ to }) => to === client.member)
  if (open.length === 0) return payment(world, client, dice)
  const { id, amount, from } = dice.pick(open)
  if (dice.chance(0.3))
    return { act: { kind: 'credit.release', hold: id }, text: `gives ${id} up`, payee: from }
  const part = dice.between(1, amount + 1)
  return {
    act: { kind: 'credit.capture', hold: id, amount: part },
    text: `takes ${part} of ${id}`,
    payee: from,
  }
}

/** What the book must refuse, each for its own reason. */
function impossible(world: World, client: Client, dice: Dice): Deed {
  const deeds: readonly Deed[] = [
    { act: { kind: 'credit.transfer', to: client.member, amount: 1 }, text: 'pays herself' },
    { act: { kind: 'credit.transfer', to: 'nobody', amount: 1 }, text: 'pays nobody' },
    { act: { kind: 'credit.transfer', to: 'commons', amount: 10 ** 12 }, text: 'pays what she has not' },
    { act: { kind: 'credit.capture', hold: 'none', amount: 1 }, text: 'collects what is not held' },
    { act: { kind: 'credit.limit', account: client.member, limit: 10 ** 9 }, text: 'raises a limit' },
    { act: { kind: 'member.leave', member: 'nobody' }, text: 'sends nobody away' },
    {
      act: { kind: 'energy.object', firstSlot: MAY + SLOTS_MAX, slots: 1, reason: 'no' },
      text: 'objects to nothing',
    },
    { act: { kind: 'steward.propose', stewards: [0, 1].map((i) => entry(world, i)) }, text: 'proposes two' },
  ]
  return dice.pick(deeds)
}

function entry(world: World, index: number): ReturnType<typeof stewardEntry> {
  return stewardEntry(world.stewards[index % world.stewards.length]?.name ?? '', 9)
}

function spareKey(client: Client, dice: Dice): Deed {
  const memberKey = knownKey(`${client.member}/spare-${dice.below(2)}`).publicKey
  const change = dice.pick(['add', 'remove'] as const)
  return { act: { kind: 'member.key', member: client.member, change, memberKey }, text: `${change}s a key` }
}

const meterOf = (world: World, client: Client): MeterEntry | undefined =>
  world.meters.find(({ member }) => member === client.member)

function statement(world: World, client: Client, dice: Dice): Deed | undefined {
  const meter = meterOf(world, client)
  if (meter === undefined) return payment(world, client, dice)
  const open = [...Array(SLOTS_MAX).keys()].filter((i) => !world.readings.has(`${meter.id}/${MAY + i}`))
  const isCorrection = open.length === 0 || dice.chance(0.3)
  const settled = Math.max(1, settledUntil(world.reference.store) - MAY)
  const at = isCorrection ? dice.below(settled) : (open[0] ?? 0)
  return stated(dice, { meter: meter.id, at, isCorrection })
}

interface Stating {
  readonly meter: string
  readonly at: number
  readonly isCorrection: boolean
}

function stated(dice: Dice, { meter, at, isCorrection }: Stating): Deed {
  const slots = dice.between(1, 5)
  const wh = Array.from({ length: slots }, () => {
    const gives = dice.chance(0.5)
    return [gives ? 0 : dice.below(900), gives ? dice.below(900) : 0] as const
  })
  const quality = dice.chance(0.03) ? 3 : 1
  const statements = [told({ meter, firstSlot: MAY + at, wh, quality })]
  const text = `${isCorrection ? 'corrects' : 'states'} ${slots} slots of ${meter}`
  return { act: { kind: 'energy.statements', correction: isCorrection, statements }, text }
}

function coordinatorDeed(world: World, dice: Dice): Deed | undefined {
  const { store } = world.reference
  const all = { firstSlot: MAY, slots: 2 * SLOTS_MAX }
  const due = restatementsDue(store, all)[0]
  if (due !== undefined) {
    const draft = restatementDraft(store, due, typescriptKernel)
    if (!draft.ok) return undefined
    const { claim, version } = draft.value
    return { act: { kind: 'energy.restate', version, ...claim }, text: `restates from ${claim.firstSlot}` }
  }
  switch (dice.below(8)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return settlement(world, dice) ?? substitution(world, dice)
    case 4:
    case 5:
      return closing(world, dice)
    case 6:
      return household(world, dice)
    default:
      return growth(world, dice)
  }
}

function settlement({ reference: { store } }: World, dice: Dice): Deed | undefined {
  const firstSlot = slot(Math.max(MAY, settledUntil(store)))
  const draft = settlementDraft(store, { firstSlot, slots: dice.between(1, 3) }, typescriptKernel)
  if (!draft.ok) return undefined
  return { act: { kind: 'energy.settle', ...draft.value.claim }, text: `settles from ${firstSlot}` }
}

/** The coordinator brings what a household has not: the same meter-slots, in her own name. */
function substitution(world: World, dice: Dice): Deed | undefined {
  const from = Math.max(MAY, settledUntil(world.reference.store)) - MAY
  const missing = world.meters.find(({ id }) => !world.readings.has(`${id}/${MAY + from}`))
  return missing === undefined
    ? undefined
    : stated(dice, { meter: missing.id, at: from, isCorrection: false })
}

/** Closes what is settled, or objects to what is closed. */
function closing({ reference: { store } }: World, dice: Dice): Deed | undefined {
  const settled = settlementRecords(store, { firstSlot: MAY, slots: 2 * SLOTS_MAX })
  const period = settled.length === 0 ? undefined : dice.pick(settled)
  if (period === undefined) return undefined
  const { firstSlot, slots, isCertified } = period
  return isCertified
    ? { act: { kind: 'energy.object', firstSlot, slots, reason: 'a wrong reading' }, text: 'objects' }
    : { act: { kind: 'energy.finalise', firstSlot, slots }, text: `closes from ${firstSlot}` }
}

/** Somebody joins, a limit changes, or the charter does. */
function household({ reference: { store }, clients }: World, dice: Dice): Deed {
  const newcomer = `guest-${dice.below(3)}`
  const limit = dice.below(8_000_000)
  const from = Math.max(MAY, settledUntil(store)) + dice.between(1, 4)
  const charter = { ...(PROVA_CHARTER as object), version: dice.between(1, 4), from, limit: '4' }
  const deeds: readonly Deed[] = [
    { act: { kind: 'member.join', member: sketchedMember(newcomer) }, text: `takes ${newcomer} in` },
    { act: { kind: 'credit.limit', account: dice.pick(clients).member, limit }, text: 'sets a limit' },
    { act: { kind: 'charter.amend', charter }, text: 'changes the charter' },
  ]
  return dice.pick(deeds)
}

/** From one steward to four, or a set with somebody replaced, or with a new key. */
function growth(world: World, dice: Dice): Deed | undefined {
  const { stewards } = stewardsOf(world.reference.store)
  if (stewards.length === 1)
    return world.wantsQuorum && dice.chance(0.5) ? quorumDeed(world, dice) : undefined
  return world.strikes('new-stewards', 0.5) ? changedSet(world, dice) : undefined
}

/** The coordinator proposes her own box and others'. */
export function quorumDeed(world: World, dice: Dice): Deed {
  const others = dice.shuffled(world.stewards.slice(1)).slice(0, world.size - 1)
  const names = [world.coordinator, ...others.map(({ name }) => name)]
  const act: Act = { kind: 'steward.propose', stewards: names.map((name) => stewardEntry(name, 0)) }
  return { act, text: `proposes the stewards ${names.join(', ')}` }
}

function changedSet(world: World, dice: Dice): Deed {
  const { stewards } = stewardsOf(world.reference.store)
  const at = dice.below(stewards.length)
  const isIn = (name: string): boolean => stewards.some(({ member }) => member === name)
  const free = world.stewards.filter(({ name }) => !isIn(name))
  const isReplaced = free.length > 0 && dice.chance(0.5)
  const next = stewards.map((steward, i) => {
    if (i !== at) return steward
    return isReplaced
      ? stewardEntry(dice.pick(free).name, 0)
      : stewardEntry(steward.member, dice.between(1, 9))
  })
  const text = isReplaced ? 'proposes to replace a steward' : 'proposes a new key of a steward'
  return { act: { kind: 'steward.propose', stewards: next }, text }
}

/** A steward's member approves what is proposed, or proposes herself. */
function stewardDeed(world: World, client: Client, dice: Dice): Deed | undefined {
  const { store } = world.reference
  const { stewards } = stewardsOf(store)
  if (stewards.length === 1 || !stewards.some(({ member }) => member === client.member)) return undefined
  const open = stewardProposals(store).find(({ approvals }) => !approvals.includes(client.member))
  if (open !== undefined && dice.chance(0.7))
    return { act: { kind: 'steward.approve', proposal: open.id }, text: `approves ${open.id}` }
  return world.strikes('new-stewards', 0.08) ? changedSet(world, dice) : undefined
}
