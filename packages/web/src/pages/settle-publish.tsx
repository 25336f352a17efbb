import type { ResponseOf } from '@tri/contract'
import { useSignal } from '@preact/signals'

import { addressOf } from '../frame/router.ts'
import { numbers, texts, times } from '../language/language.ts'
import type { Problem } from '../live/loaded.ts'
import { node } from '../live/node.ts'
import { Card, Facts } from '../parts/card.tsx'
import { Digest } from '../parts/digest.tsx'
import { ProblemNotice } from '../parts/notice.tsx'

type Publication = ResponseOf<'publishMonth'>

type Publishing =
  | { readonly is: 'asking'; readonly problem?: Problem }
  | { readonly is: 'working' }
  | { readonly is: 'done'; readonly publication: Publication }

/** The one step that changes something for everybody: asked for once more, then done. */
export function SettlePublish({ month }: { readonly month: string }) {
  const state = useSignal<Publishing>({ is: 'asking' })
  const publish = async () => {
    state.value = { is: 'working' }
    const outcome = await node.publishMonth({ params: { month } })
    state.value = outcome.ok
      ? { is: 'done', publication: outcome.value }
      : { is: 'asking', problem: outcome.refusal }
  }
  const now = state.value
  const text = texts.value.settle.publish
  if (now.is === 'done') return <Published publication={now.publication} />
  return (
    <Card title={texts.value.settle.stepNames.publish} wide>
      <p class="answer">{text.answer(times.value.month(month))}</p>
      <p>{text.what}</p>
      {now.is === 'asking' && now.problem !== undefined && <ProblemNotice problem={now.problem} />}
      <div class="actions">
        <button
          type="button"
          class="button primary"
          disabled={now.is === 'working'}
          onClick={() => void publish()}
        >
          {now.is === 'working' ? text.working : text.now}
        </button>
      </div>
    </Card>
  )
}

function Published({ publication }: { readonly publication: Publication }) {
  const text = texts.value.settle.publish
  const { count } = numbers.value
  const { month } = publication
  return (
    <Card title={texts.value.settle.stepNames.publish} mark={publication.mark} wide>
      <p class="answer" role="status">
        {text.done(times.value.month(month))}
      </p>
      <Facts
        facts={[
          [text.statements, count(publication.statements)],
          [text.until, times.value.moment(publication.objectionsUntil)],
          [text.version, count(publication.version)],
        ]}
      />
      <p>
        {text.root} <Digest value={publication.root} />
      </p>
      <div class="actions">
        <a class="button primary" href={addressOf('settleStep', { month, step: 'verify' })}>
          {text.next}
        </a>
      </div>
    </Card>
  )
}
