import type { ResponseOf } from '@tri/contract'
import { addressOf as routeAddress } from '@tri/contract/client'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

import { dateOf } from '../format/time.ts'
import { addressOf } from '../frame/router.ts'
import { numbers, texts, times } from '../language/language.ts'
import { useAsked, valueOf } from '../live/loaded.ts'
import { node, nodeAddress } from '../live/node.ts'
import { ACCOUNT_LINES, askAccount } from '../live/questions.ts'
import { session } from '../live/session.ts'
import { liveHome, settledCount, standingCount } from '../live/stream.ts'
import { zone } from '../live/zone.ts'
import { Card } from '../parts/card.tsx'
import { Icon } from '../parts/icon.tsx'
import { Mark } from '../parts/mark.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Shown } from '../parts/shown.tsx'
import { PromisedPayments } from './promised-payments.tsx'
import { ProofCard } from './proof-card.tsx'
import type { Problem } from '../live/loaded.ts'

type Account = ResponseOf<'account'>
type Line = Account['lines'][number]

/** My account: what I have, every posting, and the way to why. */
export function ExchangePage() {
  const asked = useAsked(askAccount, '')
  const news = settledCount.value + standingCount.value
  useEffect(() => {
    if (news > 0) asked.again()
  }, [news])
  const text = texts.value.exchange
  return (
    <Page title={text.title} answer={answerOf(valueOf(asked.state.value))}>
      <Shown asked={asked} height={36}>
        {(account) => <AccountView key={account.lines[0]?.id ?? ''} account={account} />}
      </Shown>
    </Page>
  )
}

function answerOf(account: Account | undefined): string | undefined {
  if (account === undefined) return undefined
  const { answer, answerEmpty } = texts.value.exchange
  const [latest] = account.lines
  if (latest === undefined) return answerEmpty
  const day = latest.day ?? dateOf(zone.value, latest.at)
  const sum = account.lines
    .filter((line) => (line.day ?? dateOf(zone.value, line.at)) === day)
    .reduce((before, line) => before + line.amountMicroCredit, 0)
  return answer(numbers.value.creditChange(sum), times.value.weekday(day))
}

function AccountView({ account }: { readonly account: Account }) {
  const text = texts.value.exchange
  const { credit, creditChange } = numbers.value
  const today = liveHome.value?.credit.todayMicroCredit
  const latest = account.lines[0]?.day ?? undefined
  const month = (latest ?? dateOf(zone.value, account.lines[0]?.at ?? Date.now())).slice(0, 7)
  return (
    <div class="cards exchange">
      <Card title={texts.value.credit.title} mark={account.mark} wide>
        <p class="hero">
          <Icon name="coin" />
          {credit(account.balanceMicroCredit)}
        </p>
        <p class="muted">
          {today !== undefined && `${creditChange(today)} ${texts.value.credit.today} · `}
          {text.available} {credit(account.availableMicroCredit)}
        </p>
        {account.promisedMicroCredit > 0 && (
          <p class="promised">
            <Mark mark="promised" /> {text.promisedSum(credit(account.promisedMicroCredit))}
          </p>
        )}
        <div class="actions">
          <a class="button primary" href={addressOf('pay', {})}>
            {text.pay}
          </a>
          <a class="button" href={addressOf('object', { month })}>
            {text.object}
          </a>
          {session.value?.role === 'coordinator' && (
            <a class="button" href={addressOf('settle', {})}>
              {text.settleCard}
            </a>
          )}
        </div>
      </Card>
      <PromisedPayments payments={account.promised} />
      <StatementCard account={account} />
      <ProofCard balanceMicroCredit={account.balanceMicroCredit} />
    </div>
  )
}

