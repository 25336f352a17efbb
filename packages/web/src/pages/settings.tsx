import { useSignal, type Signal } from '@preact/signals'

import { addressOf, go } from '../frame/router.ts'
import { theme, THEMES } from '../frame/theme.ts'
import { language, LANGUAGES, numbers, texts } from '../language/language.ts'
import type { Problem } from '../live/loaded.ts'
import { leave, session } from '../live/session.ts'
import { publicState } from '../live/stream.ts'
import { Card, Facts } from '../parts/card.tsx'
import { Checks } from '../parts/checks.tsx'
import { Digest } from '../parts/digest.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'

const LANGUAGE_NAMES = { en: 'English', it: 'Italiano' } as const

/** Language, colours, session, and what this node is. */
export function SettingsPage() {
  const text = texts.value.settings
  return (
    <Page title={text.title}>
      <div class="cards">
        <Card title={text.language}>
          <Choice
            name="language"
            legend={text.language}
            chosen={language}
            choices={LANGUAGES}
            words={LANGUAGE_NAMES}
          />
        </Card>
        <Card title={text.theme}>
          <Choice name="theme" legend={text.theme} chosen={theme} choices={THEMES} words={text.themes} />
        </Card>
        <SessionCard />
        <About />
      </div>
    </Page>
  )
}

interface ChoiceProps<T extends string> {
  readonly name: string
  readonly legend: string
  readonly chosen: Signal<T>
  readonly choices: readonly T[]
  readonly words: Readonly<Record<T, string>>
}

function Choice<T extends string>({ name, legend, chosen, choices, words }: ChoiceProps<T>) {
  return (
    <fieldset class="choices">
      <legend class="unseen">{legend}</legend>
      {choices.map((choice) => (
        <label key={choice} class="choice">
          <input
            type="radio"
            name={name}
            checked={chosen.value === choice}
            onChange={() => {
              chosen.value = choice
            }}
          />
          {words[choice]}
        </label>
      ))}
    </fieldset>
  )
}

function SessionCard() {
  const text = texts.value.settings
  const who = session.value
  const problem = useSignal<Problem | undefined>(undefined)
  const end = async () => {
    problem.value = await leave()
    if (problem.value === undefined) go(addressOf('home', {}))
  }
  return (
    <Card title={text.session}>
      {who === undefined || who.role === null ? (
        <p>{text.signedOut}</p>
      ) : (
        <>
          <p>
            {texts.value.frame.lookingAs(who.member?.name ?? who.member?.id ?? text.roles[who.role])} (
            {text.roles[who.role]})
          </p>
          {problem.value !== undefined && <ProblemNotice problem={problem.value} />}
          <button type="button" class="button" onClick={() => void end()}>
            {text.leave}
          </button>
        </>
      )}
    </Card>
  )
}

function About() {
  const text = texts.value.settings
  const state = publicState.value
  const { count, creditExact } = numbers.value
  return (
    <Card title={text.about} wide {...(state === undefined ? {} : { mark: state.ledger.mark })}>
      {state !== undefined && (
        <>
          <Facts
            facts={[
              [text.community, state.community.name],
              [text.zone, state.community.timezone],
              [text.version, state.node.version],
              ...(state.ledger.operations === null
                ? []
                : [[text.operations, count(state.ledger.operations)] as const]),
              ...(state.ledger.sumMicroCredit === null
                ? []
                : [[text.sum, creditExact(state.ledger.sumMicroCredit)] as const]),
            ]}
          />
          {state.ledger.settlementRoot !== null && (
            <p>
              {text.root} <Digest value={state.ledger.settlementRoot} />
            </p>
          )}
          <h3>{text.checks}</h3>
          <Checks checks={state.checks} />
        </>
      )}
      {(session.value?.member ?? null) !== null && (
        <p class="links">
          <a href={addressOf('operate', {})}>{texts.value.devices.title}</a>
          <a href={addressOf('operate', {})}>{texts.value.operate.more}</a>
        </p>
      )}
      <p class="muted">{text.licence}</p>
      <p>
        <a href="api/docs" target="_self">
          {text.api}
        </a>
      </p>
    </Card>
  )
}
