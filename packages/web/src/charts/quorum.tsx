import type { ResponseOf } from '@tri/contract'

import { numbers, texts } from '../language/language.ts'

/** A sign a steward, px. */
const STEP = 34
const RADIUS = 12

/**
 * The stewards as signs in a row: filled when they answer, hollow when not, and a bracket over as many as must. The list
 * below says the same in words.
 */
export function Quorum({ ledger }: { readonly ledger: ResponseOf<'ledger'> }) {
  const text = texts.value.operate
  const { count } = numbers.value
  const { stewards, connected, needed } = ledger
  if (stewards.length === 1) return null
  const summary = text.picture(count(connected), count(stewards.length), count(needed))
  const width = stewards.length * STEP
  // Those who answer stand first, so that the bracket shows at a glance whether enough do.
  const signs = stewards.toSorted((a, b) => Number(b.connected === true) - Number(a.connected === true))
  return (
    <div class="quorum">
      <svg viewBox={`0 0 ${width} 48`} width={width} height={48} role="img" aria-label={summary}>
        <path class="quorum-needed" d={`M4 10V4H${needed * STEP - 4}V10`} />
        {signs.map((steward, at) => (
          <circle
            key={steward.key}
            class={steward.connected === true ? 'quorum-answers' : 'quorum-silent'}
            cx={at * STEP + STEP / 2}
            cy={30}
            r={RADIUS}
          />
        ))}
      </svg>
      <span class="muted">{text.needed(count(needed), count(stewards.length))}</span>
    </div>
  )
}
