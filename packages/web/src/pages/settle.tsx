import type { ResponseOf } from '@tri/contract'
import { SLOT_MS } from '@tri/units'

import { addressOf } from '../frame/router.ts'
import { numbers, texts, times } from '../language/language.ts'
import { useAsked, valueOf } from '../live/loaded.ts'
import { askMonths, askObjections } from '../live/questions.ts'
import { dateOf } from '../format/time.ts'
import { zone } from '../live/zone.ts'
import { Card } from '../parts/card.tsx'
import { Mark } from '../parts/mark.tsx'
import { Page } from '../parts/page.tsx'
import { Shown } from '../parts/shown.tsx'

type Month = ResponseOf<'months'>['months'][number]

const isClosed = ({ state }: Month) => state === 'published' || state === 'certified'

/** The months, and which is the next to close. */
export function SettlePage() {
  const text = texts.value.settle
  const asked = useAsked(askMonths, '')
  const months = valueOf(asked.state.value)?.months
  const next = months?.findLast((month) => !isClosed(month))
  return (
    <Page
      title={text.title}
      answer={
        months === undefined
          ? undefined
          : next === undefined
            ? text.answerNone
            : text.answer(times.value.month(next.month), numbers.value.percentComplete(next.completeness01))
      }
    >
      <div class="cards">
        <Card title={text.month} wide>
          <Shown asked={asked} height={16}>
            {({ months: rows }) =>
              rows.length === 0 ? (
                <p class="muted">{text.empty}</p>
              ) : (
                <Months rows={rows} next={next?.month} />
              )
            }
          </Shown>
        </Card>
        <Objections />
      </div>
    </Page>
  )
}

function Months({ rows, next }: { readonly rows: readonly Month[]; readonly next: string | undefined }) {
  const text = texts.value.settle
  const { percentComplete, energy, count } = numbers.value
  return (
    <ul class="lines months">
      {rows.map((month) => (
        <li key={month.month}>
          <div class="line">
            <span class="line-what">
              <strong>{times.value.month(month.month)}</strong>
              <span class="muted">
                {[
                  text.states[month.state],
                  `${percentComplete(month.completeness01)} ${text.complete.toLowerCase()}`,
                  `${text.shared.toLowerCase()} ${energy(month.sharedWh)}`,
                  ...(month.objectionsUntil === null
                    ? []
                    : [text.until(times.value.date(dateOf(zone.value, month.objectionsUntil)))]),
                  ...(month.objections === 0
                    ? []
                    : [text.objections(month.objections, count(month.objections))]),
                ].join(' · ')}
              </span>
            </span>
            <Mark mark={month.mark} />
            <a
              class={month.month === next ? 'button primary' : 'button'}
              href={addressOf('settleStep', {
                month: month.month,
                step: isClosed(month) ? 'verify' : 'check',
              })}
              aria-label={`${isClosed(month) ? text.look : text.start}: ${times.value.month(month.month)}`}
            >
              {isClosed(month) ? text.look : text.start}
            </a>
          </div>
        </li>
      ))}
    </ul>
  )
}

function Objections() {
  const text = texts.value.settle
  const asked = useAsked(askObjections, '')
  return (
    <Card title={text.objectionsTitle} wide>
      <Shown asked={asked} height={6}>
        {({ objections }) =>
          objections.length === 0 ? (
            <p class="muted">{text.objectionsNone}</p>
          ) : (
            <ul class="lines">
              {objections.map((objection) => (
                <li key={objection.id}>
                  <div class="line">
                    <span class="line-what">
                      <strong>
                        {objection.member}, {times.value.month(objection.month)}
                      </strong>
                      <span>{objection.reason}</span>
                      <span class="muted">
                        {objection.slot === null
                          ? text.wholeMonth
                          : times.value.moment(objection.slot * SLOT_MS)}{' '}
                        · {objection.id}
                      </span>
                    </span>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </Card>
  )
}
