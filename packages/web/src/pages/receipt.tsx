import { addressOf, place } from '../frame/router.ts'
import { numbers, texts, times } from '../language/language.ts'
import { useAsked, valueOf } from '../live/loaded.ts'
import { askReceipt } from '../live/questions.ts'
import { Back } from '../parts/back.tsx'
import { Card, Facts } from '../parts/card.tsx'
import { Digest } from '../parts/digest.tsx'
import { Icon } from '../parts/icon.tsx'
import { Page } from '../parts/page.tsx'
import { Shown } from '../parts/shown.tsx'

const nameOf = (member: { readonly id: string; readonly name: string | null }) => member.name ?? member.id

/** The receipt of a payment: also what one sees right after paying. */
export function ReceiptPage({ id }: { readonly id: string }) {
  const text = texts.value.exchange.receipt
  const payment = texts.value.exchange.payment
  const asked = useAsked(askReceipt, id)
  const known = valueOf(asked.state.value)
  const { credit } = numbers.value
  const isNew = place.value?.search.has('new') === true
  return (
    <Page
      title={isNew ? payment.done : text.title}
      back={<Back to={addressOf('exchange', {})}>{texts.value.exchange.title}</Back>}
      answer={known && text.answer(nameOf(known.from), nameOf(known.to), credit(known.amountMicroCredit))}
    >
      <Shown asked={asked} height={20}>
        {(receipt) => (
          <Card title={text.title} mark={receipt.mark}>
            <Facts
              facts={[
                [text.id, receipt.id],
                [text.when, times.value.moment(receipt.at)],
                [text.from, nameOf(receipt.from)],
                [text.to, nameOf(receipt.to)],
                [text.amount, credit(receipt.amountMicroCredit)],
                ...(receipt.memo === '' ? [] : [[text.memo, receipt.memo] as const]),
                [text.after, credit(receipt.balanceMicroCredit)],
              ]}
            />
            <p class="muted">
              {text.digest} <Digest value={receipt.operationDigest} />
            </p>
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
