import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

import { addressOf, go } from '../frame/router.ts'
import { texts } from '../language/language.ts'
import type { Problem } from '../live/loaded.ts'
import { claimLink, session } from '../live/session.ts'
import { ProblemNotice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'

/** Uses a one-time link, then goes where its reader has most to do. */
export function SessionPage({ token }: { readonly token: string | null }) {
  const text = texts.value.session
  const problem = useSignal<Problem | undefined>(undefined)
  useEffect(() => {
    if (token === null) return
    void claimLink(token).then((refused) => {
      problem.value = refused
      if (refused !== undefined) return
      const isCoordinator = session.value?.role === 'coordinator'
      go(isCoordinator ? addressOf('settle', {}) : addressOf('home', {}), 'replace')
    })
  }, [token])
  return (
    <Page title={text.title}>
      <section class="card">
        {problem.value !== undefined ? (
          <ProblemNotice problem={problem.value} />
        ) : (
          <p role="status">{token === null ? text.noToken : text.claiming}</p>
        )}
        <p>
          <a href={addressOf('home', {})}>{text.open}</a>
        </p>
      </section>
    </Page>
  )
}
