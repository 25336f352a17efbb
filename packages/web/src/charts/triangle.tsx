import { numbers, texts } from '../language/language.ts'
import { Arrow } from './arrow.tsx'
import { arrowWidth, triangleFlows, type TriangleFlows, type TrianglePowers } from './triangle-flows.ts'

const PRODUCE = [180, 44] as const
const CONSUME = [62, 208] as const
const EXCHANGE = [298, 208] as const
/** How far an arrow keeps from the middle of a corner. */
const CORNER_RADIUS = 36

type Point = readonly [number, number]

function between(from: Point, to: Point): { readonly from: Point; readonly to: Point } {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  const step = [
    ((to[0] - from[0]) / length) * CORNER_RADIUS,
    ((to[1] - from[1]) / length) * CORNER_RADIUS,
  ] as const
  return { from: [from[0] + step[0], from[1] + step[1]], to: [to[0] - step[0], to[1] - step[1]] }
}

interface TriangleProps {
  readonly powers: TrianglePowers & {
    readonly fromNeighboursW: number
    readonly toNeighboursW: number
    readonly fromGridW: number
    readonly toGridW: number
  }
}

/** Produce, consume, exchange: what flows now, with arrowheads for direction and width for size. */
export function Triangle({ powers }: TriangleProps) {
  const flows = triangleFlows(powers)
  const largest = Math.max(flows.ownW ?? 0, flows.givenW, flows.receivedW)
  return (
    <svg
      class="triangle"
      viewBox="0 0 360 304"
      role="img"
      aria-label={texts.value.triangle.summary(summaryOf(powers, flows.ownW))}
    >
      <Arrow {...between(PRODUCE, CONSUME)} width={arrowWidth(flows.ownW ?? 0, largest)} kind="produce" />
      <Arrow {...between(PRODUCE, EXCHANGE)} width={arrowWidth(flows.givenW, largest)} kind="exchange" />
      <Arrow {...between(EXCHANGE, CONSUME)} width={arrowWidth(flows.receivedW, largest)} kind="consume" />
      <circle class="corner corner-produce" cx={PRODUCE[0]} cy={PRODUCE[1]} r="25" />
      <path class="glyph" d="M180 31v26M167 44h26M170.8 34.800l18.4 18.400M189.2 34.800l-18.4 18.4" />
      <rect
        class="corner corner-consume"
        x={CONSUME[0] - 24}
        y={CONSUME[1] - 24}
        width="48"
        height="48"
        rx="3"
      />
      <path class="glyph" d="M50 208 62 197l12 11M53.5 206v12h17v-12" />
      <path class="corner corner-exchange" d="m298 178 30 30-30 30-30-30z" />
      <path class="glyph" d="M287 204h20m-4-4 4 4-4 4M309 212h-20m4-4-4 4 4 4" />
      <Words powers={powers} flows={flows} />
    </svg>
  )
}

function Words({ powers, flows }: TriangleProps & { readonly flows: TriangleFlows }) {
  const text = texts.value.triangle
  const { power } = numbers.value
  const shown = (value: number | null) => (value === null ? text.notMeasured : power(value))
  const { exportedW, importedW } = powers
  const left = CONSUME[0]
  const right = EXCHANGE[0]
  return (
    <g class="triangle-text">
      <text x="216" y="34" class="name">
        {text.produce}
      </text>
      <text x="216" y="58" class="value">
        {shown(powers.producedW)}
      </text>
      <text x={left} y="258" class="name middle">
        {text.consume}
      </text>
      <text x={left} y="282" class="value middle">
        {shown(powers.consumedW)}
      </text>
      <text x={right} y="258" class="name middle">
        {text.exchange}
      </text>
      <text x={right} y="282" class="value middle">
        {power(Math.abs(exportedW - importedW))}
      </text>
      <text x={right} y="300" class="note middle">
        {exportedW > importedW ? text.out : importedW > exportedW ? text.in : ''}
      </text>
      <text x="108" y="118" class="flow end">
        {shown(flows.ownW)}
      </text>
      <text x="252" y="118" class="flow">
        {power(flows.givenW)}
      </text>
      <text x="180" y="192" class="flow middle">
        {power(flows.receivedW)}
      </text>
    </g>
  )
}

function summaryOf(powers: TriangleProps['powers'], ownW: number | null) {
  const { power } = numbers.value
  const shown = (value: number | null) => (value === null ? texts.value.triangle.notMeasured : power(value))
  return {
    produced: shown(powers.producedW),
    consumed: shown(powers.consumedW),
    own: shown(ownW),
    toNeighbours: power(powers.toNeighboursW),
    toGrid: power(powers.toGridW),
    fromNeighbours: power(powers.fromNeighboursW),
    fromGrid: power(powers.fromGridW),
  }
}
