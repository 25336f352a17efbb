import type { ResponseOf } from '@tri/contract'
import { addressOf as routeAddress } from '@tri/contract/client'

import { numbers, texts } from '../language/language.ts'
import { useAsked } from '../live/loaded.ts'
import { nodeAddress } from '../live/node.ts'
import { askVerification } from '../live/questions.ts'
import { Card, Facts } from '../parts/card.tsx'
import { Checks } from '../parts/checks.tsx'
import { Digest } from '../parts/digest.tsx'
import { Icon } from '../parts/icon.tsx'
import { Shown } from '../parts/shown.tsx'

/** A published month, recomputed from its readings, and the files to keep. */
export function SettleVerify({ month }: { readonly month: string }) {
  const asked = useAsked(askVerification, month)
  return (
    <Shown asked={asked} height={30}>
      {(verification) => <Verification verification={verification} />}
    </Shown>
  )
}

function Verification({ verification }: { readonly verification: ResponseOf<'verifyMonth'> }) {
  const text = texts.value.settle.verify
  const { count, wattHours, creditExact } = numbers.value
  const { month } = verification
  const isSame = verification.root === verification.recordedRoot
  const bundle = (format: 'csv' | 'parquet') =>
    nodeAddress(routeAddress('monthBundle', { params: { month }, query: { format } }))
  return (
    <Card title={texts.value.settle.stepNames.verify} mark={verification.mark} wide>
      <p class={verification.ok ? 'answer' : 'answer fault-text'}>{verification.ok ? text.ok : text.bad}</p>
      <Facts
        facts={[
          [text.meters, count(verification.meters)],
          [text.members, count(verification.members)],
          [text.slots, count(verification.slots)],
          [text.residual, wattHours(verification.residualWh)],
          [text.sum, creditExact(verification.sumMicroCredit)],
        ]}
      />
      <p>
        {text.root} <Digest value={verification.root} />
      </p>
      <p>
        {text.recorded}:{' '}
        {isSame ? (
          text.same
        ) : (
          <>
            {text.different}{' '}
            {verification.recordedRoot !== null && <Digest value={verification.recordedRoot} />}
          </>
        )}
      </p>
      <Checks checks={verification.checks} />
      <div class="actions">
        <a class="button primary" href={bundle('csv')} download={`tri-${month}.csv`}>
          <Icon name="file" />
          {text.bundle}
        </a>
        <a class="button" href={bundle('parquet')} download={`tri-${month}.parquet`}>
          <Icon name="file" />
          {text.parquet}
        </a>
      </div>
    </Card>
  )
}
