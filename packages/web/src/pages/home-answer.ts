import type { ResponseOf } from '@tri/contract'

import type { NumberFormat } from '../format/number.ts'
import type { TimeFormat } from '../format/time.ts'
import type { Texts } from '../language/en.ts'

type Answer = ResponseOf<'home'>['answer']

interface Words {
  readonly texts: Texts
  readonly numbers: NumberFormat
  readonly times: TimeFormat
}

/** The one sentence of Home in the reader's language. */
export function answerSentence(answer: Answer, { texts, times }: Words): string {
  const text = texts.answer
  const until = answer.untilSlot === null ? undefined : times.slot(answer.untilSlot)
  switch (answer.code) {
    case 'good-time':
      return until === undefined ? text.goodTimeOpen : text.goodTime(until)
    case 'wait':
      return until === undefined ? text.waitOpen : text.wait(until)
    case 'neutral':
      return text.neutral
    case 'no-data':
      return text.noData
  }
}

/** Why Home says so; undefined when the node gives no reason. */
export function answerReason(answer: Answer, { texts, numbers }: Words): string | undefined {
  const { because } = answer
  const text = texts.answer
  if (because === null) return undefined
  const spare = because.spareW === null ? undefined : numbers.power(because.spareW)
  switch (because.code) {
    case 'spare-nearby': {
      const where = texts.nearRing[because.ring ?? 'transformer']
      const homes =
        because.homes === null ? text.neighbours : text.homes(because.homes, numbers.count(because.homes))
      return spare === undefined ? text.spareNearbyHidden(where) : text.spareNearby(homes, where, spare)
    }
    case 'own-surplus':
      return spare === undefined ? text.ownSurplusHidden : text.ownSurplus(spare)
    case 'spare-later':
      return text.spareLater
    case 'only-grid':
      return text.onlyGrid
    case 'readings-missing':
      return text.readingsMissing
  }
}
