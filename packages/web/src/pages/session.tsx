import { useSignal, type Signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

import { addressOf, go } from '../frame/router.ts'
import { texts } from '../language/language.ts'
import type { Problem } from '../live/loaded.ts'
import { claimLink, session } from '../live/session.ts'
import { ProblemNotice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'

/** Uses a one-time link, then goes where its reader has most to do. */
export function SessionPage() {
  const text = texts.value.session
  // Behind the #, where no server and no log sees it.
  const token = location.hash.slice(1)
  const problem = useSignal<Problem | undefined>(undefined)
  useEffect(() => {
    if (token !== '') void claim(token, problem)
  }, [token])
  return (
    <Page title={text.title}>
      <section class="card">
        {problem.value !== undefined ? (
          <ProblemNotice problem={problem.value} />
        ) : (
          <p role="status">{token === '' ? text.noToken : text.claiming}</p>
        )}
        <p>
          <a href={addressOf('home', {})}>{text.open}</a>
        </p>
      </section>
    </Page>
  )
}

async function claim(token: string, problem: Signal<Problem | undefined>): Promise<void> {
  problem.value = await claimLink(token)
  if (problem.value !== undefined) return
  const isCoordinator = session.value?.role === 'coordinator'
  go(isCoordinator ? addressOf('settle', {}) : addressOf('home', {}), 'replace')
}
