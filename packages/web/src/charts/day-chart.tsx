import { useSignal } from '@preact/signals'

import { numbers, texts, times } from '../language/language.ts'
import { useSize } from '../parts/use-size.ts'
import { powerUp, type DayBar } from './day-bars.ts'

const HEIGHT = 260
const LEFT = 62
const RIGHT = 8
const TOP = 14
const BOTTOM = 26

interface DayChartProps {
  readonly bars: readonly DayBar[]
  readonly firstSlot: number
  readonly slots: number
  readonly summary: string
}

/**
 * A day in quarter hours, as stacked bars: above the line what was used, by where it came from; below it what was given.
 * What the roof made runs on top as a line. Bars are power, so that they compare with the triangle.
 */
export function DayChart({ bars, firstSlot, slots, summary }: DayChartProps) {
  const { element, width } = useSize<HTMLElement>({ width: 720, height: HEIGHT })
  const picked = useSignal<number | undefined>(undefined)
  const above = bars.map((bar) => Math.max(bar.ownWh + bar.receivedWh + bar.gridInWh, bar.producedWh ?? 0))
  const below = bars.map((bar) => bar.givenWh + bar.gridOutWh)
  const most = powerUp(Math.max(50, ...above))
  const least = Math.max(...below, 0) === 0 ? 0 : powerUp(Math.max(...below))
  const step = (width - LEFT - RIGHT) / slots
  const scale = (HEIGHT - TOP - BOTTOM) / (most + least)
  const x = (slot: number) => LEFT + (slot - firstSlot) * step
  const y = (energyWh: number) => TOP + (most - energyWh) * scale
  const pick = (event: PointerEvent) => {
    if (!(event.currentTarget instanceof SVGElement)) return
    const box = event.currentTarget.getBoundingClientRect()
    const at = firstSlot + Math.floor((((event.clientX - box.left) / box.width) * width - LEFT) / step)
    picked.value = bars.some((bar) => bar.slot === at) ? at : undefined
  }
  return (
    <figure class="day-chart" ref={element}>
      <svg
        viewBox={`0 0 ${width} ${HEIGHT}`}
        role="img"
        aria-label={summary}
        onPointerMove={pick}
        onPointerDown={pick}
        onPointerLeave={() => {
          picked.value = undefined
        }}
      >
        <defs>
          <pattern
            id="from-grid"
            width="5"
            height="5"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="2.6" height="5" class="hatch" />
          </pattern>
        </defs>
        <Axis most={most} least={least} y={y} right={width - RIGHT} />
        {bars.map((bar) => (
          <Bar key={bar.slot} bar={bar} x={x(bar.slot)} width={Math.max(1, step - 1)} y={y} />
        ))}
        <path class="made" d={madeLine(bars, x, y, step)} />
        <Hours firstSlot={firstSlot} slots={slots} x={x} />
        {picked.value !== undefined && (
          <rect class="picked" x={x(picked.value)} y={TOP} width={step} height={HEIGHT - TOP - BOTTOM} />
        )}
      </svg>
      <figcaption>
        <Picked bar={bars.find((bar) => bar.slot === picked.value)} />
      </figcaption>
    </figure>
  )
}

type Scale = (value: number) => number

function Bar({ bar, x, width, y }: { bar: DayBar; x: number; width: number; y: Scale }) {
  const parts = [
    ['bar-own', 0, bar.ownWh],
    ['bar-received', bar.ownWh, bar.receivedWh],
    ['bar-grid', bar.ownWh + bar.receivedWh, bar.gridInWh],
    ['bar-given', -bar.givenWh, bar.givenWh],
    ['bar-grid', -bar.givenWh - bar.gridOutWh, bar.gridOutWh],
  ] as const
  return (
    <>
      {parts.map(([kind, from, energyWh], at) =>
        energyWh <= 0 ? null : (
          <rect
            key={at}
            class={kind}
            x={x.toFixed(1)}
            y={y(from + energyWh).toFixed(1)}
            width={width.toFixed(1)}
            height={(y(from) - y(from + energyWh)).toFixed(1)}
          />
        ),
      )}
    </>
  )
}

function madeLine(bars: readonly DayBar[], x: Scale, y: Scale, step: number): string {
  let isDrawing = false
  let line = ''
  for (const bar of bars) {
    if (bar.producedWh === null) {
      isDrawing = false
      continue
    }
    const height = y(bar.producedWh).toFixed(1)
    line += `${isDrawing ? 'L' : 'M'}${x(bar.slot).toFixed(1)} ${height}H${(x(bar.slot) + step).toFixed(1)}`
    isDrawing = true
  }
  return line
}

function Axis({ most, least, y, right }: { most: number; least: number; y: Scale; right: number }) {
  const { power } = numbers.value
  const ticks = [most, most / 2, 0, ...(least > 0 ? [-least] : [])]
  return (
    <g class="axis">
      {ticks.map((energyWh) => (
        <g key={energyWh}>
          <line class={energyWh === 0 ? 'zero' : ''} x1={LEFT} x2={right} y1={y(energyWh)} y2={y(energyWh)} />
          <text x={LEFT - 6} y={y(energyWh) + 4} class="end">
            {power(Math.abs(energyWh) * 4).replace('\u00a0', ' ')}
          </text>
        </g>
      ))}
    </g>
  )
}

function Hours({ firstSlot, slots, x }: { firstSlot: number; slots: number; x: Scale }) {
  const marks: number[] = []
  for (let at = 0; at <= slots - 8; at += 24) marks.push(firstSlot + at)
  return (
    <g class="axis">
      {marks.map((slot) => (
        <text key={slot} x={x(slot)} y={HEIGHT - 8}>
          {times.value.slot(slot)}
        </text>
      ))}
    </g>
  )
}

/** The figures of the bar under the pointer; the table beside the chart has them all. */
function Picked({ bar }: { bar: DayBar | undefined }) {
  const text = texts.value.day
  const { energyExact } = numbers.value
  if (bar === undefined) return <Legend />
  return (
    <p class="legend">
      <strong>{times.value.slot(bar.slot)}</strong>
      {bar.producedWh !== null && (
        <span class="key key-made">
          {text.made} {energyExact(bar.producedWh)}
        </span>
      )}
      <span class="key key-own">
        {text.own} {energyExact(bar.ownWh)}
      </span>
      <span class="key key-received">
        {text.received} {energyExact(bar.receivedWh)}
      </span>
      <span class="key key-grid">
        {text.gridIn} {energyExact(bar.gridInWh)}
      </span>
      <span class="key key-given">
        {text.given} {energyExact(bar.givenWh)}
      </span>
    </p>
  )
}

function Legend() {
  const text = texts.value.day
  return (
    <p class="legend">
      <span class="key key-made">{text.made}</span>
      <span class="key key-own">{text.own}</span>
      <span class="key key-received">{text.received}</span>
      <span class="key key-grid">{text.grid}</span>
      <span class="key key-given">{text.given}</span>
    </p>
  )
}
