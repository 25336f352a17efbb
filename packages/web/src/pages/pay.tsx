import type { ResponseOf } from '@tri/contract'
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'

import { readAmount, writtenAmount } from '../format/amount.ts'
import { addressOf, go } from '../frame/router.ts'
import { language, numbers, texts } from '../language/language.ts'
import { useAsked, valueOf, type Problem } from '../live/loaded.ts'
import { node } from '../live/node.ts'
import { askAccount, askMembers } from '../live/questions.ts'
import { session } from '../live/session.ts'
import { Back } from '../parts/back.tsx'
import { fieldOf } from '../parts/field-of.ts'
import { describedBy, Field } from '../parts/field.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Shown } from '../parts/shown.tsx'

type Member = ResponseOf<'members'>['members'][number]

/** What is to be paid; its key makes a second try the same payment. */
interface Draft {
  readonly to: Member
  readonly amountMicroCredit: number
  readonly memo: string
  readonly key: string
}

type Step = { readonly is: 'writing' } | { readonly is: 'confirming' | 'paying'; readonly draft: Draft }

/** Characters of the note; the contract refuses more. */
const MEMO_MAX = 140

/** Paying a member: write, confirm, receipt. */
export function PayPage() {
  const text = texts.value.exchange.payment
  const members = useAsked(askMembers, '')
  const account = useAsked(askAccount, '')
  const available = valueOf(account.state.value)?.availableMicroCredit
  return (
    <Page
      title={text.title}
      back={<Back to={addressOf('exchange', {})}>{texts.value.exchange.title}</Back>}
      answer={available === undefined ? undefined : text.answer(numbers.value.credit(available))}
    >
      <Shown asked={members} height={24}>
        {({ members: all }) => {
          const others = all.filter(({ id }) => id !== session.value?.member?.id)
          return others.length === 0 ? (
            <p class="card muted">{text.noMembers}</p>
          ) : (
            <PayForm others={others} available={available} />
          )
        }}
      </Shown>
    </Page>
  )
}

interface PayFormProps {
  readonly others: readonly Member[]
  readonly available: number | undefined
}

function PayForm({ others, available }: PayFormProps) {
  const step = useSignal<Step>({ is: 'writing' })
  const problem = useSignal<Problem | undefined>(undefined)
  // Kept outside the form, so that changing the payment brings back what was written.
  const written = useSignal({ to: '', amount: '', memo: '' })
  const pay = async (draft: Draft) => {
    step.value = { is: 'paying', draft }
    const outcome = await node.pay({
      headers: { 'idempotency-key': draft.key },
      body: { to: draft.to.id, amountMicroCredit: draft.amountMicroCredit, memo: draft.memo },
    })
    if (outcome.ok) go(addressOf('receipt', { id: outcome.value.id }, 'new'), 'replace')
    else {
      problem.value = outcome.refusal
      step.value = { is: 'confirming', draft }
    }
  }
  const now = step.value
  if (now.is === 'writing')
    return (
      <WriteForm
        others={others}
        available={available}
        written={written.value}
        check={(draft, as) => {
          written.value = as
          problem.value = undefined
          step.value = { is: 'confirming', draft }
        }}
      />
    )
  return (
    <Confirm
      draft={now.draft}
      available={available}
      isPaying={now.is === 'paying'}
      problem={problem.value}
      pay={() => void pay(now.draft)}
      change={() => {
        step.value = { is: 'writing' }
      }}
    />
  )
}

interface Written {
  readonly to: string
  readonly amount: string
  readonly memo: string
}

interface WriteFormProps extends PayFormProps {
  readonly written: Written
  readonly check: (draft: Draft, written: Written) => void
}

interface Errors {
  readonly to?: string
  readonly amount?: string
}

function errorsOf(to: Member | undefined, amount: number | undefined, available: number | undefined): Errors {
  const text = texts.value.exchange.payment
  const isOver = amount !== undefined && available !== undefined && amount > available
  return {
    ...(to === undefined ? { to: text.errorTo } : {}),
    ...(amount === undefined ? { amount: text.errorAmount } : {}),
    ...(isOver ? { amount: text.errorLimit(numbers.value.credit(available)) } : {}),
  }
}

