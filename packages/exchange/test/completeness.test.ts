import { present, slot } from '@tri/units'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  QUALITY,
  SUBSTITUTION_RULES,
  completenessOf,
  gapsOf,
  substitutionFor,
  withSubstitutions,
  type StatementColumns,
  type SubstitutionRule,
} from '../src/index.ts'

const WEEK = 672

/** One meter; `values` by slot, undefined where nobody read. */
function meter(values: readonly (number | undefined)[], firstSlot = 1_975_040): StatementColumns {
  return {
    meters: ['m1'],
    firstSlot: slot(firstSlot),
    slots: values.length,
    importWh: Int32Array.from(values, (wh) => wh ?? 0),
    exportWh: new Int32Array(values.length),
    quality: Uint8Array.from(values, (wh) => (wh === undefined ? QUALITY.missing : QUALITY.measured)),
  }
}

const onlyGap = (columns: StatementColumns) => present(gapsOf(columns)[0], 'there is a gap')

describe('the completeness gate', () => {
  it('stays shut while one meter-slot is missing', () => {
    expect(completenessOf(meter([1, undefined, 3]))).toEqual({
      expected: 3,
      measured: 2,
      substituted: 0,
      estimated: 0,
      missing: 1,
      isComplete: false,
    })
    expect(completenessOf(meter([1, 0, 3])).isComplete).toBe(true)
  })

  it('opens for substituted and estimated values, and counts them apart', () => {
    const quality = Uint8Array.of(QUALITY.measured, QUALITY.substituted, QUALITY.estimated)
    expect(completenessOf({ quality })).toMatchObject({
      measured: 1,
      substituted: 1,
      estimated: 1,
      isComplete: true,
    })
  })

  it('takes an unknown quality code for missing', () => {
    expect(completenessOf({ quality: Uint8Array.of(1, 9) })).toMatchObject({ missing: 1, isComplete: false })
  })

  it('lists each gap with its meter and its slots', () => {
    const columns = {
      ...meter([1, 2, 3, 4]),
      meters: ['a', 'b'],
      slots: 2,
      quality: Uint8Array.of(1, 0, 0, 0),
    }
    expect(gapsOf(columns)).toEqual([
      { meter: 'a', column: 0, firstSlot: 1_975_041, slots: 1 },
      { meter: 'b', column: 1, firstSlot: 1_975_040, slots: 2 },
    ])
  })
})

describe('a gap is filled', () => {
  it('in equal parts that meet the registers to the Wh', () => {
    const columns = meter([5, undefined, undefined, undefined, 5])
    const filled = substitutionFor(onlyGap(columns), columns, 'linear', { importWh: 10, exportWh: 0 })
    expect(filled).toMatchObject({
      ok: true,
      value: { quality: QUALITY.substituted, importWh: Int32Array.of(4, 3, 3) },
    })
  })

  it('as the week before, and is then an estimate', () => {
    const columns = meter([...Array.from({ length: WEEK }, (_, t) => t), undefined, undefined])
    const filled = substitutionFor(onlyGap(columns), columns, 'last-week')
    expect(filled).toMatchObject({
      ok: true,
      value: { quality: QUALITY.estimated, importWh: Int32Array.of(0, 1) },
    })
  })

  it('by the mean of the same weekday, of the weeks that were measured, a half going up', () => {
    const weeks = [100, undefined, 103, undefined].map((wh) => [
      wh,
      ...Array.from({ length: WEEK - 1 }, () => 0),
    ])
    const columns = meter([...weeks.flat(), undefined])
    const gap = present(gapsOf(columns).at(-1), 'there is a gap')
    const filled = substitutionFor(gap, columns, 'same-weekday-mean')
    expect(filled).toMatchObject({ ok: true, value: { importWh: Int32Array.of(102) } })
  })

  it('in the shape of the week before and with the sum of the registers', () => {
    const columns = meter([
      ...Array.from({ length: WEEK }, (_, t) => (t < 2 ? 10 + 20 * t : 0)),
      undefined,
      undefined,
    ])
    const filled = substitutionFor(onlyGap(columns), columns, 'last-week', { importWh: 60, exportWh: 3 })
    expect(filled).toMatchObject({
      ok: true,
      value: { quality: QUALITY.substituted, importWh: Int32Array.of(15, 45), exportWh: Int32Array.of(2, 1) },
    })
  })

  it('with zero only when somebody says so, and never when the registers moved', () => {
    const columns = meter([5, undefined])
    expect(substitutionFor(onlyGap(columns), columns, 'zero')).toMatchObject({
      ok: true,
      value: { quality: QUALITY.estimated, importWh: Int32Array.of(0) },
    })
    expect(substitutionFor(onlyGap(columns), columns, 'zero', { importWh: 0, exportWh: 1 })).toEqual({
      ok: false,
      refusal: 'register-moved',
    })
  })

  it.each<[string, SubstitutionRule, { importWh: number; exportWh: number } | undefined]>([
    ['register-needed', 'linear', undefined],
    ['register-fell', 'linear', { importWh: -1, exportWh: 0 }],
    ['register-too-large', 'linear', { importWh: 2 ** 31, exportWh: 0 }],
    ['history-missing', 'last-week', undefined],
    ['history-missing', 'same-weekday-mean', { importWh: 5, exportWh: 0 }],
  ])('not, for %s, by %s', (refusal, rule, register) => {
    const columns = meter([5, undefined, 5])
    expect(substitutionFor(onlyGap(columns), columns, rule, register)).toEqual({ ok: false, refusal })
  })

  it('in new columns; the ones that were read stay as they were', () => {
    const columns = meter([5, undefined, 7])
    const filled = substitutionFor(onlyGap(columns), columns, 'linear', { importWh: 6, exportWh: 0 })
    if (!filled.ok) throw new Error(filled.refusal)
    const whole = withSubstitutions(columns, [filled.value])
    expect([...whole.importWh]).toEqual([5, 6, 7])
    expect([...whole.quality]).toEqual([1, 2, 1])
    expect([...columns.quality]).toEqual([1, 0, 1])
    expect(completenessOf(whole).isComplete).toBe(true)
    expect(() => withSubstitutions(whole, [filled.value])).toThrow(/never replaces a reading/)
  })

  it('by any rule, to exactly what the registers counted', () => {
    const history = fc.array(fc.option(fc.nat(900), { nil: undefined, freq: 8 }), {
      minLength: WEEK,
      maxLength: WEEK,
    })
    fc.assert(
      fc.property(
        history,
        fc.integer({ min: 1, max: 60 }),
        fc.nat(100_000),
        fc.constantFrom(...SUBSTITUTION_RULES),
        (values, gapSlots, importWh, rule) => {
          const columns = meter([...values, ...Array.from({ length: gapSlots }, () => undefined)])
          const gap = present(gapsOf(columns).at(-1), 'there is a gap')
          const filled = substitutionFor(gap, columns, rule, { importWh, exportWh: 0 })
          if (!filled.ok) return ['history-missing', 'register-moved'].includes(filled.refusal)
          const sum = filled.value.importWh.reduce((a, b) => a + b, 0)
          return sum === importWh && filled.value.importWh.every((wh) => wh >= 0)
        },
      ),
      { numRuns: 60 },
    )
  })
})
