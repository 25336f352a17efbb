import { settle } from '@tri/exchange'
import { slot } from '@tri/units'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  accountLines,
  apply,
  balances,
  memoryStore,
  settlementInputAt,
  settlementRecords,
  stateDigest,
  statementBatches,
  sumOfBalances,
  type ReadingColumns,
} from '../src/index.ts'
import { MAY, anyCommunity, stageFor, type Sketch, type Stage } from '../src/testing/index.ts'

const SLOTS = 8
const RUNS = { numRuns: 60, endOnFailure: true }
const range = { firstSlot: MAY, slots: SLOTS }

/** Readings of eight slots for the meters of a community; few meters stand still. */
function anyReadings(sketch: Sketch): fc.Arbitrary<ReadingColumns> {
  const meters = sketch.meters.map(({ id }) => id).toSorted()
  const cells = meters.length * SLOTS
  const column = fc.array(fc.oneof(fc.constant(0), fc.nat(900)), { minLength: cells, maxLength: cells })
  return fc.tuple(column, column).map(([importWh, exportWh]) => ({
    meters,
    ...range,
    importWh: Int32Array.from(importWh),
    exportWh: Int32Array.from(exportWh),
    quality: new Uint8Array(cells).fill(1),
  }))
}

const anyMonth = anyCommunity.chain((sketch) =>
  fc.record({ sketch: fc.constant(sketch), first: anyReadings(sketch), later: anyReadings(sketch) }),
)

function stating(stage: Stage, readings: ReadingColumns, correction = false): void {
  for (const statements of statementBatches(readings))
    stage.does('coop', { kind: 'energy.statements', source: 'operator.csv', correction, statements })
}

function settledWith(sketch: Sketch, readings: ReadingColumns): Stage {
  const stage = stageFor(sketch)
  stating(stage, readings)
  const settled = stage.settles(MAY, SLOTS)
  expect(settled).toMatchObject({ ok: true })
  return stage
}

const amounts = (stage: Stage): unknown =>
  balances(stage.book.store).map(({ account, balance }) => [account, balance])
const versionsOf = (stage: Stage) => settlementRecords(stage.book.store, range)[0]?.versions ?? []

describe('the laws of settlement in the book, over any community', () => {
  test('every kWh is own, shared or the grid’s, and the balances sum to zero', () => {
    fc.assert(
      fc.property(anyMonth, ({ sketch, first }) => {
        const stage = settledWith(sketch, first)
        const [record] = versionsOf(stage)
        expect(record?.importWh).toBe(
          (record?.ownWh ?? 0) + (record?.sharedWh ?? 0) + (record?.gridImportWh ?? 0),
        )
        expect(record?.exportWh).toBe(
          (record?.ownWh ?? 0) + (record?.sharedWh ?? 0) + (record?.gridExportWh ?? 0),
        )
        expect(record?.importWh).toBe(first.importWh.reduce((a, b) => a + b))
        expect(sumOfBalances(stage.book.store)).toBe(0)
      }),
      RUNS,
    )
  })

  test('the order in which statements come, and who brings them, changes no root and no balance', () => {
    const shuffled = anyMonth.chain(({ sketch, first }) =>
      fc.record({
        sketch: fc.constant(sketch),
        first: fc.constant(first),
        order: fc.shuffledSubarray(
          first.meters.flatMap((meter, c) => Array.from({ length: SLOTS }, (_, t) => ({ meter, c, t }))),
          {
            minLength: first.meters.length * SLOTS,
          },
        ),
        isOwn: fc.boolean(),
      }),
    )
    fc.assert(
      fc.property(shuffled, ({ sketch, first, order, isOwn }) => {
        const stage = stageFor(sketch)
        for (const { meter, c, t } of order) {
          const i = c * SLOTS + t
          const owner = sketch.meters.find(({ id }) => id === meter)?.member ?? 'coop'
          const one = (column: Int32Array): Int32Array => column.slice(i, i + 1)
          const reading = {
            importWh: one(first.importWh),
            exportWh: one(first.exportWh),
            quality: Uint8Array.of(1),
          }
          const single = { meters: [meter], firstSlot: slot(MAY + t), slots: 1, ...reading }
          const statements = [...statementBatches(single)].flat()
          stage.does(isOwn ? owner : 'coop', { kind: 'energy.statements', correction: false, statements })
        }
        expect(stage.settles(MAY, SLOTS).ok).toBe(true)
        const straight = settledWith(sketch, first)
        expect(versionsOf(stage)[0]?.root).toBe(versionsOf(straight)[0]?.root)
        expect(versionsOf(stage)[0]?.readingsRoot).toBe(versionsOf(straight)[0]?.readingsRoot)
        expect(amounts(stage)).toEqual(amounts(straight))
      }),
      { numRuns: 25, endOnFailure: true },
    )
  })

  test('settling a settled period, and stating again what the book has, changes nothing', () => {
    fc.assert(
      fc.property(anyMonth, ({ sketch, first }) => {
        const stage = settledWith(sketch, first)
        const before = amounts(stage)
        stating(stage, first)
        expect(stage.settles(MAY, SLOTS)).toMatchObject({ ok: false, refusal: { is: 'already-settled' } })
        expect(stage.restates(MAY, SLOTS)).toMatchObject({ ok: false, refusal: { is: 'nothing-to-restate' } })
        expect(amounts(stage)).toEqual(before)
      }),
      RUNS,
    )
  })

  test('a restatement posts exactly the difference, and the version before comes back bit for bit', () => {
    fc.assert(
      fc.property(anyMonth, ({ sketch, first, later }) => {
        const stage = settledWith(sketch, first)
        const linesBefore = accountLines(stage.book.store, 'home-0').lines.length
        stating(stage, later, true)
        const restated = stage.restates(MAY, SLOTS)
        const straight = settledWith(sketch, later)
        expect(amounts(stage)).toEqual(amounts(straight))
        if (!restated.ok) return expect(restated.refusal.is).toBe('nothing-to-restate')
        expect(versionsOf(stage)[1]?.root).toBe(versionsOf(straight)[0]?.root)
        const input = settlementInputAt(stage.book.store, range, 1)
        expect(input.ok && settle(input.value, stage.kernel).root).toBe(versionsOf(stage)[0]?.root)
        expect(input.ok && [...input.value.importWh]).toEqual([...first.importWh])
        const added = accountLines(stage.book.store, 'home-0').lines.slice(0, -linesBefore || undefined)
        const postings = new Set(added.map(({ posting }) => posting))
        postings.delete('restatement')
        postings.delete('fee-restatement')
        expect([...postings]).toEqual([])
        return undefined
      }),
      RUNS,
    )
  })

  test('the log replayed gives the same book, to the last byte', () => {
    fc.assert(
      fc.property(anyMonth, ({ sketch, first, later }) => {
        const stage = settledWith(sketch, first)
        stating(stage, later, true)
        stage.restates(MAY, SLOTS)
        const store = memoryStore()
        for (const operation of stage.book.operations(1))
          expect(apply(store, operation, { kernel: stage.kernel }).ok).toBe(true)
        expect(stateDigest(store)).toBe(stateDigest(stage.book.store))
      }),
      { numRuns: 25, endOnFailure: true },
    )
  })
})
