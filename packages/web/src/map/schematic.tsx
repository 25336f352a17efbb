import type { Signal } from '@preact/signals'

import { texts } from '../language/language.ts'
import { flowSeen, largestFlow, type NetworkNode } from './network.ts'
import { flowWords, placeName } from './words.ts'

const ROW = 44
const INDENT = 22

interface SchematicProps {
  readonly network: readonly NetworkNode[]
  readonly selected: Signal<string | undefined>
}

/** The network as a tree, one row a place: needs no coordinates, and reads well on a phone. */
export function Schematic({ network, selected }: SchematicProps) {
  const most = Math.max(1, largestFlow(network))
  const rowOf = new Map(network.map(({ node }, row) => [node.id, row]))
  return (
    <ul class="schematic" aria-label={texts.value.nearby.schematic}>
      {network.map((place, row) => (
        <SchematicRow
          key={place.node.id}
          place={place}
          rows={row - (rowOf.get(place.node.parent ?? '') ?? row)}
          width={2 + 8 * Math.sqrt(Math.abs(place.edge?.flowWh ?? 0) / most)}
          selected={selected}
        />
      ))}
    </ul>
  )
}

interface SchematicRowProps {
  readonly place: NetworkNode
  /** Rows up to the parent. */
  readonly rows: number
  readonly width: number
  readonly selected: Signal<string | undefined>
}

function SchematicRow({ place, rows, width, selected }: SchematicRowProps) {
  const { node, depth } = place
  const seen = flowSeen(place.edge)
  const isSelected = selected.value === node.id
  const left = Math.min(depth, 8) * INDENT
  return (
    <li data-node={node.id} class={isSelected ? 'selected' : ''} style={{ paddingLeft: `${left + 14}px` }}>
      {rows > 0 && (
        <svg
          class={`elbow cable cable-${seen}`}
          style={{
            left: `${left - INDENT + 6}px`,
            height: `${rows * ROW}px`,
            top: `${-(rows - 0.5) * ROW}px`,
          }}
          width={INDENT}
          height={rows * ROW}
          aria-hidden="true"
        >
          <path
            d={`M5 ${ROW * 0.2}V${rows * ROW - 6}H${INDENT}`}
            stroke-width={seen === 'private' ? 1 : width}
          />
        </svg>
      )}
      <button
        type="button"
        aria-pressed={isSelected}
        onClick={() => {
          selected.value = isSelected ? undefined : node.id
        }}
      >
        <span class={`node-sign sign-${node.kind}${node.mine ? ' mine' : ''}`} aria-hidden="true" />
        <span class="schematic-name">{placeName(place)}</span>
        {depth > 0 && (
          <span class={`schematic-flow flow-${seen}`}>
            <span aria-hidden="true">{seen === 'up' ? '↑ ' : seen === 'down' ? '↓ ' : ''}</span>
            {flowWords(place)}
          </span>
        )}
      </button>
    </li>
  )
}
