import type { ResponseOf } from '@tri/contract'
import { useEffect } from 'preact/hooks'

import { addressOf, place } from '../frame/router.ts'
import { language, numbers, texts, times } from '../language/language.ts'
import { useAsked, valueOf } from '../live/loaded.ts'
import { askReceipt } from '../live/questions.ts'
import { publicState, standingCount } from '../live/stream.ts'
import { Back } from '../parts/back.tsx'
import { Card, Facts } from '../parts/card.tsx'
import { Digest } from '../parts/digest.tsx'
import { Icon } from '../parts/icon.tsx'
import { Page } from '../parts/page.tsx'
import { Shown } from '../parts/shown.tsx'

const nameOf = (member: { readonly id: string; readonly name: string | null }) => member.name ?? member.id

type Receipt = ResponseOf<'receipt'>

function answerOf({ standing, from, to, amountMicroCredit }: Receipt): string {
  return texts.value.exchange.receipt.answers[standing](
    nameOf(from),
    nameOf(to),
    numbers.value.credit(amountMicroCredit),
  )
}

/** What its standing means for the two of them. */
function standingOf({ standing, refusal }: Receipt): string {
  const text = texts.value.exchange.receipt
  if (standing === 'refused' && refusal !== null) return `${text.what.refused} ${refusal[language.value]}`
  return text.what[standing]
}

/** The receipt of a payment: also what one sees right after paying, while it is promised and when it is final. */
export function ReceiptPage({ id }: { readonly id: string }) {
  const text = texts.value.exchange.receipt
  const payment = texts.value.exchange.payment
  const asked = useAsked(askReceipt, id)
  const known = valueOf(asked.state.value)
  const { credit } = numbers.value
  const isNew = place.value?.search.has('new') === true
  const isWaiting = known?.standing === 'accepted'
  // The stream tells when it is final; asking again whenever it speaks of anything covers what it lost.
  const [told, state] = [standingCount.value, isWaiting ? publicState.value : undefined]
  useEffect(() => {
    if (told > 0 || state !== undefined) asked.again()
  }, [told, state])
  return (
    <Page
      title={isNew ? (known === undefined ? payment.working : text.stands[known.standing]) : text.title}
      back={<Back to={addressOf('exchange', {})}>{texts.value.exchange.title}</Back>}
      answer={known && answerOf(known)}
    >
      <Shown asked={asked} height={20}>
        {(receipt) => (
          <Card title={text.title} mark={receipt.mark}>
            <p aria-live="polite">{standingOf(receipt)}</p>
            <Facts
              facts={[
                [text.id, receipt.id],
                [text.when, times.value.moment(receipt.at)],
                [text.from, nameOf(receipt.from)],
                [text.to, nameOf(receipt.to)],
                [text.amount, credit(receipt.amountMicroCredit)],
                ...(receipt.memo === '' ? [] : [[text.memo, receipt.memo] as const]),
                ...(receipt.balanceMicroCredit === null
                  ? []
                  : [[text.after, credit(receipt.balanceMicroCredit)] as const]),
              ]}
            />
            {receipt.operationDigest !== null && (
              <p class="muted">
                {text.digest} <Digest value={receipt.operationDigest} />
              </p>
            )}
            <div class="actions">
              <button type="button" class="button quiet" onClick={() => print()}>
                <Icon name="print" />
                {texts.value.exchange.print}
              </button>
              <a class="button" href={addressOf('pay', {})}>
                {payment.another}
              </a>
            </div>
          </Card>
        )}
      </Shown>
    </Page>
  )
}
