import { PRIORITY_MAX, type ByMeter, type Charter } from '../charter.ts'
import type { NeighbourTree } from '../neighbour-tree.ts'
import { apportionBy, sumOf, type Apportion } from './apportion.ts'
import { cappedKey, cappedKeyRounds, equalShare, inTiers, poolMin, proRata, type Fill } from './fill.ts'
import { pairMatrix } from './pair-matrix.ts'
import { participation } from './participation.ts'
import { RULES, type RuleName } from './rule-name.ts'
import type { RuleInterval, RuleParts, SharingRule } from './sharing-rule.ts'
import { substationPools } from './substation-pools.ts'

// What every named rule is made of is a line or two here; the primitives are in `fill.ts` and `pair-matrix.ts`.

// Seed of the split over the producers; the fills use small numbers, see `fill.ts`.
const KEY_SURPLUS = 0x4000_0000

type Allocate = SharingRule['allocate']

/**
 * The sharing rule that a charter names, bound to a community's meters.
 *
 * @param charter one that fits the community, see `charterFit`
 * @returns       the rule; it keeps scratch columns, so one object serves one settlement at a time
 * @see           docs/maths/sharing.md, with a trace of each rule
 */
export function sharingRule(charter: Charter, tree: NeighbourTree): SharingRule {
  const { meters } = tree
  const apportion = apportionBy(charter.split)
  const allocate = ALLOCATIONS[charter.rule]({ charter, tree, meters, apportion })
  return { name: charter.rule, ...RULES[charter.rule], allocate }
}

interface Bound {
  readonly charter: Charter
  readonly tree: NeighbourTree
  readonly meters: readonly string[]
  readonly apportion: Apportion
}

const ALLOCATIONS: Readonly<Record<RuleName, (bound: Bound) => Allocate>> = {
  'neighbour-first': () => everythingOffered,
  'pro-rata': (bound) => poured(bound, tiered(bound, proRata(bound.apportion))),
  static: (bound) =>
    bound.charter.pairs === undefined
      ? poured(bound, cappedKey(bound.apportion, keysOf(bound)))
      : pairMatrix(bound.apportion, pairRows(bound.charter.pairs, bound.meters)),
  'static-rounds': (bound) => poured(bound, tiered(bound, cappedKeyRounds(bound.apportion, keysOf(bound)))),
  'equal-share': (bound) => poured(bound, tiered(bound, equalShare(bound.apportion))),
  'italy-cer': (bound) =>
    inPools(substationPools(bound.tree), poured(bound, tiered(bound, proRata(bound.apportion)))),
  'austria-static': (bound) => factored(bound, poured(bound, cappedKey(bound.apportion, keysOf(bound)))),
  'austria-dynamic': (bound) => factored(bound, poured(bound, proRata(bound.apportion))),
}

/** Neighbour first limits nobody: all surplus and all need are offered, and the matching decides. */
function everythingOffered({ needWh, surplusWh }: RuleInterval, { takenWh, givenWh }: RuleParts): void {
  takenWh.set(needWh)
  givenWh.set(surplusWh)
}

/** All surplus in one pot; what is taken from it is charged to the producers in proportion to their surplus. */
function poured({ apportion }: Bound, fill: Fill): Allocate {
  return ({ interval, needWh, surplusWh }, { takenWh, givenWh }) => {
    fill(sumOf(surplusWh), needWh, takenWh, interval)
    apportion(sumOf(takenWh), surplusWh, givenWh, { interval, key: KEY_SURPLUS })
  }
}

/** The priorities around a fill, where the charter has any. */
function tiered({ charter, meters }: Bound, fill: Fill): Fill {
  if (charter.priorities === undefined) return fill
  return inTiers(fill, byColumn(charter.priorities, meters, PRIORITY_MAX + 1))
}

/** Each pool shares on its own. */
function inPools(pools: readonly Int32Array[], allocate: Allocate): Allocate {
  const [only] = pools
  if (pools.length === 1 && only?.every((inside) => inside === 1)) return allocate
  return (interval, { takenWh, givenWh }) => {
    takenWh.fill(0)
    givenWh.fill(0)
    for (const inside of pools) {
      const pool = {
        ...interval,
        needWh: interval.needWh.map((wh, i) => wh * (inside[i] ?? 0)),
        surplusWh: interval.surplusWh.map((wh, i) => wh * (inside[i] ?? 0)),
      }
      if (poolMin(pool.surplusWh, pool.needWh) === 0) continue
      const parts = { takenWh: new Int32Array(takenWh.length), givenWh: new Int32Array(givenWh.length) }
      allocate(pool, parts)
      for (let i = 0; i < takenWh.length; i++) {
        takenWh[i] = (takenWh[i] ?? 0) + (parts.takenWh[i] ?? 0)
        givenWh[i] = (givenWh[i] ?? 0) + (parts.givenWh[i] ?? 0)
      }
    }
  }
}

/** The rule sees only the part of each meter's energy that takes part in this community. */
function factored({ charter, meters }: Bound, allocate: Allocate): Allocate {
  if (charter.participation === undefined) return allocate
  const factor = participation(charter.split, byColumn(charter.participation, meters, 100), meters)
  const seen = { needWh: new Int32Array(meters.length), surplusWh: new Int32Array(meters.length) }
  return ({ interval, needWh, surplusWh }, parts) => {
    factor(needWh, seen.needWh, interval)
    factor(surplusWh, seen.surplusWh, interval)
    allocate({ interval, ...seen }, parts)
  }
}

function keysOf({ charter, meters }: Bound): Int32Array {
  return byColumn(charter.keys ?? {}, meters, 0)
}

function pairRows(
  pairs: Readonly<Record<string, ByMeter>>,
  meters: readonly string[],
): { readonly producer: number; readonly keys: Int32Array }[] {
  const rows = new Map(Object.entries(pairs))
  return meters.flatMap((meter, producer) => {
    const row = rows.get(meter)
    return row === undefined ? [] : [{ producer, keys: byColumn(row, meters, 0) }]
  })
}

// A Map, because a meter may be called "constructor".
function byColumn(values: ByMeter, meters: readonly string[], otherwise: number): Int32Array {
  const of = new Map(Object.entries(values))
  return Int32Array.from(meters, (meter) => of.get(meter) ?? otherwise)
}
