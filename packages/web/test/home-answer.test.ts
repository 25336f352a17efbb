import { describe, expect, it } from 'vitest'

import { numberFormat } from '../src/format/number.ts'
import { timeFormat } from '../src/format/time.ts'
import { en } from '../src/language/en.ts'
import { it as italian } from '../src/language/it.ts'
import { answerReason, answerSentence } from '../src/pages/home-answer.ts'

const english = {
  texts: en,
  numbers: numberFormat('en-GB'),
  times: timeFormat('en-GB', 'Europe/Rome'),
}
const inItalian = {
  texts: italian,
  numbers: numberFormat('it-IT'),
  times: timeFormat('it-IT', 'Europe/Rome'),
}
const untilSlot = Date.UTC(2026, 5, 12, 14) / 900_000

describe('the answer of Home', () => {
  it('says until when, and because of whom', () => {
    const answer = {
      code: 'good-time',
      untilSlot,
      because: { code: 'spare-nearby', ring: 'street', homes: 6, spareW: 4200 },
      mark: 'live',
    } as const
    expect(answerSentence(answer, english)).toBe('Good time to use power until 16:00')
    expect(answerReason(answer, english)).toBe('because 6 homes in your street have 4.2\u00a0kW spare')
    expect(answerReason(answer, inItalian)).toBe('perché 6 case nella tua via hanno 4,2\u00a0kW in eccedenza')
  })

  it('keeps silent about what too few homes stand behind', () => {
    const because = { code: 'spare-nearby', ring: 'street', homes: null, spareW: null } as const
    const answer = { code: 'good-time', untilSlot: null, because, mark: 'live' } as const
    expect(answerSentence(answer, english)).toBe('Good time to use power now')
    expect(answerReason(answer, english)).toBe('because there is surplus in your street')
  })

  it('has a sentence for every other case', () => {
    for (const code of ['wait', 'neutral', 'no-data'] as const)
      expect(answerSentence({ code, untilSlot: null, because: null, mark: 'live' }, english)).not.toBe('')
    for (const code of ['own-surplus', 'spare-later', 'only-grid', 'readings-missing'] as const) {
      const because = { code, ring: null, homes: null, spareW: null }
      expect(answerReason({ code: 'wait', untilSlot: null, because, mark: 'live' }, inItalian)).toMatch(
        /^perché /,
      )
    }
  })
})
