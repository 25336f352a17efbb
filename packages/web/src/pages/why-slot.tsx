import type { ResponseOf } from '@tri/contract'

import { addressOf } from '../frame/router.ts'
import { numbers, texts, times } from '../language/language.ts'
import { nameOfRule } from '../language/names.ts'
import { useAsked, valueOf } from '../live/loaded.ts'
import { askWhySlot, ringNamed, RINGS } from '../live/questions.ts'
import { Back } from '../parts/back.tsx'
import { Card, Facts } from '../parts/card.tsx'
import { Digest } from '../parts/digest.tsx'
import { Page } from '../parts/page.tsx'
import { Shown } from '../parts/shown.tsx'

type WhySlot = ResponseOf<'whySlot'>

interface WhySlotPageProps {
  readonly day: string
  readonly ring: string
  readonly slot: string
}

/** Why a quarter hour has this credit: the signed reading, how it was shared, and the proof. */
export function WhySlotPage({ day, ring, slot }: WhySlotPageProps) {
  const text = texts.value.exchange.whySlot
  const asked = useAsked(askWhySlot, slot)
  const known = valueOf(asked.state.value)
  const name = ringNamed(ring)
  return (
    <Page
      title={text.title(times.value.slot(Number(slot)), times.value.date(day))}
      back={
        <Back to={addressOf('whyDay', { day, ring })}>
          {`${name === undefined ? ring : texts.value.ring[name]}, ${times.value.date(day)}`}
        </Back>
      }
      answer={known && text.answer(numbers.value.creditExact(known.amountMicroCredit))}
    >
      <Shown asked={asked} height={40}>
        {(why) => (
          <div class="cards">
            <Readings why={why} />
            <Allocation why={why} />
            <Proof why={why} />
            <Community why={why} />
          </div>
        )}
      </Shown>
    </Page>
  )
}

function Readings({ why }: { readonly why: WhySlot }) {
  const text = texts.value.exchange.whySlot
  const { wattHours } = numbers.value
  return (
    <Card title={text.readings} mark={why.readings[0]?.mark ?? why.mark}>
      {why.readings.map((reading) => (
        <section key={reading.meter} class="reading">
          <Facts
            facts={[
              [text.meter, reading.meter],
              [text.import, wattHours(reading.importWh)],
              [text.export, wattHours(reading.exportWh)],
              [text.quality, texts.value.quality[reading.quality]],
              [
                text.signer,
                reading.signer === null
                  ? text.unsigned
                  : `${text.signerRole[reading.signer.role]} (${reading.signer.id})`,
              ],
              [text.received, reading.receivedAt === null ? '–' : times.value.moment(reading.receivedAt)],
            ]}
          />
          {reading.statementDigest !== null && (
            <p class="muted">
              {text.digest} <Digest value={reading.statementDigest} />
            </p>
          )}
        </section>
      ))}
    </Card>
  )
}

function Allocation({ why }: { readonly why: WhySlot }) {
  const text = texts.value.exchange
  const { wattHours, creditExact, price } = numbers.value
  return (
    <Card title={text.whySlot.allocation} mark={why.mark}>
      <ul class="lines plain">
        {why.allocation.map((part) => (
          <li key={part.ring}>
            <span class="line">
              <span class="line-what">
                <strong>{texts.value.ring[part.ring]}</strong>
                <span class="muted">
                  {text.gave} {wattHours(part.givenWh)} · {text.took} {wattHours(part.receivedWh)} · ×{' '}
                  {price(part.priceMicroCreditPerWh)}
                </span>
              </span>
              <span class="line-amount">
                <strong>{creditExact(part.amountMicroCredit)}</strong>
              </span>
            </span>
          </li>
        ))}
      </ul>
      <Facts
        facts={[
          [text.whySlot.rest, `${wattHours(why.grid.importWh)} / ${wattHours(why.grid.exportWh)}`],
          [text.whySlot.own, wattHours(why.ownWh)],
          [text.whySlot.fee, creditExact(why.feeMicroCredit)],
          [
            text.whySlot.rule,
            `${nameOfRule(why.rule)}, ${text.whySlot.charter(numbers.value.count(why.charterVersion))}`,
          ],
        ]}
      />
    </Card>
  )
}

function Proof({ why }: { readonly why: WhySlot }) {
  const text = texts.value.exchange.whySlot
  const { count } = numbers.value
  if (why.settlement === null)
    return (
      <Card title={text.proof}>
        <p class="muted">{text.notSettled}</p>
      </Card>
    )
  return (
    <Card title={text.proof} wide>
      <p>{text.proofWhat}</p>
      <p>
        {text.root}, {text.settlement(count(why.settlement.version))}: <Digest value={why.settlement.root} />
      </p>
      {why.settlement.proofs.map((proof) => (
        <section key={proof.meter} class="reading">
          <p>
            {text.leaf} ({proof.meter}): <Digest value={proof.leafDigest} />
          </p>
          <details>
            <summary>{text.path(count(proof.path.length))}</summary>
            <ol>
              {proof.path.map(({ sibling, on }, at) => (
                <li key={at}>
                  {on === 'left' ? text.left : text.right} <Digest value={sibling} />
                </li>
              ))}
            </ol>
          </details>
        </section>
      ))}
    </Card>
  )
}

function Community({ why }: { readonly why: WhySlot }) {
  const text = texts.value.exchange.whySlot
  const byRing = why.communityRingWh
  return (
    <Card title={text.community} wide>
      {byRing === null ? (
        <p class="muted">{text.hidden}</p>
      ) : (
        <Facts
          facts={RINGS.filter((ring) => (byRing[ring] ?? 0) > 0).map((ring) => [
            texts.value.ring[ring],
            numbers.value.wattHours(byRing[ring] ?? 0),
          ])}
        />
      )}
    </Card>
  )
}
