import { numbers, texts } from '../language/language.ts'
import { publicState } from '../live/stream.ts'
import { Card, Facts } from '../parts/card.tsx'
import { Checks } from '../parts/checks.tsx'
import { Digest } from '../parts/digest.tsx'
import { Page } from '../parts/page.tsx'
import { Skeleton } from '../parts/shown.tsx'

/** What anyone may see: totals over many homes, and proofs. No name, no place, no meter. */
export function PublicPage() {
  const text = texts.value.public
  const state = publicState.value
  if (state === undefined)
    return (
      <Page title={texts.value.frame.home}>
        <Skeleton height={24} />
      </Page>
    )
  const { today, lastSlot } = state.energy
  const { energy, energyExact, count, creditExact } = numbers.value
  return (
    <Page
      title={state.community.name}
      answer={today === null ? text.answerHidden : text.answer(energy(today.sharedWh))}
      because={text.why}
    >
      <div class="cards">
        <Card title={texts.value.session.open} mark={state.ledger.mark}>
          <Facts
            facts={[
              [text.today, today === null ? text.hidden : energyExact(today.sharedWh)],
              [text.lastSlot, lastSlot === null ? text.hidden : energyExact(lastSlot.sharedWh)],
              ...(state.meters === null
                ? []
                : [
                    [text.meters, `${count(state.meters.reporting)} / ${count(state.meters.total)}`] as const,
                  ]),
              ...(state.ledger.sumMicroCredit === null
                ? []
                : [[text.sum, creditExact(state.ledger.sumMicroCredit)] as const]),
            ]}
          />
          {state.ledger.settlementRoot !== null && (
            <p class="muted">
              {texts.value.settings.root} <Digest value={state.ledger.settlementRoot} />
            </p>
          )}
        </Card>
        <Card title={texts.value.session.title}>
          <p>{texts.value.settings.signedOut}</p>
          <h3>{texts.value.settings.checks}</h3>
          <Checks checks={state.checks} />
        </Card>
      </div>
    </Page>
  )
}
