import type { ResponseOf } from '@tri/contract'

import { addressOf } from '../frame/router.ts'
import { numbers, texts, times } from '../language/language.ts'
import { useAsked, valueOf } from '../live/loaded.ts'
import { askWhyDay, ringNamed } from '../live/questions.ts'
import { Back } from '../parts/back.tsx'
import { Card, Facts } from '../parts/card.tsx'
import { Mark } from '../parts/mark.tsx'
import { Page } from '../parts/page.tsx'
import { Shown } from '../parts/shown.tsx'

type WhyDay = ResponseOf<'whyDay'>

/** Why a day has this credit at one distance: its quarter hours, each with the way to its reading. */
export function WhyDayPage({ day, ring }: { readonly day: string; readonly ring: string }) {
  const text = texts.value.exchange.whyDay
  const asked = useAsked(askWhyDay, `${day} ${ring}`)
  const known = valueOf(asked.state.value)
  const { creditExact, energyExact } = numbers.value
  const name = ringNamed(ring)
  return (
    <Page
      title={text.title(name === undefined ? ring : texts.value.ring[name], times.value.date(day))}
      back={<Back to={addressOf('exchange', {})}>{texts.value.exchange.title}</Back>}
      answer={
        known &&
        text.answer(
          creditExact(known.amountMicroCredit),
          energyExact(known.givenWh),
          energyExact(known.receivedWh),
        )
      }
    >
      <Shown asked={asked} height={30}>
        {(why) => <WhyDayView why={why} />}
      </Shown>
    </Page>
  )
}

function WhyDayView({ why }: { readonly why: WhyDay }) {
  const text = texts.value.exchange.whyDay
  const { creditExact, energyExact, price } = numbers.value
  return (
    <div class="cards">
      <Card title={text.sum} mark={why.mark} wide>
        <Facts
          facts={[
            [text.given, energyExact(why.givenWh)],
            [text.taken, energyExact(why.receivedWh)],
            [
              text.price,
              why.priceMicroCreditPerWh === null ? text.perSlot : price(why.priceMicroCreditPerWh),
            ],
            [text.amount, creditExact(why.amountMicroCredit)],
            [text.fee, creditExact(why.feeMicroCredit)],
          ]}
        />
      </Card>
      <Card title={text.slots} wide how={text.how}>
        {why.slots.length === 0 ? <p class="muted">{text.empty}</p> : <Slots why={why} />}
      </Card>
    </div>
  )
}

function Slots({ why }: { readonly why: WhyDay }) {
  const text = texts.value.exchange.whyDay
  const { creditExact, wattHours, price, count } = numbers.value
  return (
    <ul class="lines">
      {why.slots.map((slot) => (
        <li key={slot.slot}>
          <a
            class="line"
            href={addressOf('whySlot', { day: why.date, ring: why.ring, slot: String(slot.slot) })}
          >
            <span class="line-what">
              <strong>{times.value.slot(slot.slot)}</strong>
              <span class="muted">
                {[
                  slot.givenWh === 0 ? undefined : `${texts.value.exchange.gave} ${wattHours(slot.givenWh)}`,
                  slot.receivedWh === 0
                    ? undefined
                    : `${texts.value.exchange.took} ${wattHours(slot.receivedWh)}`,
                  `× ${price(slot.priceMicroCreditPerWh)}`,
                  slot.version > 1 ? `${text.version} ${count(slot.version)}, ${text.corrected}` : undefined,
                ]
                  .filter((part) => part !== undefined)
                  .join(' · ')}
              </span>
            </span>
            <span class="line-amount">
              <strong>{creditExact(slot.amountMicroCredit)}</strong>
            </span>
            <Mark mark={slot.mark} />
            <span class="line-why">{texts.value.why}</span>
          </a>
        </li>
      ))}
    </ul>
  )
}
