import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'

import { addressOf } from '../frame/router.ts'
import { texts, times } from '../language/language.ts'
import type { Problem } from '../live/loaded.ts'
import { node } from '../live/node.ts'
import { zone } from '../live/zone.ts'
import { Back } from '../parts/back.tsx'
import { describedBy, Field } from '../parts/field.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { slotMeant } from './slot-meant.ts'
import { fieldOf } from '../parts/field-of.ts'

/** Characters of the reason; the contract refuses more. */
const REASON_MAX = 1000

/** Objecting to a month, or to one quarter hour of it. */
export function ObjectPage({ month }: { readonly month: string }) {
  const text = texts.value.exchange.objection
  const problem = useSignal<Problem | undefined>(undefined)
  const error = useSignal<string | undefined>(undefined)
  const isSending = useSignal(false)
  const filed = useSignal<string | undefined>(undefined)
  const form = useRef<HTMLFormElement>(null)
  const send = async (event: SubmitEvent) => {
    event.preventDefault()
    if (form.current === null) return
    const written = form.current
    const field = (name: string) => fieldOf(written, name).trim()
    error.value = field('reason') === '' ? text.errorReason : undefined
    if (error.value !== undefined) {
      written.querySelector<HTMLElement>('#reason')?.focus()
      return
    }
    isSending.value = true
    const slot = slotMeant(zone.value, field('day'), field('time'))
    const outcome = await node.fileObjection({ body: { month, slot, reason: field('reason') } })
    isSending.value = false
    problem.value = outcome.ok ? undefined : outcome.refusal
    if (outcome.ok) filed.value = outcome.value.id
  }
  return (
    <Page
      title={text.title(times.value.month(month))}
      back={<Back to={addressOf('exchange', {})}>{texts.value.exchange.title}</Back>}
      answer={filed.value === undefined ? text.answer : text.done}
    >
      {filed.value !== undefined ? (
        <p class="card" role="status">
          {text.doneText(filed.value)}
        </p>
      ) : (
        <form class="card form" ref={form} onSubmit={(event) => void send(event)} noValidate>
          <Field id="day" label={text.day} hint={text.dayHint}>
            <input {...describedBy('day', undefined)} type="date" min={`${month}-01`} max={`${month}-31`} />
          </Field>
          <Field id="time" label={text.time}>
            <input {...describedBy('time', undefined)} type="time" step={900} />
          </Field>
          <Field id="reason" label={text.reason} hint={text.reasonHint} error={error.value}>
            <textarea {...describedBy('reason', error.value)} rows={5} maxLength={REASON_MAX} />
          </Field>
          {problem.value !== undefined && <ProblemNotice problem={problem.value} />}
          <button type="submit" class="button primary" disabled={isSending.value}>
            {isSending.value ? text.sending : text.send}
          </button>
        </form>
      )}
    </Page>
  )
}
