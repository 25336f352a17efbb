import { texts, numbers } from '../language/language.ts'
import { Card } from '../parts/card.tsx'
import type { Ledger } from './operate.tsx'

const nameOf = ({ id, name }: { readonly id: string; readonly name: string | null }) => name ?? id

interface Advice {
  readonly title: string
  readonly steps: readonly string[]
  readonly more?: string
  readonly commands?: readonly string[]
}

/** What whoever keeps the book does now, in plain words; nothing when all is well. */
export function OperateNext({ ledger }: { readonly ledger: Ledger }) {
  const advice = adviceFor(ledger)
  if (advice === undefined) return null
  const text = texts.value.operate
  return (
    <Card title={advice.title} wide>
      <ol class="advice">
        {advice.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {advice.more !== undefined && <p>{advice.more}</p>}
      {advice.commands !== undefined && (
        <details>
          <summary>{text.commands}</summary>
          <pre class="scroll commands" tabIndex={0} aria-label={text.commands}>
            {advice.commands.join('\n')}
          </pre>
        </details>
      )}
    </Card>
  )
}

/** The gravest thing first: a book that stands still, too few who answer, one who cheated, one who is silent. */
function adviceFor(ledger: Ledger): Advice | undefined {
  const text = texts.value.operate
  const { state, stewards, connected, needed, incidents } = ledger
  if (state === 'stopped' || state === 'failed') {
    const { look, doctor } = text.stoppedSteps
    return { title: text.next, steps: [look, doctor], commands: ['tri doctor', 'tri steward status'] }
  }
  if (state === 'no-quorum') {
    const { back, never, meanwhile, anew } = text.quorumSteps
    const more = numbers.value.count(Math.max(1, needed - connected))
    return {
      title: text.next,
      steps: [back(more), never, meanwhile, anew],
      commands: ['tri steward status', 'tri doctor', 'tri refounding ask'],
    }
  }
  // Once the box has another key, or is no steward any more, nothing is left to do about it.
  const caught = incidents.find(({ steward }) => steward !== null)?.steward ?? undefined
  if (caught !== undefined) {
    const { ask, key } = text.incidentSteps
    const name = nameOf(caught)
    return {
      title: text.next,
      steps: [ask(name), key],
      commands: ['tri steward rotate', 'tri steward replace OLD NEW', 'tri steward approve'],
    }
  }
  return silentAdvice(ledger) ?? (stewards.length === 1 ? singleAdvice() : undefined)
}

function silentAdvice({ stewards }: Ledger): Advice | undefined {
  const text = texts.value.operate
  const silent = stewards.filter(({ connected }) => connected === false)
  if (silent.length === 0) return undefined
  const { ask, back, replace } = text.silentSteps
  const names = silent.map(({ member }) => nameOf(member)).join(', ')
  return {
    title: text.next,
    steps: [ask(names), back, replace],
    commands: ['tri steward status', 'tri steward invite MEMBER', 'tri steward replace OLD NEW'],
  }
}

function singleAdvice(): Advice {
  const text = texts.value.operate
  const { alone, trust } = text.single
  return {
    title: text.singleTitle,
    steps: [alone, trust],
    more: text.singleNext,
    commands: [
      'tri ledger export --out FOLDER',
      'tri steward init --address HOST:PORT',
      'tri steward invite MEMBER',
      'tri steward add',
    ],
  }
}
