import { slot } from '@tri/units'
import { describe, expect, it } from 'vitest'

import { answerOf, type AnswerInput } from '../../src/services/answer.ts'

const now = slot(1_980_000)
const quiet: AnswerInput = {
  now,
  ownSurplusW: 0,
  spareW: 0,
  homes: 0,
  ring: null,
  mayShowSpare: true,
  hadSpare: () => undefined,
}
/** Yesterday there was energy to spare in these slots, counted from now. */
const spareYesterday = (from: number, until: number) => (of: number) => {
  const ahead = of + 96 - now
  return ahead >= from && ahead < until
}

describe('whether now is a good time', () => {
  it.each<[string, Partial<AnswerInput>, string, string]>([
    ['the home has a surplus of its own', { ownSurplusW: 300 }, 'good-time', 'own-surplus'],
    [
      'the neighbours have energy to spare',
      { spareW: 900, homes: 7, ring: 'street' },
      'good-time',
      'spare-nearby',
    ],
    ['there was spare energy later yesterday', { hadSpare: spareYesterday(8, 20) }, 'wait', 'spare-later'],
    ['there was none all yesterday', { hadSpare: () => false }, 'neutral', 'only-grid'],
    ['nobody knows of yesterday', {}, 'neutral', 'only-grid'],
  ])('%s', (_, given, code, because) => {
    const answer = answerOf({ ...quiet, ...given })
    expect(answer.code).toBe(code)
    expect(answer.because?.code).toBe(because)
  })

  it('comes first from the own roof, then from the neighbours', () => {
    const answer = answerOf({ ...quiet, ownSurplusW: 300, spareW: 900, homes: 7, ring: 'street' })
    expect(answer.because).toEqual({ code: 'own-surplus', ring: 'home', homes: null, spareW: 300 })
  })

  it('lasts until yesterday’s spare energy ended', () => {
    const answer = answerOf({
      ...quiet,
      spareW: 900,
      homes: 7,
      ring: 'street',
      hadSpare: spareYesterday(0, 12),
    })
    expect(answer.untilSlot).toBe(now + 12)
  })

  it('begins when yesterday’s spare energy began', () => {
    expect(answerOf({ ...quiet, hadSpare: spareYesterday(8, 20) }).untilSlot).toBe(now + 8)
  })

  it('has no end in sight when yesterday is not settled', () => {
    expect(answerOf({ ...quiet, ownSurplusW: 300 }).untilSlot).toBeNull()
  })

  it('is told without ring, homes and watts where too few homes stand behind it', () => {
    const answer = answerOf({ ...quiet, spareW: 900, homes: 1, ring: 'building', mayShowSpare: false })
    expect(answer.code).toBe('good-time')
    expect(answer.because).toEqual({ code: 'spare-nearby', ring: null, homes: null, spareW: null })
  })
})
