import { memoryBook, type MeterEntry } from '@tri/community'
import { JUNE_MS } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { present } from '@tri/units'

import { agendaFrom } from './agenda.ts'
import { diceOf, type Dice } from './dice.ts'
import type { Plant, Trouble } from './trouble.ts'
import type { Chain, World } from './world.ts'

export const COORDINATOR = 'coop'
/** Meters in one street: what one gives the other can take. */
export const METERS: readonly MeterEntry[] = [
  { id: 'm1', member: 'anna', site: 'casa-1', from: 0 },
  { id: 'm2', member: 'bruno', site: 'casa-2', from: 0 },
]

/** What decides a run. */
export interface RunOptions {
  readonly seed: number
  /** Kinds of trouble that are left out. */
  readonly without?: ReadonlySet<Trouble>
  /** A mistake to be found, in one steward. */
  readonly plant?: Plant
  /** Gets each line of the trace. */
  readonly trace?: (line: string) => void
}

/** A world without boxes and people, whose first block the coordinator will sign alone. */
export function emptyWorld({ seed, without = new Set(), trace }: RunOptions): World {
  const agenda = agendaFrom(JUNE_MS)
  const streams = new Map<string, Dice>()
  const signatures = new Set<string>()
  const world: World = {
    seed,
    agenda,
    chain: emptyChain(),
    reference: memoryBook({ kernel: typescriptKernel, isSigned: () => true }),
    stewards: [],
    clients: [],
    meters: METERS,
    signedBy: new Map(),
    verified: new Set(),
    payees: new Map(),
    readings: new Map(),
    community: 'prova',
    coordinator: COORDINATOR,
    startedAt: JUNE_MS,
    isCalm: false,
    isOrderedTogether: false,
    calmAt: 0,
    steps: 0,
    engine: 'single',
    wantsQuorum: false,
    size: 4,
    inFlight: undefined,
    actsLeft: 0,
    counts: {},
    dice(purpose) {
      const dice = streams.get(purpose) ?? diceOf(seed, purpose)
      streams.set(purpose, dice)
      return dice
    },
    strikes(trouble, probability) {
      const strikes = world.dice(trouble).chance(probability)
      return strikes && !world.isCalm && !without.has(trouble)
    },
    tell(who, text) {
      const seconds = ((agenda.now - JUNE_MS) / 1000).toFixed(3)
      trace?.(`${String(world.steps).padStart(5)} ${seconds.padStart(8)} s  ${who.padEnd(11)} ${text()}`)
    },
    count: (what) => void (world.counts[what] = (world.counts[what] ?? 0) + 1),
    signed: (name, height, root) => void signatures.add(`${name} ${height} ${root}`),
    hasSigned: (name, height, root) => signatures.has(`${name} ${height} ${root}`),
    stewardsChanged: () => undefined,
    steward: (name) => named(world.stewards, name),
    client: (name) => named(world.clients, name),
  }
  return world
}

function emptyChain(): Chain {
  const sets = [{ from: 1, names: [COORDINATOR] }]
  return { blocks: [], finals: new Map(), sets, nonces: new Map(), digests: [] }
}

function named<T extends { readonly name: string }>(list: readonly T[], name: string): T {
  const one = list.find((other) => other.name === name)
  return present(one, 'nobody is asked for who is not there')
}
