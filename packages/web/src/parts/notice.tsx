import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

import { texts } from '../language/language.ts'
import type { Problem } from '../live/loaded.ts'
import { Icon } from './icon.tsx'

interface ProblemNoticeProps {
  readonly problem: Problem
  readonly again?: (() => void) | undefined
  readonly hasBefore?: boolean
}

/** What failed, what still works, what to do next, and the details to hand on. */
export function ProblemNotice({ problem, again, hasBefore = false }: ProblemNoticeProps) {
  // What a member's own box does not hold is no failure: one sentence says where it is.
  if (problem.code === 'not-on-this-box')
    return (
      <p class="card muted" role="status">
        {problem.detail} {problem.next}
      </p>
    )
  return <FaultNotice problem={problem} again={again} hasBefore={hasBefore} />
}

function FaultNotice({ problem, again, hasBefore }: ProblemNoticeProps) {
  const text = texts.value.problem
  const isCopied = useSignal(false)
  const details = [problem.code, problem.detail, problem.request ?? '']
    .filter((part) => part !== '')
    .join('\n')
  const copy = async () => {
    // Without a secure origin there is no clipboard; the code stays in view to be read out.
    await navigator.clipboard?.writeText(details)
    isCopied.value = navigator.clipboard !== undefined
  }
  return (
    <section class="notice notice-fault" role="alert">
      <Icon name="warn" />
      <div class="notice-text">
        <p>
          <strong>{text.title}.</strong> {problem.detail} {problem.next}
        </p>
        <p class="muted">
          {hasBefore === true ? text.keepsOld : text.works} <code>{problem.code}</code>
        </p>
        <div class="actions">
          {again !== undefined && (
            <button type="button" class="button" onClick={again}>
              {text.again}
            </button>
          )}
          <button type="button" class="button quiet" onClick={() => void copy()}>
            {isCopied.value ? text.copied : text.copy}
          </button>
        </div>
      </div>
    </section>
  )
}

/** A calm remark about the whole page. */
export function Notice({ children }: { readonly children: ComponentChildren }) {
  return (
    <p class="notice notice-warn">
      <Icon name="warn" />
      <span class="notice-text">{children}</span>
    </p>
  )
}
