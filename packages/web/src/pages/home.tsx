import type { ResponseOf } from '@tri/contract'

import { addressOf } from '../frame/router.ts'
import { numbers, texts, times } from '../language/language.ts'
import { useAsked, valueOf } from '../live/loaded.ts'
import { askHome } from '../live/questions.ts'
import { liveHome } from '../live/stream.ts'
import { Facts, Card } from '../parts/card.tsx'
import { Icon } from '../parts/icon.tsx'
import { Mark } from '../parts/mark.tsx'
import { Page } from '../parts/page.tsx'
import { Shown } from '../parts/shown.tsx'
import { HomeDay } from './home-day.tsx'
import { answerReason, answerSentence } from './home-answer.ts'
import { HomeTriangle } from './home-triangle.tsx'
import { ShareWith } from './share-with.tsx'

type Home = ResponseOf<'home'>

/** What a member sees first: is it a good time, what flows now, what it brought today, and with whom. */
export function HomePage() {
  const asked = useAsked(askHome, '')
  // The stream is newer than the first answer, as soon as it has spoken.
  const home = liveHome.value ?? valueOf(asked.state.value)
  const words = { texts: texts.value, numbers: numbers.value, times: times.value }
  if (home === undefined)
    return (
      <Page title={texts.value.frame.home}>
        <Shown asked={asked} height={40}>
          {() => null}
        </Shown>
      </Page>
    )
  const { triangle, today } = home
  if (triangle === null || today === null) return <OwnBoxHome home={home} />
  return (
    <Page
      title={texts.value.frame.home}
      answer={answerSentence(home.answer, words)}
      because={answerReason(home.answer, words)}
    >
      <div class="cards">
        <HomeTriangle triangle={triangle} />
        <div class="stack">
          <Credit home={home} />
          <ShareWith rows={home.shareWith} mark={today.mark} />
          <Today today={today} />
        </div>
        <HomeDay today={today.date} latestSlot={home.slot} />
      </div>
    </Page>
  )
}

/** Home on a member’s own box: her account, and where the rest is. */
function OwnBoxHome({ home }: { readonly home: Home }) {
  const text = texts.value.ownBox
  return (
    <Page title={texts.value.frame.home} answer={text.answer} because={text.rest}>
      <div class="cards">
        <Credit home={home} />
      </div>
    </Page>
  )
}

const sumOf = (byRing: Partial<Record<string, number>>) =>
  Object.values(byRing).reduce<number>((before, energyWh) => before + (energyWh ?? 0), 0)

function Credit({ home }: { readonly home: Home }) {
  const text = texts.value.credit
  const { credit, creditChange, energy } = numbers.value
  const account = addressOf('exchange', {})
  const { today } = home
  return (
    <Card title={text.title} mark={home.credit.mark}>
      <a class="figure-link" href={account}>
        <span class="hero">
          <Icon name="coin" />
          {credit(home.credit.balanceMicroCredit)}
        </span>
        <span class="change">
          {creditChange(home.credit.todayMicroCredit)} {text.today}
        </span>
        <Icon name="next" />
      </a>
      <p class="muted">
        {today !== null && `${text.because(energy(sumOf(today.givenWh)), energy(sumOf(today.receivedWh)))}; `}
        {text.available(credit(home.credit.availableMicroCredit))}.
      </p>
      {home.credit.promisedMicroCredit > 0 && (
        <p class="promised">
          <Mark mark="promised" /> {texts.value.exchange.promisedSum(credit(home.credit.promisedMicroCredit))}
        </p>
      )}
      {home.credit.flagged && <p class="remark">{text.below}</p>}
      <p>
        <a href={account}>{text.open}</a>
      </p>
    </Card>
  )
}

function Today({ today }: { readonly today: NonNullable<Home['today']> }) {
  const text = texts.value.today
  const { energy } = numbers.value
  const measured = (energyWh: number | null) =>
    energyWh === null ? texts.value.triangle.notMeasured : energy(energyWh)
  return (
    <Card title={`${text.title}, ${times.value.date(today.date)}`} mark={today.mark}>
      <Facts
        facts={[
          [text.produced, measured(today.producedWh)],
          [text.consumed, measured(today.consumedWh)],
          [text.given, energy(sumOf(today.givenWh))],
          [text.received, energy(sumOf(today.receivedWh))],
          [text.gridImport, energy(today.gridImportWh)],
          [text.gridExport, energy(today.gridExportWh)],
        ]}
      />
    </Card>
  )
}
