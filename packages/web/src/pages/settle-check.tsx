import type { ResponseOf } from '@tri/contract'
import { SLOT_MS } from '@tri/units'
import { useSignal } from '@preact/signals'

import { addressOf } from '../frame/router.ts'
import { numbers, texts, times } from '../language/language.ts'
import { nameOfRule } from '../language/names.ts'
import { useAsked, type Problem } from '../live/loaded.ts'
import { node } from '../live/node.ts'
import { askMonthCheck } from '../live/questions.ts'
import { Card, Facts } from '../parts/card.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import { Shown } from '../parts/shown.tsx'

type MonthCheck = ResponseOf<'checkMonth'>

/** How complete a month is, where readings are missing, and filling them by a rule. */
export function SettleCheck({ month }: { readonly month: string }) {
  const asked = useAsked(askMonthCheck, month)
  return (
    <Shown asked={asked} height={30}>
      {(check) => (
        <div class="cards">
          <Completeness check={check} />
          {check.gaps.length > 0 && <Gaps check={check} again={asked.again} />}
        </div>
      )}
    </Shown>
  )
}

function Completeness({ check }: { readonly check: MonthCheck }) {
  const text = texts.value.settle.check
  const { count, percentComplete } = numbers.value
  return (
    <Card title={texts.value.settle.stepNames.check} mark={check.mark} how={text.how} wide>
      <p class="answer" role="status">
        {check.ready ? text.ready : text.missing(count(check.missing), percentComplete(check.completeness01))}
      </p>
      <Facts
        facts={[
          [text.expected, count(check.expected)],
          [text.measured, count(check.measured)],
          [text.substituted, count(check.substituted)],
          [text.estimated, count(check.estimated)],
          [text.missingCount, count(check.missing)],
        ]}
      />
      {check.ready && (
        <div class="actions">
          <a class="button primary" href={addressOf('settleStep', { month: check.month, step: 'preview' })}>
            {text.next}
          </a>
        </div>
      )}
    </Card>
  )
}

function Gaps({ check, again }: { readonly check: MonthCheck; readonly again: () => void }) {
  const text = texts.value.settle.check
  const rule = useSignal(check.rules[0] ?? '')
  const isFilling = useSignal(false)
  const problem = useSignal<Problem | undefined>(undefined)
  const fill = async () => {
    isFilling.value = true
    const outcome = await node.substituteMonth({ params: { month: check.month }, body: { rule: rule.value } })
    isFilling.value = false
    problem.value = outcome.ok ? undefined : outcome.refusal
    if (outcome.ok) again()
  }
  return (
    <Card title={text.gaps} wide>
      <GapTable check={check} />
      {problem.value !== undefined && <ProblemNotice problem={problem.value} />}
      <div class="actions">
        <label>
          {text.rule}{' '}
          <select
            value={rule.value}
            onChange={(event) => {
              rule.value = event.currentTarget.value
            }}
          >
            {check.rules.map((name) => (
              <option key={name} value={name}>
                {nameOfRule(name)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="button primary" disabled={isFilling.value} onClick={() => void fill()}>
          {isFilling.value ? text.filling : text.fill}
        </button>
      </div>
      <p class="muted">{text.fillWhat}</p>
    </Card>
  )
}

function GapTable({ check }: { readonly check: MonthCheck }) {
  const text = texts.value.settle.check
  return (
    <div class="scroll tall" tabIndex={0} role="region" aria-label={text.gaps}>
      <table>
        <thead>
          <tr>
            {[text.member, text.meter, text.from, text.until, text.slots, text.fillable].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {check.gaps.map((gap) => (
            <tr key={`${gap.meter} ${gap.fromSlot}`}>
              <th scope="row">{gap.member.name ?? gap.member.id}</th>
              <td>{gap.meter}</td>
              <td>{times.value.moment(gap.fromSlot * SLOT_MS)}</td>
              <td>{times.value.moment(gap.untilSlot * SLOT_MS)}</td>
              <td class="number">{numbers.value.count(gap.slots)}</td>
              <td>{gap.fillable ? text.yes : text.no}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
