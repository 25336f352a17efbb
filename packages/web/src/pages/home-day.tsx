import type { ResponseOf } from '@tri/contract'
import { addressOf as routeAddress } from '@tri/contract/client'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

import { dayBar, daySums, type DayBar, type HomeSlot } from '../charts/day-bars.ts'
import { DayChart } from '../charts/day-chart.tsx'
import { nextDate, slotsOfDay } from '../format/time.ts'
import { numbers, texts, times } from '../language/language.ts'
import { useAsked, valueOf, type Asked } from '../live/loaded.ts'
import { nodeAddress } from '../live/node.ts'
import { askHomeDay } from '../live/questions.ts'
import { Card } from '../parts/card.tsx'
import { Icon } from '../parts/icon.tsx'
import { Shown } from '../parts/shown.tsx'

interface HomeDayProps {
  /** The community's day of today. */
  readonly today: string
  /** The slot in which we are: a new one asks for the day again. */
  readonly latestSlot: number
}

/** One day in quarter hours: chart, table and CSV of the same numbers. */
export function HomeDay({ today, latestSlot }: HomeDayProps) {
  const text = texts.value.day
  const chosen = useSignal<string | undefined>(undefined)
  const date = chosen.value ?? today
  const asked = useAsked(askHomeDay, date)
  useEffect(() => {
    if (chosen.peek() === undefined) asked.again()
  }, [latestSlot])
  const choose = (to: string) => {
    chosen.value = to === today ? undefined : to
  }
  return (
    <Card
      title={text.title}
      wide
      how={text.how}
      foot={<DayFoot asked={asked} date={date} />}
      aside={<DayStep date={date} today={today} choose={choose} />}
    >
      <Shown asked={asked} height={22}>
        {(day) => {
          const bars = day.slots.map(dayBar)
          if (bars.length === 0) return <p class="muted">{text.empty}</p>
          const sums = daySums(bars)
          const { energy } = numbers.value
          const summary = text.summary(
            energy(sums.usedWh),
            energy(sums.producedWh),
            energy(sums.receivedWh),
            energy(sums.givenWh),
          )
          return (
            <>
              <p class="muted">{summary}</p>
              <DayChart bars={bars} {...slotsOfDay(day.timezone, day.date)} summary={summary} />
            </>
          )
        }}
      </Shown>
    </Card>
  )
}

/** The same numbers as a table and as a file. */
function DayFoot({ asked, date }: { readonly asked: Asked<ResponseOf<'homeDay'>>; readonly date: string }) {
  const slots = valueOf(asked.state.value)?.slots ?? []
  if (slots.length === 0) return null
  return (
    <>
      <details class="twin">
        <summary>{texts.value.table}</summary>
        <DayTable bars={slots.map(dayBar)} slots={slots} />
      </details>
      <a
        class="file"
        href={nodeAddress(routeAddress('homeDay', { query: { date, format: 'csv' } }))}
        download={`tri-${date}.csv`}
      >
        <Icon name="file" />
        {texts.value.csv}
      </a>
    </>
  )
}

interface DayStepProps {
  readonly date: string
  readonly today: string
  readonly choose: (date: string) => void
}

function DayStep({ date, today, choose }: DayStepProps) {
  const text = texts.value.day
  return (
    <span class="day-step">
      <button
        type="button"
        class="button quiet"
        aria-label={text.previous}
        onClick={() => choose(nextDate(date, -1))}
      >
        <Icon name="previous" />
      </button>
      <span class="day-name">{times.value.weekday(date)}</span>
      <button
        type="button"
        class="button quiet"
        aria-label={text.next}
        disabled={date >= today}
        onClick={() => choose(nextDate(date))}
      >
        <Icon name="next" />
      </button>
    </span>
  )
}

function DayTable({
  bars,
  slots,
}: {
  readonly bars: readonly DayBar[]
  readonly slots: readonly HomeSlot[]
}) {
  const text = texts.value.day
  const { energyExact } = numbers.value
  const columns = [text.made, text.own, text.received, text.gridIn, text.given, text.gridOut]
  return (
    <div class="scroll tall" tabIndex={0} role="region" aria-label={text.title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{text.time}</th>
            {columns.map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
            <th scope="col">{text.quality}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar, at) => (
            <tr key={bar.slot}>
              <th scope="row">{times.value.slot(bar.slot)}</th>
              <td class="number">
                {bar.producedWh === null ? texts.value.triangle.notMeasured : energyExact(bar.producedWh)}
              </td>
              {[bar.ownWh, bar.receivedWh, bar.gridInWh, bar.givenWh, bar.gridOutWh].map(
                (energyWh, column) => (
                  <td key={column} class="number">
                    {energyExact(energyWh)}
                  </td>
                ),
              )}
              <td>{texts.value.quality[slots[at]?.quality ?? 'missing']}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
