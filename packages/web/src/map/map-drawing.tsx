import type { ReadonlySignal, Signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'

import { blurredPlaces, flowSeen, largestFlow, type NetworkNode } from './network.ts'
import { flowWords, placeName } from './words.ts'

interface MapDrawingProps {
  readonly network: readonly NetworkNode[]
  /** The size of signs and strokes in metres. */
  readonly unit: number
  readonly selected: Signal<string | undefined>
  /** The height of letters in metres, before zooming. */
  readonly letter: number
  /** Names that the unzoomed map has room for. */
  readonly labelsThatFit: number
  /** How much smaller than at first a stroke is to be, while the map is zoomed in. */
  readonly scale: ReadonlySignal<string>
}

/** The drawing of the map. Sizes are given in a unit, so a village and a block look alike. */
export function MapDrawing({ network, unit, letter, selected, scale, labelsThatFit }: MapDrawingProps) {
  const places = useMemo(() => new Map(network.map((place) => [place.node.id, place])), [network])
  const most = useMemo(() => largestFlow(network), [network])
  const blurs = useMemo(() => blurredPlaces(network), [network])
  return (
    <>
      {blurs.map(({ x, y, homes }) => (
        <circle key={`${x} ${y}`} class="map-blur" cx={x} cy={y} r={unit * 2.2 + 26 * Math.sqrt(homes)} />
      ))}
      {network.map((place) => {
        const parent = place.node.parent === null ? undefined : places.get(place.node.parent)
        // A cable to a place that is only good to 200 m would be drawn where it is not.
        if (place.at === undefined || parent?.at === undefined || place.node.blurred) return null
        return (
          <Cable key={place.node.id} place={place} to={parent.at} from={place.at} most={most} unit={unit} />
        )
      })}
      {network.map((place) => (
        <Node key={place.node.id} place={place} unit={unit} selected={selected} />
      ))}
      <Labels network={network} unit={unit} scale={scale} letter={letter} labelsThatFit={labelsThatFit} />
    </>
  )
}

interface CableProps {
  readonly place: NetworkNode
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
  readonly most: number
  readonly unit: number
}

function Cable({ place, from, to, most, unit }: CableProps) {
  const seen = flowSeen(place.edge)
  const size = Math.abs(place.edge?.flowWh ?? 0)
  const width =
    seen === 'up' || seen === 'down' ? unit * (0.35 + 1.3 * Math.sqrt(size / Math.max(1, most))) : unit * 0.3
  const line = `M${from.map((part) => part.toFixed(1)).join(' ')}L${to.map((part) => part.toFixed(1)).join(' ')}`
  const tip =
    seen === 'up'
      ? arrowHead(from, to, width, unit)
      : seen === 'down'
        ? arrowHead(to, from, width, unit)
        : undefined
  return (
    <g class={`cable cable-${seen}`} data-edge={place.node.id}>
      <path
        d={line}
        stroke-width={width.toFixed(2)}
        stroke-dasharray={seen === 'private' ? `${unit} ${unit}` : undefined}
      />
      {tip !== undefined && <path class="cable-head" d={tip} />}
      <title>{`${placeName(place)}: ${flowWords(place)}`}</title>
    </g>
  )
}

/** A triangle in the middle of the cable that points the way the energy goes. */
function arrowHead(
  from: readonly [number, number],
  to: readonly [number, number],
  width: number,
  unit: number,
): string {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  if (length === 0) return ''
  const along = [(to[0] - from[0]) / length, (to[1] - from[1]) / length] as const
  const size = Math.min(width * 0.8 + unit * 1.1, length * 0.4)
  const point = (forward: number, aside: number) =>
    `${((from[0] + to[0]) / 2 + along[0] * forward - along[1] * aside).toFixed(1)} ${((from[1] + to[1]) / 2 + along[1] * forward + along[0] * aside).toFixed(1)}`
  return `M${point(size, 0)}L${point(-size * 0.6, size * 0.8)}L${point(-size * 0.6, -size * 0.8)}Z`
}

interface NodeProps {
  readonly place: NetworkNode
  readonly unit: number
  readonly selected: Signal<string | undefined>
}

function Node({ place, unit, selected }: NodeProps) {
  if (place.at === undefined) return null
  const [x, y] = place.at
  const { node } = place
  const isSelected = selected.value === node.id
  return (
    <g
      class={`node node-${node.kind}${node.mine ? ' mine' : ''}${isSelected ? ' selected' : ''}`}
      data-node={node.id}
      transform={`translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${unit.toFixed(3)})`}
      onClick={() => {
        selected.value = isSelected ? undefined : node.id
      }}
    >
      {(isSelected || node.mine) && <circle class="halo" r={isSelected ? 3 : 2.5} />}
      <path d={node.mine && node.kind === 'site' ? MY_HOME : SHAPES[node.kind]} />
      <title>{`${placeName(place)}, ${flowWords(place)}`}</title>
    </g>
  )
}

/** Each kind has its own shape: colour is never the only difference. */
const SHAPES: Readonly<Record<NetworkNode['node']['kind'], string>> = {
  site: 'M.8 0A.8.8 0 1 1 -.8 0 .8.8 0 1 1 .8 0z',
  building: 'M-.8 1.1V-1.1H.8V1.1z',
  street: 'M-.7 -.7H.7V.7H-.7z',
  transformer: 'M0 -2.2 2.2 0 0 2.2 -2.2 0z',
  substation: 'M0 -2.6 2.3 1.5H-2.3z',
}
const MY_HOME = 'M-1.5 1.5V-.2L0 -1.7 1.5 -.2V1.5z'

/** Names of what is not a home: few enough to be read. */
function Labels({
  network,
  unit,
  letter,
  scale,
  labelsThatFit,
}: Pick<MapDrawingProps, 'network' | 'scale' | 'unit' | 'letter' | 'labelsThatFit'>) {
  const places = network.filter(({ at }) => at !== undefined)
  const all = places.filter(({ node }) => node.kind !== 'site' || node.mine)
  const few = all.filter(({ node }) => node.mine || node.kind === 'transformer' || node.kind === 'substation')
  // Names that would cover each other wait until there is room: on a phone, until somebody zooms in.
  const room = 1 / Number(scale.value) ** 2
  const named = all.length <= labelsThatFit * room ? all : few.length <= 12 ? few : []
  const size = letter * Number(scale.value)
  return (
    <g class="map-labels" style={{ fontSize: `${size.toFixed(2)}px` }}>
      {named.map((place) => {
        // The roof of my home points up and its cable leaves below: its name stands above, all others below.
        const aside = place.node.mine ? -unit * 2.6 - size * 0.3 : unit * 2.4 + size * 0.8
        return (
          <text key={place.node.id} x={place.at?.[0]} y={(place.at?.[1] ?? 0) + aside}>
            {placeName(place)}
          </text>
        )
      })}
    </g>
  )
}
