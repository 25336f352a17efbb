import { merklePath, rootOfPath, hex } from '@tri/units/crypto'
import { slot } from '@tri/units'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  QUALITY,
  edgeCostWhOhm,
  flowsOf,
  meterLeaf,
  meterSalts,
  meterShare,
  neighbourTree,
  restate,
  settle,
  typescriptKernel,
  webAssemblyKernel,
  type NeighbourTree,
  type SettlementInput,
} from '../src/index.ts'
import { randomSettlement, seededDice, type RandomSettlement } from '../src/testing/index.ts'
import { matchWasm } from './match-wasm.ts'

const seeds = fc.integer({ min: 0, max: 0x7fffffff })
const SECRET = new Uint8Array(32).fill(7)
const sum = (values: Iterable<number>): number => [...values].reduce((before, value) => before + value, 0)

/** A law over random communities, charters, networks and statements. */
function law(
  title: string,
  holds: (input: SettlementInput, seed: number) => void,
  kept: RandomSettlement = {},
) {
  it(title, () => {
    fc.assert(fc.property(seeds, (seed) => holds(randomSettlement(seed, kept), seed)))
  })
}

const webassembly = webAssemblyKernel(matchWasm)
const settled = (input: SettlementInput) => settle(input, typescriptKernel)

describe('every settlement', () => {
  law('neither makes nor loses credit', (input) => {
    const { members, commonsMicroCredit, totals } = settled(input)
    expect(sum(members.map((member) => member.creditMicroCredit)) + commonsMicroCredit).toBe(0)
    expect(totals.sumMicroCredit).toBe(0)
  })

  law('balances every member’s import and export to the Wh', (input) => {
    for (const one of settled(input).members) {
      expect(one.importWh).toBe(one.sharedReceivedWh + one.ownWh + one.gridImportWh)
      expect(one.exportWh).toBe(one.sharedGivenWh + one.ownWh + one.gridExportWh)
      expect(Math.min(one.gridImportWh, one.gridExportWh, one.ownWh)).toBeGreaterThanOrEqual(0)
    }
  })

  law('balances every slot and ring: flows out are flows in, and the rest is the grid’s', (input) => {
    const flows = flowsOf(input, typescriptKernel, input)
    const { intervals, meters, rings } = flows
    const cells = meters.length * intervals
    for (let t = 0; t < intervals; t++) {
      const inSlot = (values: Int32Array, ring = 0) =>
        meters.map((_, column) => values[ring * cells + column * intervals + t]!)
      for (const ring of rings.keys()) expect(sum(inSlot(flows.flowWh, ring))).toBe(0)
      expect(sum(inSlot(flows.exportWh)) + sum(inSlot(flows.gridImportWh))).toBe(
        sum(inSlot(flows.importWh)) + sum(inSlot(flows.gridExportWh)),
      )
    }
    expect(Math.min(0, ...flows.gridImportWh, ...flows.gridExportWh, ...flows.ownWh)).toBe(0)
  })

  law('adds up its own flows', (input) => {
    const { totals, members } = settled(input)
    const flows = flowsOf(input, typescriptKernel, input)
    const received = sum(flows.flowWh.filter((wh) => wh > 0))
    const own = sum(flows.ownWh)
    expect(received + own).toBe(totals.sharedWh + totals.ownWh)
    expect(sum(flows.gridImportWh)).toBe(totals.gridImportWh)
    expect(sum(members.map((member) => member.missingSlots))).toBe(totals.missingSlots)
  })

  law('never shares a member’s own use on net basis', (input) => {
    const flows = flowsOf(input, typescriptKernel, input)
    if (flows.basis === 'gross') return
    for (let i = 0; i < flows.importWh.length; i++) {
      const own = Math.min(flows.importWh[i]!, flows.exportWh[i]!)
      expect(flows.ownWh[i]).toBe(own)
      const cells = flows.importWh.length
      const moved = flows.rings.map((_, ring) => flows.flowWh[ring * cells + i]!)
      const received = sum(moved.filter((wh) => wh > 0))
      const given = -sum(moved.filter((wh) => wh < 0))
      expect(received).toBeLessThanOrEqual(flows.importWh[i]! - own)
      expect(given).toBeLessThanOrEqual(flows.exportWh[i]! - own)
    }
  })

  law('shares nothing of a reading that is missing', (input) => {
    const silent = { ...input, importWh: input.importWh.map(() => 0), exportWh: input.exportWh.map(() => 0) }
    silent.quality.fill(QUALITY.missing)
    const { totals } = settled(silent)
    expect(totals).toMatchObject({ importWh: 0, exportWh: 0, sharedWh: 0, gridImportWh: 0, ownWh: 0 })
    expect(totals.missingSlots).toBe(input.slots * input.tree.meters.length)
  })

  law('is the same again, byte for byte', (input) => {
    const first = settled(input)
    const again = settled(structuredClone(input))
    expect(again).toEqual(first)
    expect(restate(first, again).members).toEqual([])
  })

  law('is the same with either kernel, byte for byte', (input) => {
    expect(settle(input, webassembly)).toEqual(settled(input))
  })

  law('is the same in any order of network and meters', (input, seed) => {
    const first = settled(input)
    const shuffled = { ...input, tree: regrown(input.tree, seed) }
    expect(settled(shuffled).root).toBe(first.root)
    expect(settled(shuffled).members).toEqual(first.members)
  })

  law('is the sum of its hours', (input) => {
    const whole = settled(input)
    const givenWh = new Float64Array(whole.givenWh.length)
    for (let at = 0; at < input.slots; at += 4) {
      const hour = settled(cut(input, at, 4))
      for (let i = 0; i < givenWh.length; i++) givenWh[i] = givenWh[i]! + hour.givenWh[i]!
    }
    expect(givenWh).toEqual(whole.givenWh)
  })
})

