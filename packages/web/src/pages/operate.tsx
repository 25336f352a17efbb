import type { ResponseOf } from '@tri/contract'
import { useEffect } from 'preact/hooks'

import { Quorum } from '../charts/quorum.tsx'
import { numbers, texts, times } from '../language/language.ts'
import { useAsked, valueOf } from '../live/loaded.ts'
import { askLedger } from '../live/questions.ts'
import { session } from '../live/session.ts'
import { publicState } from '../live/stream.ts'
import { Card, Facts } from '../parts/card.tsx'
import { Digest } from '../parts/digest.tsx'
import { Icon } from '../parts/icon.tsx'
import { Page } from '../parts/page.tsx'
import { Shown } from '../parts/shown.tsx'
import { DeviceList } from './device-list.tsx'
import { OperateNext } from './operate-next.tsx'

export type Ledger = ResponseOf<'ledger'>
type Steward = Ledger['stewards'][number]

/** Who keeps the book, how far each is, and what to do when one is silent. */
export function OperatePage() {
  const text = texts.value.operate
  const asked = useAsked(askLedger, '')
  // The stream speaks every two seconds: what it brings about the book is asked for in full.
  const told = publicState.value
  useEffect(() => {
    if (told !== undefined) asked.again()
  }, [told])
  const ledger = valueOf(asked.state.value)
  return (
    <Page title={text.title} answer={ledger && answerOf(ledger)} because={ledger && becauseOf(ledger)}>
      <Shown asked={asked} height={36}>
        {(known) => <OperateView ledger={known} />}
      </Shown>
      {/* A box without the book still reads its household's devices. */}
      {ledger === undefined && asked.state.value.is === 'failed' && (
        <div class="cards after-notice">
          <Devices />
        </div>
      )}
    </Page>
  )
}

function answerOf({ state, stewards, connected }: Ledger): string {
  const text = texts.value.operate.answer
  const { count } = numbers.value
  const [answering, all] = [count(connected), count(stewards.length)]
  if (state === 'stopped' || state === 'failed') return text.stopped
  if (state === 'no-quorum') return text.noQuorum(answering, all)
  if (state === 'catching-up') return text.catchingUp
  if (stewards.length === 1) return text.single
  return connected < stewards.length ? text.silent(answering, all) : text.agree(all)
}

function becauseOf({ height, at }: Ledger): string {
  const text = texts.value.operate
  return at === null ? text.becauseNone : text.because(numbers.value.count(height), times.value.moment(at))
}

/** Whoever keeps the community running sees what to do; a household sees that it is kept, and by whom. */
function OperateView({ ledger }: { readonly ledger: Ledger }) {
  const who = session.value
  const isKeeper =
    who?.role === 'coordinator' || ledger.stewards.some(({ member }) => member.id === who?.member?.id)
  return (
    <div class="cards">
      {isKeeper && <OperateNext ledger={ledger} />}
      <Devices />
      <Stewards ledger={ledger} />
      <Checkpoint ledger={ledger} isKeeper={isKeeper} />
      <Incidents ledger={ledger} />
      {isKeeper && <Box ledger={ledger} />}
    </div>
  )
}

/** Devices are a household's own: who is nobody's member has none. */
function Devices() {
  return (session.value?.member ?? null) === null ? null : <DeviceList />
}

function Stewards({ ledger }: { readonly ledger: Ledger }) {
  const text = texts.value.operate
  return (
    <Card title={text.stewards} how={text.how} wide>
      <Quorum ledger={ledger} />
      <ul class="lines plain">
        {ledger.stewards.map((steward) => (
          <StewardRow key={steward.key} steward={steward} />
        ))}
      </ul>
    </Card>
  )
}

function StewardRow({ steward }: { readonly steward: Steward }) {
  const text = texts.value.operate
  const { count } = numbers.value
  const { member, isMe, connected, height, lag, signed } = steward
  const state = connected === null ? 'unknown' : connected ? 'answers' : 'silent'
  const details = [
    height === null ? undefined : text.height(count(height)),
    lag === null ? undefined : lag === 0 ? text.upToDate : text.lag(lag, count(lag)),
    signed === null ? undefined : signed ? text.signed : text.notSigned,
  ].filter((part) => part !== undefined)
  return (
    <li>
      <div class="line">
        <span class="line-what">
          <strong>
            {member.name ?? member.id}
            {isMe && ` (${text.me})`}
          </strong>
          <span class="muted">{details.join(' · ')}</span>
        </span>
        <span class={`steward-state ${state}`}>
          <Icon name={state === 'answers' ? 'check' : state === 'silent' ? 'warn' : 'why'} />
          {text[state]}
        </span>
      </div>
    </li>
  )
}

function Checkpoint({ ledger, isKeeper }: { readonly ledger: Ledger; readonly isKeeper: boolean }) {
  const text = texts.value.operate
  const { count } = numbers.value
  const { checkpoint } = ledger
  if (checkpoint === null)
    return (
      <Card title={text.checkpoint} how={text.checkpointHow}>
        <p class="muted">{text.checkpointNone}</p>
      </Card>
    )
  return (
    <Card title={text.checkpoint} mark="final" how={text.checkpointHow}>
      <Facts
        facts={[
          [text.block, count(checkpoint.height)],
          [text.when, times.value.moment(checkpoint.at)],
          [text.signatures, text.signaturesOf(count(checkpoint.signatures), count(checkpoint.of))],
        ]}
      />
      {isKeeper && (
        <p class="muted">
          {text.root} <Digest value={checkpoint.root} />
        </p>
      )}
    </Card>
  )
}

function Incidents({ ledger }: { readonly ledger: Ledger }) {
  const text = texts.value.operate
  const { incidents } = ledger
  return (
    <Card title={text.incidents}>
      {incidents.length === 0 ? (
        <p class="muted">{text.incidentsNone}</p>
      ) : (
        <ul class="lines plain">
          {incidents.map(({ kind, steward, address, height, at }) => (
            <li key={`${height} ${address}`}>
              <div class="line">
                <span class="line-what">
                  <strong class="fault-text">
                    {text.incident[kind](steward?.name ?? steward?.id ?? text.someone)}
                  </strong>
                  <span class="muted">
                    {text.incidentAt(numbers.value.count(height), times.value.moment(at))}
                  </span>
                </span>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Box({ ledger }: { readonly ledger: Ledger }) {
  const text = texts.value.operate
  const { count } = numbers.value
  return (
    <Card title={text.box} wide>
      <Facts
        facts={[
          [text.engine, text.engines[ledger.engine]],
          [text.waiting, count(ledger.waiting)],
          [text.operations, count(ledger.operations)],
        ]}
      />
      {ledger.genesis !== null && (
        <p class="muted">
          {text.genesis} <Digest value={ledger.genesis} />
        </p>
      )}
      {ledger.reason !== null && (
        <p>
          {text.reason}: <code>{ledger.reason}</code>
        </p>
      )}
    </Card>
  )
}
