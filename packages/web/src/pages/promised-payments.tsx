import type { ResponseOf } from '@tri/contract'

import { addressOf } from '../frame/router.ts'
import { language, numbers, texts, times } from '../language/language.ts'
import { Card } from '../parts/card.tsx'
import { Mark } from '../parts/mark.tsx'

type Receipt = ResponseOf<'receipt'>

/** Payments that are not in the account: on their way, or refused with the reason. Nothing when there are none. */
export function PromisedPayments({ payments }: { readonly payments: readonly Receipt[] }) {
  const text = texts.value.exchange.promised
  if (payments.length === 0) return null
  return (
    <Card title={text.title} how={text.how} wide>
      <ul class="lines">
        {payments.map((payment) => (
          <li key={payment.id}>
            <a class="line" href={addressOf('receipt', { id: payment.id })}>
              <PaymentText payment={payment} />
            </a>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function PaymentText({ payment }: { readonly payment: Receipt }) {
  const { to, memo, at, amountMicroCredit, refusal, mark } = payment
  const details = [
    times.value.moment(at),
    ...(memo === '' ? [] : [memo]),
    ...(refusal === null ? [] : [refusal[language.value]]),
  ]
  return (
    <>
      <span class="line-what">
        <strong>{to.name ?? to.id}</strong>
        <span class="muted">{details.join(' · ')}</span>
      </span>
      <span class="line-amount">
        <strong>{numbers.value.creditChange(-amountMicroCredit)}</strong>
      </span>
      <Mark mark={mark} />
      <span class="line-why">{texts.value.exchange.receipt.title}</span>
    </>
  )
}