describe('a correction', () => {
  law('posts exactly the difference, so that old and correction give the new', (input, seed) => {
    const before = settled(input)
    const after = settled(corrected(input, seed))
    const difference = new Map(restate(before, after).members.map((one) => [one.member, one]))
    for (const [i, member] of after.members.entries()) {
      const change = difference.get(member.member)
      const was = before.members[i]!
      expect(was.creditMicroCredit + (change?.creditMicroCredit ?? 0)).toBe(member.creditMicroCredit)
      expect(was.importWh + (change?.importWh ?? 0)).toBe(member.importWh)
      for (const line of member.lines) {
        const receivedBefore = was.lines.find(({ ring }) => ring === line.ring)?.receivedWh ?? 0
        const changed = change?.lines.find(({ ring }) => ring === line.ring)?.receivedWh ?? 0
        expect(receivedBefore + changed).toBe(line.receivedWh)
      }
    }
    expect(settled(input).root).toBe(before.root)
  })
})

describe('the root', () => {
  law('is proved by a member from her own columns alone', (input) => {
    const settlement = settled(input)
    for (const [column, meter] of input.tree.meters.entries()) {
      const { header, columns, intervalSlots } = meterShare(input, typescriptKernel, meter)
      expect(intervalSlots).toBe(settlement.intervalSlots)
      const leaf = meterLeaf(header, columns)
      expect(leaf).toEqual(settlement.leaves[column])
      expect(hex(rootOfPath(leaf, merklePath(settlement.leaves, column)))).toBe(settlement.root)
    }
  })

  law(
    'with a secret, is proved as well, and whoever guesses a neighbour’s columns does not find her leaf',
    (plain) => {
      const input = { ...plain, leafSecret: SECRET }
      const { leaves, root } = settled(input)
      expect(root).not.toBe(settled(plain).root)
      const shares = input.tree.meters.map((meter) => meterShare(input, typescriptKernel, meter))
      for (const [column, { header, columns }] of shares.entries()) {
        const { salt, ...unsalted } = header
        expect(salt).toHaveLength(16)
        const leaf = meterLeaf(header, columns)
        expect(hex(rootOfPath(leaf, merklePath(leaves, column)))).toBe(root)
        expect(leaves).not.toContainEqual(meterLeaf(unsalted, columns))
        // Nor with the salt that a neighbour has in her own proof.
        const hers = shares[(column + 1) % shares.length]?.header.salt
        if (shares.length > 1 && hers !== undefined)
          expect(leaves).not.toContainEqual(meterLeaf({ ...unsalted, salt: hers }, columns))
      }
    },
  )

  law('with a secret, has no salt in common with that of corrected statements', (input, seed) => {
    const before = meterSalts({ ...input, leafSecret: SECRET }) ?? []
    const quality = input.quality.slice()
    const at = seed % quality.length
    quality[at] = quality[at] === QUALITY.estimated ? QUALITY.measured : QUALITY.estimated
    const after = new Set((meterSalts({ ...input, quality, leafSecret: SECRET }) ?? []).map(hex))
    expect(after.size).toBe(input.tree.meters.length)
    expect(before.filter((salt) => after.has(hex(salt)))).toEqual([])
    expect(meterSalts(input)).toBeUndefined()
  })

  law('changes with any reading, its quality, the charter’s version and the community', (input, seed) => {
    const { root } = settled(input)
    const at = seed % input.quality.length
    const quality = input.quality.slice()
    quality[at] = quality[at] === QUALITY.estimated ? QUALITY.measured : QUALITY.estimated
    expect(settled({ ...input, quality }).root).not.toBe(root)
    const charter = { ...input.charter, version: input.charter.version + 1 }
    expect(settled({ ...input, charter }).root).not.toBe(root)
    expect(settled({ ...input, community: 'another' }).root).not.toBe(root)
  })
})

