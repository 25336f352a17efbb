import type { ComponentChildren } from 'preact'

import { addressOf } from '../frame/router.ts'
import { texts, times } from '../language/language.ts'
import { Back } from '../parts/back.tsx'
import { Page } from '../parts/page.tsx'
import { SettleCheck } from './settle-check.tsx'
import { SettlePreview } from './settle-preview.tsx'
import { SettlePublish } from './settle-publish.tsx'
import { SettleVerify } from './settle-verify.tsx'
import { UnknownPage } from './unknown.tsx'

export const STEPS = ['check', 'preview', 'publish', 'verify'] as const
export type StepName = (typeof STEPS)[number]

/** One step of closing a month. Each has its own address, so it can be left and taken up again. */
export function SettleStepPage({ month, step }: { readonly month: string; readonly step: string }) {
  const name = STEPS.find((known) => known === step)
  if (name === undefined || !/^\d{4}-\d{2}$/.test(month)) return <UnknownPage />
  const text = texts.value.settle
  const StepPage = STEP_PAGES[name]
  return (
    <Page
      title={text.titleOf(text.stepNames[name], times.value.month(month))}
      back={<Back to={addressOf('settle', {})}>{text.title}</Back>}
    >
      <Steps month={month} current={name} />
      <StepPage month={month} />
    </Page>
  )
}

const STEP_PAGES = {
  check: SettleCheck,
  preview: SettlePreview,
  publish: SettlePublish,
  verify: SettleVerify,
} as const satisfies Record<StepName, (of: { readonly month: string }) => ComponentChildren>

function Steps({ month, current }: { readonly month: string; readonly current: StepName }) {
  const text = texts.value.settle
  return (
    <nav class="steps" aria-label={text.stepsName}>
      <ol>
        {STEPS.map((step) => (
          <li key={step}>
            <a
              href={addressOf('settleStep', { month, step })}
              aria-current={step === current ? 'step' : undefined}
            >
              {text.steps[step]}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  )
}
