import type { Proved } from '@tri/ledger/proof'

import { numbers, texts, times } from '../language/language.ts'
import type { GenesisUsed } from '../pages/proof-card.tsx'
import { Facts } from '../parts/card.tsx'
import { Digest } from '../parts/digest.tsx'
import { Icon } from '../parts/icon.tsx'
import type { Checked } from './offline-check.ts'
import { QrCode } from './qr-code.tsx'

interface CheckedViewProps {
  readonly checked: Checked
  readonly genesis: GenesisUsed
  /** The balance that the page shows, µCC. */
  readonly shownMicroCredit: number
}

/** What was proved, at which height and by whose signatures; or the part of the proof that is wrong. */
export function CheckedView({ checked, genesis, shownMicroCredit }: CheckedViewProps) {
  const text = texts.value.proof
  return (
    <div class="proof">
      {checked.is === 'refused' ? (
        <p class="notice notice-fault" role="alert">
          <Icon name="warn" />
          <span class="notice-text">
            <strong>{text.refused}.</strong> {checked.sentence} <code>{checked.place}</code>
          </span>
        </p>
      ) : (
        <ProvedView proved={checked.proved} shownMicroCredit={shownMicroCredit} />
      )}
      <figure class="genesis">
        <QrCode text={genesis.text} title={text.qr} />
        <figcaption>
          <Digest value={genesis.text} />
          <p class="muted">{genesis.isKnown ? text.known : text.fromNode}</p>
        </figcaption>
      </figure>
    </div>
  )
}

function ProvedView({
  proved,
  shownMicroCredit,
}: {
  readonly proved: Proved
  readonly shownMicroCredit: number
}) {
  const text = texts.value.proof
  const { credit, count } = numbers.value
  const { record, height, time, signedBy, stewards, setChanges, block } = proved
  const balance = record.kind === 'balance' ? record.values.balance : undefined
  return (
    <>
      {balance !== undefined && (
        <p class="verdict">
          <Icon name="check" />
          <span>
            <strong>{text.believed(credit(balance))}</strong>{' '}
            {balance === shownMicroCredit ? text.same : text.differs(credit(shownMicroCredit))}
          </span>
        </p>
      )}
      <Facts
        facts={[
          [text.height, count(height)],
          [text.time, times.value.moment(time)],
          [text.signed, text.signedBy(count(signedBy.length), count(stewards))],
          [text.changes, count(setChanges)],
          [text.block, <Digest key="block" value={hexOf(block)} />],
          [text.keys, <Keys key="keys" keys={signedBy} />],
        ]}
      />
    </>
  )
}

function Keys({ keys }: { readonly keys: readonly Uint8Array[] }) {
  return (
    <ul class="plain">
      {keys.map(hexOf).map((key) => (
        <li key={key}>
          <Digest value={key} />
        </li>
      ))}
    </ul>
  )
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
