import { describe, expect, test } from 'vitest'

import {
  accountLines,
  balanceOf,
  certificates,
  charterAt,
  completenessOf,
  lastSettledSlot,
  restatementsDue,
  settlementRecords,
  signerOf,
  statementColumns,
  settlementInputAt,
} from '../src/index.ts'
import { MAY, PROVA_CHARTER, prova, stageFor, states, type Stage } from '../src/testing/index.ts'
import { slot } from '@tri/units'

const range = { firstSlot: MAY, slots: 4 }
const at = (t: number): ReturnType<typeof slot> => slot(MAY + t)

function hourOf(stage: Stage, quality = 1): void {
  const wh = [
    [0, 100],
    [0, 100],
    [0, 0],
    [50, 0],
  ] as const
  const back = [
    [60, 0],
    [200, 0],
    [10, 0],
    [0, 80],
  ] as const
  stage.does(
    'coop',
    states([
      { meter: 'm1', firstSlot: MAY, wh, quality },
      { meter: 'm2', firstSlot: MAY, wh: back, quality },
    ]),
  )
}

describe('a statement', () => {
  test('remembers who signed it: the household, or the coordinator with the file it came from', () => {
    const stage = stageFor(prova())
    stage.does('home-1', states([{ meter: 'm1', firstSlot: MAY, wh: [[1, 0]] }]))
    const imported = states([{ meter: 'm1', firstSlot: at(1), wh: [[2, 0]] }])
    if (imported.kind === 'energy.statements') stage.does('coop', { ...imported, source: 'maggio.csv' })
    expect(signerOf(stage.book.store, 'm1', MAY)).toMatchObject({ by: 'home-1' })
    expect(signerOf(stage.book.store, 'm1', at(1))).toMatchObject({ by: 'coop', source: 'maggio.csv' })
    expect(signerOf(stage.book.store, 'm1', at(2))).toBeUndefined()
    expect(signerOf(stage.book.store, 'm2', MAY)).toBeUndefined()
  })

  test('lies in columns of the meters’ ids, also across midnight', () => {
    const stage = stageFor(prova())
    const wh = Array.from({ length: 100 }, (_, t) => [t, 2 * t] as const)
    stage.does('home-2', states([{ meter: 'm2', firstSlot: MAY + 94, wh }]))
    const columns = statementColumns(stage.book.store, { firstSlot: at(95), slots: 3 })
    expect(columns.meters).toEqual(['m1', 'm2'])
    expect([...columns.importWh]).toEqual([0, 0, 0, 1, 2, 3])
    expect([...columns.exportWh]).toEqual([0, 0, 0, 2, 4, 6])
    expect([...columns.quality]).toEqual([0, 0, 0, 1, 1, 1])
  })

  test('says nothing about a slot of quality 0', () => {
    const stage = stageFor(prova())
    stage.does('home-1', states([{ meter: 'm1', firstSlot: MAY, wh: [[5, 0]] }]))
    expect(
      stage.does(
        'home-1',
        states([
          {
            meter: 'm1',
            firstSlot: MAY,
            wh: [
              [0, 0],
              [0, 0],
            ],
            quality: 0,
          },
        ]),
      ),
    ).toMatchObject([{ added: 0, corrected: 0 }])
    expect(
      stage.refusalOf('home-1', states([{ meter: 'm1', firstSlot: MAY, wh: [[1, 0]], quality: 0 }])),
    ).toBe('statement-unusable')
  })
})

describe('completeness', () => {
  test('counts by quality and names the gaps of the meters that are expected', () => {
    const stage = stageFor(prova())
    stage.does(
      'home-1',
      states([
        {
          meter: 'm1',
          firstSlot: MAY,
          wh: [
            [1, 0],
            [1, 0],
          ],
        },
      ]),
    )
    stage.does('coop', states([{ meter: 'm2', firstSlot: at(1), wh: [[1, 0]], quality: 2 }]))
    stage.does('coop', { kind: 'meter.retire', meter: 'm1', until: at(3) })
    expect(completenessOf(stage.book.store, range)).toEqual({
      expected: 7,
      measured: 2,
      substituted: 1,
      estimated: 0,
      missing: 4,
      gaps: [
        { meter: 'm1', firstSlot: at(2), slots: 1 },
        { meter: 'm2', firstSlot: at(0), slots: 1 },
        { meter: 'm2', firstSlot: at(2), slots: 2 },
      ],
    })
  })

  test('asks nothing of a meter before its first slot, and settles the others', () => {
    const meters = [...prova().meters, { id: 'm3', member: 'home-2', site: 'casa-2', from: at(4) }]
    const stage = stageFor(prova({ meters }))
    hourOf(stage)
    expect(stage.settles(MAY, 4).ok).toBe(true)
    expect(lastSettledSlot(stage.book.store)).toBe(at(3))
  })
})