function WriteForm({ others, available, written, check }: WriteFormProps) {
  const errors = useSignal<Errors>({})
  const form = useRef<HTMLFormElement>(null)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (form.current === null) return
    const now = {
      to: fieldOf(form.current, 'to'),
      amount: fieldOf(form.current, 'amount'),
      memo: fieldOf(form.current, 'memo').trim(),
    }
    const to = others.find(({ id }) => id === now.to)
    const amountMicroCredit = readAmount(now.amount)
    errors.value = errorsOf(to, amountMicroCredit, available)
    const [wrong] = Object.keys(errors.value)
    if (wrong !== undefined) form.current.querySelector<HTMLElement>(`#${wrong}`)?.focus()
    else if (to !== undefined && amountMicroCredit !== undefined)
      check({ to, amountMicroCredit, memo: now.memo, key: newKey() }, now)
  }
  return (
    <form class="card form" ref={form} onSubmit={submit} noValidate>
      <WriteFields others={others} written={written} errors={errors.value} />
      <button type="submit" class="button primary">
        {texts.value.exchange.payment.check}
      </button>
    </form>
  )
}

interface WriteFieldsProps {
  readonly others: readonly Member[]
  readonly written: Written
  readonly errors: Errors
}

function WriteFields({ others, written, errors }: WriteFieldsProps) {
  const text = texts.value.exchange.payment
  const example = writtenAmount(language.value === 'it' ? 'it-IT' : 'en-GB', 3.5)
  return (
    <>
      <Field id="to" label={text.to} error={errors.to}>
        <select {...describedBy('to', errors.to)}>
          <option value="" selected={written.to === ''}>
            {text.choose}
          </option>
          {others.map((member) => (
            <option key={member.id} value={member.id} selected={member.id === written.to}>
              {member.name ?? member.id}
            </option>
          ))}
        </select>
      </Field>
      <Field id="amount" label={text.amount} hint={text.amountHint(example)} error={errors.amount}>
        <input
          {...describedBy('amount', errors.amount)}
          inputMode="decimal"
          autocomplete="off"
          defaultValue={written.amount}
        />
      </Field>
      <Field id="memo" label={text.memo} hint={text.memoHint}>
        <input
          {...describedBy('memo', undefined)}
          maxLength={MEMO_MAX}
          autocomplete="off"
          defaultValue={written.memo}
        />
      </Field>
    </>
  )
}

/** Pages on plain HTTP beyond localhost have no randomUUID, but they have the dice. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}

/** The question takes the focus when it appears: it must not be missed. */
function focusOnce(heading: HTMLElement | null): void {
  heading?.focus()
}

interface ConfirmProps {
  readonly draft: Draft
  readonly available: number | undefined
  readonly isPaying: boolean
  readonly problem: Problem | undefined
  readonly pay: () => void
  readonly change: () => void
}

function Confirm({ draft, available, isPaying, problem, pay, change }: ConfirmProps) {
  const text = texts.value.exchange.payment
  const { credit } = numbers.value
  const left = credit((available ?? 0) - draft.amountMicroCredit)
  return (
    <section class="card form" aria-labelledby="confirm-title">
      <h2 id="confirm-title" tabIndex={-1} ref={focusOnce}>
        {text.confirmTitle}
      </h2>
      <p class="answer">
        {text.confirm(draft.to.name ?? draft.to.id, credit(draft.amountMicroCredit), left)}
      </p>
      {draft.memo !== '' && <p>{`${text.memo}: ${draft.memo}`}</p>}
      {problem !== undefined && <ProblemNotice problem={problem} />}
      <div class="actions">
        <button type="button" class="button primary" disabled={isPaying} onClick={pay}>
          {isPaying ? text.working : text.yes}
        </button>
        <button type="button" class="button" disabled={isPaying} onClick={change}>
          {text.back}
        </button>
      </div>
      <p class="muted">{text.retry}</p>
    </section>
  )
}
