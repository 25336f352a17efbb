import { typescriptKernel, type MatchKernel } from '@tri/exchange'
import { must, slot, type Outcome } from '@tri/units'
import type { KeyPair } from '@tri/units/crypto'

import { memoryBook, type Book } from '../book.ts'
import type { CommunityEvent } from '../event.ts'
import type {
  Act,
  Envelope,
  Operation,
  SignedOperation,
  StatementColumns,
  StewardEntry,
} from '../operation.ts'
import { communityHead } from '../queries.ts'
import type { CommunityRefusal, CommunityRefusalName } from '../refusal.ts'
import { restatementDraft, settlementDraft } from '../settlement.ts'
import { signOperation } from '../sign-operation.ts'
import { signedAct } from '../signed-act.ts'
import { statementOf } from '../statement-batches.ts'
import { seededKey, type Sketch } from './prova.ts'

/** 1 May 2026, 00:00 UTC: where stages begin. */
export const MAY = slot(1_975_104)
/** Noon on 1 June 2026: all of May is over. */
export const JUNE_MS = 1_780_315_200_000

/** What came of an act. */
export type Played = Outcome<readonly CommunityEvent[], CommunityRefusal>

/** A book with a clock and everybody's keys: members act in it as they would through their nodes. */
export interface Stage {
  readonly book: Book
  readonly kernel: MatchKernel
  /** Signs and applies an act; `envelope` replaces what the envelope would say. */
  act(by: string, act: Act, envelope?: Partial<Envelope>): Played
  /** The signed operation, not applied. */
  signed(by: string, act: Act, envelope?: Partial<Envelope>): SignedOperation
  /** As `act`, for what must not be refused. */
  does(by: string, act: Act, envelope?: Partial<Envelope>): readonly CommunityEvent[]
  /** The name of the refusal an act meets. */
  refusalOf(by: string, act: Act, envelope?: Partial<Envelope>): CommunityRefusalName | undefined
  /** The coordinator settles a range as the book computes it. */
  settles(firstSlot: number, slots: number): Played
  /** The coordinator restates a range as the book computes it. */
  restates(firstSlot: number, slots: number): Played
  /** Moves the clock, in ms. */
  pass(ms: number): void
  now(): number
}

interface StageOptions {
  readonly kernel?: MatchKernel
  readonly book?: Book
  readonly at?: number
  readonly isFounded?: boolean
}

/** A stage for a community, founded by its coordinator unless told otherwise. */
export function stageFor(sketch: Sketch, options: StageOptions = {}): Stage {
  const kernel = options.kernel ?? typescriptKernel
  const book = options.book ?? memoryBook({ kernel })
  let now = options.at ?? JUNE_MS
  let count = 0
  const signed: Stage['signed'] = (by, act, envelope = {}) => {
    const key = keyOf(by)
    const base = { by, key, id: `op-${++count}`, at: now, community: sketch.community }
    const plain = signedAct(book.store, base, act)
    if (Object.keys(envelope).length === 0) return plain
    const operation: Operation = { ...plain.operation, ...envelope }
    return signOperation(key, operation)
  }
  const act: Stage['act'] = (by, what, envelope) => book.apply(signed(by, what, envelope))
  const claims = (
    range: { firstSlot: number; slots: number },
    kind: 'energy.settle' | 'energy.restate',
  ): Played => {
    const draft = kind === 'energy.settle' ? settlementDraft : restatementDraft
    const found = draft(book.store, { firstSlot: slot(range.firstSlot), slots: range.slots }, kernel)
    if (!found.ok) return found
    const { claim, version } = found.value
    return act(
      sketch.coordinator,
      kind === 'energy.settle' ? { kind, ...claim } : { kind, version, ...claim },
    )
  }
  const stage: Stage = {
    book,
    kernel,
    act,
    signed,
    does: (by, what, envelope) => applied(act(by, what, envelope)),
    refusalOf(by, what, envelope) {
      const played = act(by, what, envelope)
      return played.ok ? undefined : played.refusal.is
    },
    settles: (firstSlot, slots) => claims({ firstSlot, slots }, 'energy.settle'),
    restates: (firstSlot, slots) => claims({ firstSlot, slots }, 'energy.restate'),
    pass: (ms) => void (now += ms),
    now: () => now,
  }
  const isNew = communityHead(book.store) === undefined
  if (isNew && options.isFounded !== false) stage.does(sketch.coordinator, foundingOf(sketch))
  return stage
}

/** The act that founds a sketched community. */
export function foundingOf(sketch: Sketch): Act {
  const { name, timezone, coordinator, network, members, meters, charter, leafSecret } = sketch
  const blinded = leafSecret === undefined ? {} : { leafSecret }
  return {
    kind: 'community.found',
    name,
    timezone,
    coordinator,
    network,
    members,
    meters,
    charter,
    ...blinded,
  }
}

const keys = new Map<string, KeyPair>()

function keyOf(name: string): KeyPair {
  const key = keys.get(name) ?? seededKey(name)
  keys.set(name, key)
  return key
}

/** The events of an act that had to be applied. */
export function applied(played: Played): readonly CommunityEvent[] {
  must(
    played.ok,
    'the stage’s act is applied',
    played.ok ? {} : { is: played.refusal.is, ...played.refusal.details },
  )
  return played.value
}

/** Import and export in Wh, slot by slot; `quality` is 1, measured, unless said. */
export interface Told {
  readonly meter: string
  readonly firstSlot: number
  readonly wh: readonly (readonly [importWh: number, exportWh: number])[]
  readonly quality?: number
}

/** Statements written as pairs of import and export, measured unless told otherwise. */
export function told({ meter, firstSlot, wh, quality = 1 }: Told): StatementColumns {
  return statementOf(meter, firstSlot, {
    importWh: Int32Array.from(wh, ([importWh]) => importWh),
    exportWh: Int32Array.from(wh, ([, exportWh]) => exportWh),
    quality: new Uint8Array(wh.length).fill(quality),
  })
}

/** The act that states what was told; a correction when said so. */
export function states(statements: readonly Told[], correction = false): Act {
  return { kind: 'energy.statements', correction, statements: statements.map(told) }
}

/** Entries for members who keep the book, with keys of which the seeds are their ids. */
export function stewardsNamed(members: readonly string[]): StewardEntry[] {
  return members.map((member) => ({
    member,
    key: keyOf(`${member}/steward`).publicKey,
    node: keyOf(`${member}/node`).publicKey.slice(0, 20),
    tls: keyOf(`${member}/door`).publicKey,
    addresses: [`${member}.example:26656`],
  }))
}

/** The act that proposes members as stewards. */
export function proposing(members: readonly string[]): Act {
  return { kind: 'steward.propose', stewards: stewardsNamed(members) }
}