describe('what the ways of the energy weigh', () => {
  law(
    'is the least possible under neighbour first, by the formula over the edges',
    (input) => {
      const weight = settled(input).totals.lossWeightedWhOhm
      expect(Math.abs(weight - least(input))).toBeLessThanOrEqual(1e-9 * Math.max(1, least(input)))
    },
    { rule: 'neighbour-first', matchOn: 'network' },
  )

  it.each(['pro-rata', 'static', 'static-rounds', 'equal-share'] as const)(
    'is never less under %s',
    (rule) => {
      fc.assert(
        fc.property(seeds, (seed) => {
          const input = randomSettlement(seed, { rule, matchOn: 'network' })
          expect(settled(input).totals.lossWeightedWhOhm).toBeGreaterThanOrEqual(least(input) * (1 - 1e-9))
        }),
      )
    },
  )
})

/** What the same net energy costs at least, by the formula over the edges. */
function least(input: SettlementInput): number {
  const netWh = input.importWh.map((wh, i) => wh - input.exportWh[i]!)
  return edgeCostWhOhm(input.tree, { netWh, slots: input.slots, stride: input.slots, at: 0 })
}

/** The same network from lists in another order. */
function regrown(tree: NeighbourTree, seed: number): NeighbourTree {
  const dice = seededDice(seed)
  const shuffled = <T>(list: readonly T[]): T[] =>
    list
      .map((value) => ({ value, at: dice() }))
      .sort((a, b) => a.at - b.at)
      .map(({ value }) => value)
  const nodes = tree.nodeIds.map((id, i) => ({
    id,
    ring: tree.nodeRing[i]!,
    ohm: tree.nodeOhm[i]!,
    ...(tree.nodeParent[i]! < 0 ? {} : { parent: tree.nodeIds[tree.nodeParent[i]!]! }),
  }))
  const places = tree.meters.map((meter, c) => ({ meter, node: tree.nodeIds[tree.meterNode[c]!]! }))
  const again = neighbourTree(shuffled(nodes), shuffled(places))
  if (!again.ok) throw new Error(again.refusal.is)
  return again.value
}

function cut(input: SettlementInput, at: number, slots: number): SettlementInput {
  const columns = <T extends Int32Array | Uint8Array>(values: T): T => {
    const part = new (values.constructor as new (length: number) => T)(input.tree.meters.length * slots)
    for (const column of input.tree.meters.keys())
      part.set(values.subarray(column * input.slots + at, column * input.slots + at + slots), column * slots)
    return part
  }
  return {
    ...input,
    firstSlot: slot(input.firstSlot + at),
    slots,
    importWh: columns(input.importWh),
    exportWh: columns(input.exportWh),
    quality: columns(input.quality),
  }
}

/** A few readings that came late or were wrong. */
function corrected(input: SettlementInput, seed: number): SettlementInput {
  const dice = seededDice(seed + 1)
  const importWh = input.importWh.slice()
  const quality = input.quality.slice()
  for (let i = 0; i < importWh.length; i++) {
    if (dice() > 0.1) continue
    importWh[i] = Math.floor(dice() * 3000)
    quality[i] = QUALITY.measured
  }
  return { ...input, importWh, quality }
}
