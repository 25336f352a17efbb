import { slot } from '@tri/units'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  apply,
  balanceOf,
  balances,
  communityHead,
  holds,
  memoryStore,
  settlementRecords,
  stateDigest,
  sumOfBalances,
  type Act,
  type SignedOperation,
} from '../src/index.ts'
import {
  MAY,
  anyCommunity,
  sketchedMember,
  stageFor,
  states,
  type Sketch,
  type Stage,
} from '../src/testing/index.ts'

/** A move by whoever the numbers point at; most make sense, some are refused, as in life. */
type Move =
  | { readonly is: 'pay' | 'hold'; readonly from: number; readonly to: number; readonly amount: number }
  | { readonly is: 'capture' | 'release'; readonly hold: number; readonly part: number }
  | {
      readonly is: 'state'
      readonly by: number
      readonly block: number
      readonly wh: readonly number[]
      readonly correction: boolean
    }
  | { readonly is: 'settle' | 'restate' | 'finalise' | 'object'; readonly block: number }
  | { readonly is: 'limit'; readonly of: number; readonly amount: number }
  | { readonly is: 'join' | 'leave'; readonly who: number }
  | { readonly is: 'again'; readonly nth: number }
  | { readonly is: 'wait'; readonly hours: number }

const who = fc.nat(5)
const block = fc.nat(2)
const amount = fc.integer({ min: 1, max: 2_000_000 })
const anyMove: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ is: fc.constantFrom('pay' as const, 'hold' as const), from: who, to: who, amount }),
  fc.record({
    is: fc.constantFrom('capture' as const, 'release' as const),
    hold: who,
    part: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    is: fc.constant('state' as const),
    by: who,
    block,
    wh: fc.array(fc.nat(900), { minLength: 8, maxLength: 8 }),
    correction: fc.boolean(),
  }),
  fc.record({
    is: fc.constantFrom('settle' as const, 'restate' as const, 'finalise' as const, 'object' as const),
    block,
  }),
  fc.record({ is: fc.constant('limit' as const), of: who, amount }),
  fc.record({ is: fc.constantFrom('join' as const, 'leave' as const), who }),
  fc.record({ is: fc.constant('again' as const), nth: fc.nat(30) }),
  fc.record({ is: fc.constant('wait' as const), hours: fc.nat(30) }),
)

const HOUR = 4
const OWN_ACTS = new Set(['credit.transfer', 'credit.hold'])

/** Walks a community through moves and looks at every law after each. */
class Walk {
  readonly stage: Stage
  readonly sketch: Sketch
  readonly seen: SignedOperation[] = []

  constructor(sketch: Sketch) {
    this.sketch = sketch
    this.stage = stageFor(sketch)
  }

  member(n: number): string {
    return this.sketch.members[n % this.sketch.members.length]?.id ?? 'coop'
  }

  /** Applies an act, or an operation again, and checks that a refusal leaves no trace. */
  play(by: string, act: Act | SignedOperation): void {
    const { store } = this.stage.book
    const signed = 'bytes' in act ? act : this.stage.signed(by, act)
    const before = stateDigest(store)
    const played = this.stage.book.apply(signed)
    const isKnown = played.ok && played.value[0]?.is === 'operation-repeated'
    if (!played.ok || isKnown) expect(stateDigest(store)).toBe(before)
    else this.seen.push(signed)
    if (played.ok && !isKnown && OWN_ACTS.has(signed.operation.kind))
      expect(balanceOf(store, by)?.available).toBeGreaterThanOrEqual(0)
    expect(sumOfBalances(store)).toBe(0)
    for (const { account, held } of balances(store)) {
      const open = holds(store, account).filter(({ from }) => from === account)
      expect(open.reduce((sum, hold) => sum + hold.amount, 0)).toBe(held)
    }
  }

  make(move: Move): void {
    const { stage } = this
    const at = slot(MAY + HOUR * ('block' in move ? move.block : 0))
    switch (move.is) {
      case 'pay':
        return this.play(this.member(move.from), {
          kind: 'credit.transfer',
          to: this.member(move.to),
          amount: move.amount,
        })
      case 'hold': {
        const holdExpiresAt = stage.now() + 36_000_000
        return this.play(this.member(move.from), {
          kind: 'credit.hold',
          to: this.member(move.to),
          amount: move.amount,
          holdExpiresAt,
        })
      }
      case 'capture':
      case 'release': {
        const open = holds(stage.book.store)
        const hold = open[move.hold % Math.max(1, open.length)]
        if (hold === undefined) return undefined
        const part = Math.ceil(hold.amount / move.part)
        return this.play(
          hold.to,
          move.is === 'release'
            ? { kind: 'credit.release', hold: hold.id }
            : { kind: 'credit.capture', hold: hold.id, amount: part },
        )
      }
      case 'state': {
        const wh = (n: number): readonly (readonly [number, number])[] =>
          Array.from({ length: HOUR }, (_, t) => [move.wh[(t + n) % 8] ?? 0, move.wh[(2 * t + n) % 8] ?? 0])
        const told = this.sketch.meters.map(({ id }, n) => ({
          meter: id,
          firstSlot: at,
          wh: wh(n),
          quality: 1 + (n % 2),
        }))
        return this.play(move.by < 2 ? this.member(move.by) : 'coop', states(told, move.correction))
      }
      case 'settle':
        return void stage.settles(at, HOUR)
      case 'restate':
        return void stage.restates(at, HOUR)
      case 'finalise':
        return this.play('coop', { kind: 'energy.finalise', firstSlot: at, slots: HOUR })
      case 'object':
        return this.play(this.member(1), {
          kind: 'energy.object',
          firstSlot: at,
          slots: 1,
          reason: 'Please look again.',
        })
      case 'limit':
        return this.play('coop', { kind: 'credit.limit', account: this.member(move.of), limit: move.amount })
      case 'join':
        return this.play('coop', { kind: 'member.join', member: sketchedMember(`guest-${move.who}`) })
      case 'leave':
        return this.play('coop', { kind: 'member.leave', member: `guest-${move.who}` })
      case 'again': {
        const known = this.seen[move.nth % Math.max(1, this.seen.length)]
        return known === undefined ? undefined : this.play(known.operation.by, known)
      }
      case 'wait':
        return stage.pass(move.hours * 3_600_000)
    }
  }
}

test('whatever members do, in any order: credit sums to zero, own acts stay within the limit, refusals leave no trace, and the log replayed gives the same book', () => {
  fc.assert(
    fc.property(anyCommunity, fc.array(anyMove, { minLength: 10, maxLength: 40 }), (sketch, moves) => {
      const walk = new Walk(sketch)
      for (const move of moves) {
        walk.make(move)
        expect(sumOfBalances(walk.stage.book.store)).toBe(0)
      }
      const { book, kernel } = walk.stage
      for (const record of settlementRecords(book.store, { firstSlot: MAY, slots: 3 * HOUR }))
        expect(record.versions.map(({ version }) => version)).toEqual(record.versions.map((_, i) => i + 1))
      const store = memoryStore()
      for (const operation of book.operations(1)) expect(apply(store, operation, { kernel }).ok).toBe(true)
      expect(communityHead(store)).toEqual(communityHead(book.store))
      expect(stateDigest(store)).toBe(stateDigest(book.store))
    }),
    { numRuns: 60, endOnFailure: true },
  )
})
