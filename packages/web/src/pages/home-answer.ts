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
  const sentences = {
    'good-time': until === undefined ? text.goodTimeOpen : text.goodTime(until),
    wait: until === undefined ? text.waitOpen : text.wait(until),
    neutral: text.neutral,
    'no-data': text.noData,
  } as const satisfies Record<Answer['code'], string>
  return sentences[answer.code]
}

/** Why Home says so; undefined when the node gives no reason. */
export function answerReason(answer: Answer, { texts, numbers }: Words): string | undefined {
  const { because } = answer
  const text = texts.answer
  if (because === null) return undefined
  const spare = because.spareW === null ? undefined : numbers.power(because.spareW)
  const where = texts.nearRing[because.ring ?? 'transformer']
  const homes =
    because.homes === null ? text.neighbours : text.homes(because.homes, numbers.count(because.homes))
  const reasons = {
    'spare-nearby':
      spare === undefined ? text.spareNearbyHidden(where) : text.spareNearby(homes, where, spare),
    'own-surplus': spare === undefined ? text.ownSurplusHidden : text.ownSurplus(spare),
    'spare-later': text.spareLater,
    'only-grid': text.onlyGrid,
    'readings-missing': text.readingsMissing,
  } as const satisfies Record<typeof because.code, string>
  return reasons[because.code]
}
