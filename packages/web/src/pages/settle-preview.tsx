import type { ResponseOf } from '@tri/contract'
import { useSignal } from '@preact/signals'

import { addressOf } from '../frame/router.ts'
import { numbers, texts } from '../language/language.ts'
import { nameOfRule } from '../language/names.ts'
import { useAsked } from '../live/loaded.ts'
import { askPreview } from '../live/questions.ts'
import { Card, Facts } from '../parts/card.tsx'
import { Shown } from '../parts/shown.tsx'

type Preview = ResponseOf<'previewMonth'>

/** What a month would give each member, and how another rule would have shared it. */
export function SettlePreview({ month }: { readonly month: string }) {
  const rule = useSignal<string | undefined>(undefined)
  const asked = useAsked(askPreview, rule.value === undefined ? month : `${month} ${rule.value}`)
  return (
    <Shown asked={asked} height={40}>
      {(preview) => (
        <div class="cards">
          <Summary
            preview={preview}
            choose={(name) => {
              rule.value = name === preview.inForce ? undefined : name
            }}
          />
          <Card title={texts.value.settle.preview.member} mark={preview.mark} wide>
            <Members preview={preview} />
          </Card>
        </div>
      )}
    </Shown>
  )
}

function Summary({
  preview,
  choose,
}: {
  readonly preview: Preview
  readonly choose: (rule: string) => void
}) {
  const text = texts.value.settle.preview
  const { energy, creditExact, count } = numbers.value
  const isInForce = preview.rule === preview.inForce
  return (
    <Card title={texts.value.settle.stepNames.preview} mark={preview.mark} wide>
      <p class="answer">{text.answer(energy(preview.totals.sharedWh), count(preview.members.length))}</p>
      <Facts
        facts={[
          [text.drawn, energy(preview.totals.importWh)],
          [text.fed, energy(preview.totals.exportWh)],
          [text.sum, creditExact(preview.sumMicroCredit)],
          [text.loss, `${count(preview.lossWeightedWhOhm)}\u00a0Wh·Ω`],
        ]}
      />
      <div class="actions">
        <label>
          {text.rule}{' '}
          <select value={preview.rule} onChange={(event) => choose(event.currentTarget.value)}>
            {preview.rules.map((name) => (
              <option key={name} value={name} selected={name === preview.rule}>
                {name === preview.inForce ? `${nameOfRule(name)} (${text.inForce})` : nameOfRule(name)}
              </option>
            ))}
          </select>
        </label>
        {isInForce ? (
          <a class="button primary" href={addressOf('settleStep', { month: preview.month, step: 'publish' })}>
            {text.next}
          </a>
        ) : (
          <span class="muted">{text.onlyInForce}</span>
        )}
      </div>
    </Card>
  )
}

function Members({ preview }: { readonly preview: Preview }) {
  const text = texts.value.settle.preview
  const { energyExact, creditExact } = numbers.value
  return (
    <div class="scroll tall" tabIndex={0} role="region" aria-label={text.member}>
      <table>
        <thead>
          <tr>
            <th scope="col">{text.member}</th>
            {[text.given, text.taken, text.credit, text.change].map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.members.map((row) => (
            <tr key={row.member.id}>
              <th scope="row">{row.member.name ?? row.member.id}</th>
              <td class="number">{energyExact(row.sharedGivenWh)}</td>
              <td class="number">{energyExact(row.sharedReceivedWh)}</td>
              <td class="number">{creditExact(row.creditMicroCredit)}</td>
              <td class="number">{creditExact(row.changeMicroCredit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
