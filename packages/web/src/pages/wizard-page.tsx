import type { ComponentChildren } from 'preact'

import { addressOf } from '../frame/router.ts'
import { texts } from '../language/language.ts'
import { Back } from '../parts/back.tsx'
import { Page } from '../parts/page.tsx'

const STEPS = ['look', 'choose', 'name'] as const

interface WizardPageProps {
  readonly step?: (typeof STEPS)[number]
  readonly answer: string | undefined
  readonly because?: string | undefined
  readonly children: ComponentChildren
}

/** The frame of a step: the way back, what it asks, and where one is. */
export function WizardPage({ step, answer, because, children }: WizardPageProps) {
  const text = texts.value.devices
  return (
    <Page
      title={text.wizard.title}
      back={<Back to={addressOf('operate', {})}>{texts.value.operate.title}</Back>}
      answer={answer}
      because={because}
    >
      {step !== undefined && (
        <ol class="wizard-steps" aria-label={text.wizard.steps}>
          {STEPS.map((name) => (
            <li key={name} aria-current={name === step ? 'step' : undefined}>
              {text.wizard.names[name]}
            </li>
          ))}
        </ol>
      )}
      {children}
    </Page>
  )
}
