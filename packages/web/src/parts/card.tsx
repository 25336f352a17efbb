import type { ComponentChildren } from 'preact'

import { texts } from '../language/language.ts'
import { Mark, type MarkName } from './mark.tsx'

interface CardProps {
  readonly title: string
  readonly mark?: MarkName
  readonly aside?: ComponentChildren
  readonly how?: string
  readonly wide?: boolean
  /** What stands beside the explanation at the foot: the table, the file. */
  readonly foot?: ComponentChildren
  readonly children: ComponentChildren
}

/** One question answered: a title, how final it is, the answer, and how it is computed. */
export function Card({ title, mark, aside, how, wide = false, foot, children }: CardProps) {
  return (
    <section class={wide ? 'card wide' : 'card'}>
      <header class="card-head">
        <h2>{title}</h2>
        {aside}
        {mark !== undefined && <Mark mark={mark} />}
      </header>
      {children}
      {(how !== undefined || foot !== undefined) && (
        <div class="foot">
          {foot}
          {how !== undefined && (
            <details class="how">
              <summary>{texts.value.how}</summary>
              <p>{how}</p>
            </details>
          )}
        </div>
      )}
    </section>
  )
}

/** A list of names and figures. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
