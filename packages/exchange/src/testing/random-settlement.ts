import { must, present, slot, type Outcome } from '@tri/units'

import { charterFrom, type Charter } from '../charter.ts'
import { decimalText } from '../decimal.ts'
import { neighbourTree, type MeterPlace, type NetworkNode } from '../neighbour-tree.ts'
import { RINGS } from '../ring.ts'
import { ruleUses, RULE_NAMES, type RuleName } from '../rules/rule-name.ts'
import { QUALITY, type SettlementInput } from '../settlement-input.ts'
import { seededDice, type Dice } from './synthetic-community.ts'

/** What a random settlement is kept to; the rest is drawn. */
export interface RandomSettlement {
  readonly rule?: RuleName
  readonly metersMost?: number
  readonly slots?: number
  readonly matchOn?: Charter['matchOn']
  readonly split?: Charter['split']
}

/** A whole hour, so that every rule can settle it; an hour before midnight UTC, so that most periods touch two days. */
const FIRST_SLOT = slot(1_975_100)

/**
 * Any community with any charter and any statements, drawn from a seed: the input of property tests.
 *
 * @returns a network of up to twice as many nodes as meters, several meters a member, prosumers, gaps, zeros and large
 *          values; usable and fitting, so it settles
 */
export function randomSettlement(seed: number, kept: RandomSettlement = {}): SettlementInput {
  const dice = seededDice(seed)
  const { nodes, places } = drawnNetwork(dice, kept.metersMost ?? 12)
  const tree = usable(neighbourTree(nodes, places))
  const slots = kept.slots ?? 4 * (1 + below(dice, 4))
  const cells = tree.meters.length * slots
  const importWh = new Int32Array(cells)
  const exportWh = new Int32Array(cells)
  const quality = new Uint8Array(cells)
  for (let i = 0; i < cells; i++) {
    quality[i] = dice() < 0.05 ? QUALITY.missing : 1 + below(dice, 3)
    if (quality[i] === QUALITY.missing) continue
    importWh[i] = drawnEnergy(dice)
    exportWh[i] = drawnEnergy(dice)
  }
  return {
    community: `random-${seed}`,
    tree,
    memberOf: tree.meters.map(() => `member-${below(dice, tree.meters.length)}`),
    charter: drawnCharter(dice, tree.meters, kept),
    firstSlot: FIRST_SLOT,
    slots,
    importWh,
    exportWh,
    quality,
  }
}

function below(dice: Dice, bound: number): number {
  return Math.floor(dice() * bound)
}

function usable<T>(outcome: Outcome<T, unknown>): T {
  must(outcome.ok, 'what the dice draw is usable', outcome.ok ? {} : { refusal: outcome.refusal })
  return outcome.value
}

function drawnEnergy(dice: Dice): number {
  const kind = dice()
  if (kind < 0.4) return 0
  return below(dice, kind < 0.6 ? 8 : 3000)
}

function drawnNetwork(dice: Dice, metersMost: number): { nodes: NetworkNode[]; places: MeterPlace[] } {
  const distance = [3 + below(dice, 2)]
  const ringAt = (i: number): NetworkNode['ring'] =>
    present(RINGS[distance[i] ?? 0], 'a ring for each distance')
  const nodes: NetworkNode[] = [{ id: 'node-0', ring: ringAt(0), ohm: 0 }]
  const count = 1 + below(dice, 2 * metersMost)
  for (let i = 1; i < count; i++) {
    const parent = below(dice, i)
    distance.push(below(dice, (distance[parent] ?? 0) + 1))
    const ohm = below(dice, 1000) / 1000
    nodes.push({ id: `node-${i}`, ring: ringAt(i), parent: `node-${parent}`, ohm })
  }
  const places = Array.from({ length: 1 + below(dice, metersMost) }, (_, i) => ({
    meter: `meter-${i}`,
    node: `node-${below(dice, count)}`,
  }))
  return { nodes, places }
}

function drawnCharter(dice: Dice, meters: readonly string[], kept: RandomSettlement): Charter {
  const rule = kept.rule ?? present(RULE_NAMES[below(dice, RULE_NAMES.length)], 'a rule')
  const some = (most: number): Record<string, number> =>
    Object.fromEntries(meters.filter(() => dice() < 0.5).map((meter) => [meter, 1 + below(dice, most)]))
  const isPaired = ruleUses(rule, 'pairs') && dice() < 0.5
  return usable(
    charterFrom({
      rule,
      split: kept.split ?? (dice() < 0.5 ? 'systematic' : 'largest-remainder'),
      matchOn: kept.matchOn ?? (dice() < 0.7 ? 'network' : 'rings'),
      creditPerKwh: drawnPrices(dice),
      feePerKwh: dice() < 0.5 ? '0' : '0.003',
      ...(ruleUses(rule, 'keys') && !isPaired ? { keys: drawnKeys(dice, meters) } : {}),
      ...(isPaired
        ? { pairs: Object.fromEntries(meters.map((meter) => [meter, drawnKeys(dice, meters)])) }
        : {}),
      ...(ruleUses(rule, 'participation') ? { participation: some(100) } : {}),
      ...(ruleUses(rule, 'priorities') && dice() < 0.5 ? { priorities: some(3) } : {}),
    }),
  )
}

function drawnPrices(dice: Dice): Record<string, string> {
  let price = below(dice, 200)
  const rings = RINGS.filter((ring) => ring !== 'grid')
  return Object.fromEntries(
    rings.map((ring) => {
      price += below(dice, 30)
      return [ring, decimalText(price, 3)]
    }),
  )
}

/** Keys that sum to 1, some of them 0. */
function drawnKeys(dice: Dice, meters: readonly string[]): Record<string, string> {
  const cuts = meters.slice(1).map(() => below(dice, 1_000_001))
  const marks = [0, ...cuts.sort((a, b) => a - b), 1_000_000]
  return Object.fromEntries(
    meters.map((meter, i) => [meter, decimalText((marks[i + 1] ?? 0) - (marks[i] ?? 0), 6)]),
  )
}
