import { texts } from '../language/language.ts'
import { nameOfCheck } from '../language/names.ts'
import { Icon } from './icon.tsx'

/** Comparisons the node made with itself, each with a sign and a word. */
export function Checks({
  checks,
}: {
  readonly checks: readonly { readonly name: string; readonly ok: boolean }[]
}) {
  const text = texts.value.settings
  return (
    <ul class="checks">
      {checks.map(({ name, ok }) => (
        <li key={name} class={ok ? 'ok' : 'fault'}>
          <Icon name={ok ? 'check' : 'warn'} />
          <span>
            {nameOfCheck(name)}: {ok ? text.checkOk : text.checkBad}
          </span>
        </li>
      ))}
    </ul>
  )
}
