import { addressOf } from '@tri/contract/client'
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

import { language, texts } from '../language/language.ts'
import { knownGenesis, rememberGenesis } from '../live/known-genesis.ts'
import type { Problem } from '../live/loaded.ts'
import { myProof } from '../live/my-proof.ts'
import { node, nodeAddress } from '../live/node.ts'
import { Card } from '../parts/card.tsx'
import { Field, describedBy } from '../parts/field.tsx'
import { Icon } from '../parts/icon.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import type { Checked } from '../proof/offline-check.ts'
import type { CheckedView as View } from '../proof/checked-view.tsx'

/** How far the check has come. What it takes is loaded with the first one: most visits to the page need none of it. */
type Check =
  | { readonly is: 'idle' }
  | { readonly is: 'working' }
  | { readonly is: 'failed'; readonly problem: Problem }
  | {
      readonly is: 'done'
      readonly checked: Checked
      readonly genesis: GenesisUsed
      readonly View: typeof View
    }

/** The text that a proof was checked against, and where the page has it from. */
export interface GenesisUsed {
  readonly text: string
  readonly isKnown: boolean
}

/** A member checks the balance that the page shows, here and now, with no node trusted. */
export function ProofCard({ balanceMicroCredit }: { readonly balanceMicroCredit: number }) {
  const text = texts.value.proof
  const typed = useSignal(knownGenesis() ?? '')
  const check = useSignal<Check>({ is: 'idle' })
  const checking = useRef<AbortController>(undefined)
  useEffect(() => () => checking.current?.abort(), [])
  const run = async () => {
    const stop = new AbortController()
    checking.current?.abort()
    checking.current = stop
    check.value = { is: 'working' }
    const outcome = await checkedNow(typed.value.trim(), stop.signal)
    if (!stop.signal.aborted) check.value = outcome
  }
  const state = check.value
  return (
    <Card title={text.title} how={text.how} wide>
      <p class="muted">{text.what}</p>
      <Field id="genesis-text" label={text.text} hint={text.textHint}>
        <input
          {...describedBy('genesis-text', undefined)}
          value={typed.value}
          onInput={({ currentTarget }) => void (typed.value = currentTarget.value)}
          autocomplete="off"
          spellcheck={false}
        />
      </Field>
      <div class="actions">
        <button
          type="button"
          class="button primary"
          disabled={state.is === 'working'}
          onClick={() => void run()}
        >
          {state.is === 'working' ? text.working : text.check}
        </button>
        <a class="file" href={nodeAddress(addressOf('myProof'))} download title={text.fileWhat}>
          <Icon name="file" />
          {text.file}
        </a>
      </div>
      <div role="status">
        {state.is === 'failed' && <ProblemNotice problem={state.problem} again={() => void run()} />}
        {state.is === 'done' && (
          <state.View checked={state.checked} genesis={state.genesis} shownMicroCredit={balanceMicroCredit} />
        )}
      </div>
    </Card>
  )
}

/** Fetches the proof and, where none was typed, the text that the node tells, and checks the one against the other. */
async function checkedNow(typed: string, stop: AbortSignal): Promise<Check> {
  const [told, proof] = await Promise.all([typed === '' ? node.genesis({}, stop) : undefined, myProof(stop)])
  if (told?.ok === false) return { is: 'failed', problem: told.refusal }
  if (!proof.ok) return { is: 'failed', problem: proof.refusal }
  const text = told === undefined ? typed : told.value.text
  const [{ checkedHere }, { CheckedView }] = await Promise.all([
    import('../proof/offline-check.ts'),
    import('../proof/checked-view.tsx'),
  ])
  const checked = checkedHere(proof.value, text, language.value)
  const isKnown = text === knownGenesis()
  if (checked.is === 'believed') rememberGenesis(text)
  return { is: 'done', checked, genesis: { text, isKnown }, View: CheckedView }
}
