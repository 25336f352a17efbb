import type { Mark as MarkName } from '@tri/contract'

import { texts } from '../language/language.ts'

export type { MarkName }

/** How final a value is: a shape and a word, never a colour alone. */
export function Mark({ mark }: { readonly mark: MarkName }) {
  return (
    <span class={`mark mark-${mark}`} title={texts.value.markWhat[mark]}>
      <svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">
        {mark === 'live' && <circle cx="6" cy="6" r="4" fill="currentColor" />}
        {mark === 'provisional' && (
          <>
            <path d="M6 1.5a4.5 4.5 0 0 0 0 9z" fill="currentColor" />
            <circle cx="6" cy="6" r="4.2" class="ring" />
          </>
        )}
        {(mark === 'certified' || mark === 'final') && <path d="M1.5 6.2 4.6 9.3 10.5 3" class="tick" />}
        {mark === 'promised' && <circle cx="6" cy="6" r="4.2" class="ring dashed" />}
        {mark === 'refused' && <path d="M2.5 2.5l7 7m0-7-7 7" class="tick" />}
      </svg>
      {texts.value.mark[mark]}
    </span>
  )
}
