import type { ComponentChildren } from 'preact'

import { texts } from '../language/language.ts'
import { valueOf, type Asked } from '../live/loaded.ts'
import { ProblemNotice } from './notice.tsx'

interface ShownProps<T> {
  readonly asked: Asked<T>
  /** Height of the skeleton in rem: that of the finished part, so that nothing jumps. */
  readonly height: number
  readonly children: (value: T) => ComponentChildren
}

/** Shows what was asked for: a skeleton first, then the value; after a failure the reason, above the last value. */
export function Shown<T>({ asked, height, children }: ShownProps<T>) {
  const state = asked.state.value
  const value = valueOf(state)
  const failed = state.is === 'failed' && (
    <ProblemNotice problem={state.problem} again={asked.again} hasBefore={value !== undefined} />
  )
  if (value !== undefined)
    return (
      <>
        {failed}
        {children(value)}
      </>
    )
  return failed === false ? <Skeleton height={height} /> : failed
}

/** A quiet shape of the final size. The style sheet keeps it invisible for the first 200 ms. */
export function Skeleton({ height }: { readonly height: number }) {
  return (
    <div class="skeleton" style={{ minHeight: `${height}rem` }} role="status">
      <span class="unseen">{texts.value.loading}</span>
    </div>
  )
}
