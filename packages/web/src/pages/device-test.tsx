import type { ResponseOf } from '@tri/contract'

import { numbers, texts } from '../language/language.ts'
import { Facts } from '../parts/card.tsx'
import { Icon } from '../parts/icon.tsx'
import { seenFacts } from './device-details.tsx'
import { problemWords, spoken, valueNow, type Role } from './device-words.ts'
import { RawFrameView } from './raw-frame.tsx'

interface TestAnswerProps {
  readonly tested: ResponseOf<'testDevice'>
  readonly role: Role
}

/** The answer takes the focus when it appears: it was waited for. */
function focusOnce(heading: HTMLElement | null): void {
  heading?.focus()
}

/** What a device said when it was tried, or why it said nothing, with what to do about it. */
export function TestAnswer({ tested, role }: TestAnswerProps) {
  const text = texts.value.devices.wizard
  const { seen } = tested
  if (seen === null) return <Silence tested={tested} />
  const { figure, word } = valueNow(seen, role)
  return (
    <section class="test-answer">
      <h2 tabIndex={-1} ref={focusOnce} class="test-heard">
        <Icon name="check" />
        {text.heard}
      </h2>
      <p class="find-now">
        <span class="hero">{figure}</span> <span>{word}</span>
      </p>
      <p class="muted">{text.heardBecause}</p>
      <Facts facts={seenFacts(seen)} />
    </section>
  )
}

function Silence({ tested }: Pick<TestAnswerProps, 'tested'>) {
  const text = texts.value.devices
  const { reason, fault, problems, lastFrame } = tested
  return (
    <section class="test-answer">
      <h2 tabIndex={-1} ref={focusOnce} class="test-silent">
        <Icon name="warn" />
        {text.wizard.silentTitle}
      </h2>
      {reason !== null && <p>{text.wizard.reason[reason]}</p>}
      {fault !== null && <p class="remark">{spoken(fault)}</p>}
      {problems.length > 0 && (
        <ul class="device-problems">
          {problems.map(({ problem, times }) => (
            <li key={problem}>
              <code>{problem}</code> {text.times(times, numbers.value.count(times))}. {problemWords(problem)}
            </li>
          ))}
        </ul>
      )}
      {lastFrame !== null && <RawFrameView frame={lastFrame} />}
    </section>
  )
}