describe('a settled period', () => {
  test('is due for restatement once a statement of it is corrected, and posts only the difference', () => {
    const stage = stageFor(prova())
    hourOf(stage)
    expect(stage.settles(MAY, 4).ok).toBe(true)
    const before = balanceOf(stage.book.store, 'home-1')?.balance
    stage.does('coop', states([{ meter: 'm1', firstSlot: MAY, wh: [[0, 40]] }], true))
    expect(restatementsDue(stage.book.store, range)).toMatchObject([{ firstSlot: MAY, slots: 4, version: 1 }])
    expect(stage.restates(MAY, 4)).toMatchObject({ ok: true, value: [{ is: 'period-restated', version: 2 }] })
    const [line] = accountLines(stage.book.store, 'home-1').lines
    expect(line).toMatchObject({
      posting: 'restatement',
      amount: -20 * 110,
      rings: [{ ring: 'street', givenWh: -20 }],
    })
    expect(balanceOf(stage.book.store, 'home-1')?.balance).toBe((before ?? 0) - 2_200)
    const [record] = settlementRecords(stage.book.store, range)
    expect(record).toMatchObject({
      version: 2,
      restatementDue: false,
      isCertified: false,
      versions: [{ version: 1 }, { version: 2 }],
    })
  })

  test('keeps its columns when a meter joins later', () => {
    const stage = stageFor(prova())
    hourOf(stage)
    expect(stage.settles(MAY, 4).ok).toBe(true)
    stage.does('coop', {
      kind: 'meter.add',
      meter: { id: 'm0', member: 'home-1', site: 'casa-1', from: at(4) },
    })
    const first = settlementInputAt(stage.book.store, range, 1)
    expect(first.ok && first.value.tree.meters).toEqual(['m1', 'm2'])
    const next = settlementInputAt(stage.book.store, { firstSlot: at(4), slots: 4 })
    expect(next.ok && next.value.tree.meters).toEqual(['m0', 'm1', 'm2'])
  })

  test('is certified, reopened by a member who objects, restated, and certified again', () => {
    const stage = stageFor(prova())
    hourOf(stage, 2)
    expect(stage.settles(MAY, 4).ok).toBe(true)
    const certify = { kind: 'energy.finalise', firstSlot: MAY, slots: 4 } as const
    stage.does('coop', certify)
    expect(settlementRecords(stage.book.store, range)[0]?.isCertified).toBe(true)
    stage.does('home-2', { kind: 'energy.object', firstSlot: at(1), slots: 1, reason: 'We were away.' })
    expect(certificates(stage.book.store, range)[0]?.objection).toMatchObject({
      by: 'home-2',
      reason: 'We were away.',
    })
    stage.does('coop', states([{ meter: 'm2', firstSlot: at(1), wh: [[5, 0]] }], true))
    expect(stage.restates(MAY, 4).ok).toBe(true)
    stage.does('coop', certify)
    expect(settlementRecords(stage.book.store, range)[0]?.isCertified).toBe(true)
  })
})

describe('a charter', () => {
  test('is in force from its slot on; what was settled before stays under the one before', () => {
    const stage = stageFor(prova())
    const dearer = {
      ...(PROVA_CHARTER as object),
      version: 2,
      from: at(2),
      creditPerKwh: { street: '0.20', transformer: '0.20' },
    }
    stage.does('coop', { kind: 'charter.amend', charter: dearer })
    expect(charterAt(stage.book.store, at(1)).version).toBe(1)
    expect(charterAt(stage.book.store, at(2)).version).toBe(2)
    hourOf(stage)
    expect(stage.settles(MAY, 2).ok).toBe(true)
    expect(stage.settles(at(2), 2).ok).toBe(true)
    const prices = accountLines(stage.book.store, 'home-1').lines.flatMap(({ rings = [] }) =>
      rings.map(({ price }) => price),
    )
    expect(prices).toEqual([200, 110])
  })
})