/** The statement of account, to read, to keep as a file, and to print. */
function StatementCard({ account }: { readonly account: Account }) {
  const text = texts.value.exchange
  const csv = nodeAddress(routeAddress('account', { query: { format: 'csv' } }))
  return (
    <Card
      title={text.statement}
      how={text.how}
      wide
      aside={
        <span class="actions tight">
          <a class="file" href={csv} download="tri-account.csv">
            <Icon name="file" />
            CSV
          </a>
          <button type="button" class="button quiet" onClick={() => print()}>
            <Icon name="print" />
            {text.print}
          </button>
        </span>
      }
    >
      {account.lines.length === 0 ? <p class="muted">{text.empty}</p> : <Lines first={account} />}
    </Card>
  )
}

/** The postings, newest first, by day; older ones come when asked for. */
function Lines({ first }: { readonly first: Account }) {
  const text = texts.value.exchange
  const lines = useSignal(first.lines)
  const cursor = useSignal(first.nextCursor)
  const problem = useSignal<Problem | undefined>(undefined)
  const older = async () => {
    const outcome = await node.account({ query: { cursor: cursor.value ?? '', limit: ACCOUNT_LINES } })
    problem.value = outcome.ok ? undefined : outcome.refusal
    if (!outcome.ok) return
    lines.value = [...lines.value, ...outcome.value.lines]
    cursor.value = outcome.value.nextCursor
  }
  const days = Map.groupBy(lines.value, (line) => line.day ?? dateOf(zone.value, line.at))
  return (
    <>
      {[...days].map(([day, ofDay]) => (
        <section key={day} class="day-lines">
          <h3>{times.value.weekday(day)}</h3>
          <ul class="lines">
            {ofDay.map((line) => (
              <LineRow key={line.id} line={line} day={day} />
            ))}
          </ul>
        </section>
      ))}
      {problem.value !== undefined && (
        <ProblemNotice problem={problem.value} again={() => void older()} hasBefore />
      )}
      {cursor.value !== null && (
        <button type="button" class="button" onClick={() => void older()}>
          {text.older}
        </button>
      )}
    </>
  )
}

/** Where a posting is explained; undefined when the line says all there is. */
function whyOf(line: Line, day: string): string | undefined {
  if (line.ring !== null) return addressOf('whyDay', { day, ring: line.ring })
  return line.receipt === null ? undefined : addressOf('receipt', { id: line.receipt })
}

function LineRow({ line, day }: { readonly line: Line; readonly day: string }) {
  const why = whyOf(line, day)
  const inside = <LineText line={line} />
  return (
    <li>
      {why === undefined ? (
        <span class="line">{inside}</span>
      ) : (
        <a class="line" href={why}>
          {inside}
        </a>
      )}
    </li>
  )
}

function LineText({ line }: { readonly line: Line }) {
  const text = texts.value.exchange
  const { creditChange, credit, energyExact } = numbers.value
  const details = [
    line.counterpart?.name ?? line.counterpart?.id,
    line.memo === '' ? undefined : (line.memo ?? undefined),
    line.givenWh === null || line.givenWh === 0 ? undefined : `${text.gave} ${energyExact(line.givenWh)}`,
    line.receivedWh === null || line.receivedWh === 0
      ? undefined
      : `${text.took} ${energyExact(line.receivedWh)}`,
    line.feeMicroCredit === 0 || line.kind === 'fee'
      ? undefined
      : text.fee(creditChange(line.feeMicroCredit)),
  ].filter((part) => part !== undefined)
  return (
    <>
      <span class="line-what">
        <strong>{line.ring === null ? text.line[line.text] : texts.value.ring[line.ring]}</strong>
        <span class="muted">
          {[...(line.ring === null ? [] : [text.line[line.text]]), ...details].join(' · ')}
        </span>
      </span>
      <span class="line-amount">
        <strong>{creditChange(line.amountMicroCredit)}</strong>
        <span class="muted">{credit(line.balanceMicroCredit)}</span>
      </span>
      <Mark mark={line.mark} />
      {(line.ring !== null || line.receipt !== null) && <span class="line-why">{texts.value.why}</span>}
    </>
  )
}
