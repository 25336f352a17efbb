import { describe, expect, it } from 'vitest'

import { restate, settle, typescriptKernel } from '../src/index.ts'
import { PROVA, inputOf, type SlotReadings } from './small-community.ts'

const settled = (slots: readonly SlotReadings[], charter = PROVA.charter) =>
  settle(inputOf({ ...PROVA, charter, slots }), typescriptKernel)

describe('a restatement', () => {
  const before = settled([{ m1: [0, 500], m2: [300, 0] }])

  it('of unchanged statements posts nothing', () => {
    const again = settled([{ m1: [0, 500], m2: [300, 0] }])
    expect(restate(before, again)).toMatchObject({ members: [], commonsMicroCredit: 0 })
    expect(again.root).toBe(before.root)
  })

  it('posts only the difference, by member and ring', () => {
    const after = settled([{ m1: [0, 500], m2: [340, 0] }])
    const { members, rootBefore, rootAfter } = restate(before, after)
    expect(members.map(({ member, creditMicroCredit }) => [member, creditMicroCredit])).toEqual([
      ['home-1', 4400],
      ['home-2', -4400],
    ])
    expect(members[1]).toEqual({
      member: 'home-2',
      importWh: 40,
      exportWh: 0,
      ownWh: 0,
      gridImportWh: 0,
      gridExportWh: 0,
      missingSlots: 0,
      lines: [{ ring: 'street', givenWh: 0, receivedWh: 40, earnedMicroCredit: 0, spentMicroCredit: 4400 }],
      feeMicroCredit: 0,
      creditMicroCredit: -4400,
    })
    expect([rootBefore, rootAfter]).toEqual([before.root, after.root])
    expect(rootAfter).not.toBe(rootBefore)
  })

  it('names nobody for whom nothing changed', () => {
    const after = settled([{ m1: [0, 480], m2: [300, 0] }])
    const { members } = restate(before, after)
    expect(members).toHaveLength(1)
    expect(members[0]).toMatchObject({ member: 'home-1', exportWh: -20, gridExportWh: -20, lines: [] })
  })

  it('posts a changed price as credit without energy', () => {
    const charter = { ...(PROVA.charter as object), creditPerKwh: { street: '0.12' }, feePerKwh: '0.001' }
    const { members, commonsMicroCredit } = restate(
      before,
      settled([{ m1: [0, 500], m2: [300, 0] }], charter),
    )
    expect(members.map(({ lines, creditMicroCredit }) => [lines[0]?.receivedWh, creditMicroCredit])).toEqual([
      [0, 3000],
      [0, -3300],
    ])
    expect(commonsMicroCredit).toBe(300)
  })

  it('takes back everything of a member who is no longer there', () => {
    const alone = settle(inputOf({ ...PROVA, places: PROVA.places.slice(0, 1) }), typescriptKernel)
    const { members } = restate(before, alone)
    expect(members.map(({ member, creditMicroCredit }) => [member, creditMicroCredit])).toEqual([
      ['home-1', -33_000],
      ['home-2', 33_000],
    ])
  })

  it('is refused between two different periods', () => {
    const longer = settled([{ m1: [0, 500], m2: [300, 0] }, {}])
    expect(() => restate(before, longer)).toThrow(expect.objectContaining({ code: 'restatement-elsewhere' }))
  })

  it('leaves the old version reproducible bit for bit', () => {
    const old = settled([{ m1: [0, 500], m2: [300, 0] }])
    expect(old.leaves).toEqual(before.leaves)
    expect(old).toEqual(before)
  })
})
