import { useSignal, type Signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'

import { numbers, texts } from '../language/language.ts'
import { useAsked, valueOf } from '../live/loaded.ts'
import { askNearby, RINGS } from '../live/questions.ts'
import { settledCount } from '../live/stream.ts'
import { GridMap } from '../map/grid-map.tsx'
import { networkOf, type Nearby, type NetworkNode } from '../map/network.ts'
import { NetworkTable } from '../map/network-table.tsx'
import { Schematic } from '../map/schematic.tsx'
import { flowWords, placeName } from '../map/words.ts'
import { Card, Facts } from '../parts/card.tsx'
import { Mark } from '../parts/mark.tsx'
import { Page } from '../parts/page.tsx'
import { Shown } from '../parts/shown.tsx'
import { SlotSlider } from './slot-slider.tsx'

const VIEWS = ['map', 'schematic', 'table'] as const
type ViewName = (typeof VIEWS)[number]

/** The neighbourhood: its grid, and where the energy of a quarter hour went. */
export function NearbyPage() {
  const slot = useSignal<number | undefined>(undefined)
  const view = useSignal<ViewName>('map')
  const selected = useSignal<string | undefined>(undefined)
  const asked = useAsked(askNearby, slot.value === undefined ? '' : String(slot.value))
  const settled = settledCount.value
  useEffect(() => {
    if (settled > 0 && slot.peek() === undefined) asked.again()
  }, [settled])
  const known = valueOf(asked.state.value)
  const network = useMemo(() => (known === undefined ? [] : networkOf(known)), [known?.nodes, known?.edges])
  return (
    <Page title={texts.value.nearby.title} answer={known === undefined ? undefined : answerOf(known)}>
      <Shown asked={asked} height={36}>
        {(nearby) => (
          <div class="cards nearby">
            <section class="card map-card">
              <header class="card-head">
                <ViewSwitch view={view} />
                <Mark mark={nearby.mark} />
              </header>
              <SlotSlider nearby={nearby} slot={slot} />
              <Picture network={network} view={view.value} selected={selected} />
              <details class="how">
                <summary>{texts.value.how}</summary>
                <p>{texts.value.nearby.how}</p>
              </details>
            </section>
            <div class="stack">
              <Choice network={network} selected={selected} />
              <Rings nearby={nearby} />
              <Totals nearby={nearby} network={network} />
            </div>
          </div>
        )}
      </Shown>
    </Page>
  )
}

function answerOf({ totals }: Nearby): string {
  const text = texts.value.nearby
  if (totals === null) return text.answerHidden
  return text.answer(numbers.value.percent(totals.importWh === 0 ? 0 : totals.sharedWh / totals.importWh))
}

function ViewSwitch({ view }: { readonly view: Signal<ViewName> }) {
  const text = texts.value.nearby
  return (
    <div class="segments" role="group" aria-label={text.views}>
      {VIEWS.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={view.value === name}
          onClick={() => {
            view.value = name
          }}
        >
          {text[name]}
        </button>
      ))}
    </div>
  )
}

interface PictureProps {
  readonly network: readonly NetworkNode[]
  readonly view: ViewName
  readonly selected: Signal<string | undefined>
}

function Picture({ network, view, selected }: PictureProps) {
  const text = texts.value.nearby
  if (network.length === 0) return <p class="muted">{text.empty}</p>
  if (view === 'table') return <NetworkTable network={network} />
  if (view === 'schematic') return <Schematic network={network} selected={selected} />
  if (network.every(({ at }) => at === undefined))
    return (
      <>
        <p class="muted">{text.noPlaces}</p>
        <Schematic network={network} selected={selected} />
      </>
    )
  return (
    <>
      <GridMap network={network} selected={selected} />
      <p class="legend" aria-label={text.legend}>
        <span class="key key-flow">{text.legendFlow}</span>
        <span class="key key-private">{text.legendPrivate}</span>
        <span class="key key-blur">{text.legendBlurred}</span>
        <span class="key key-mine">{text.mine}</span>
      </p>
    </>
  )
}

/** The place that is looked at; the list is the way in for those who do not use the map. */
function Choice({
  network,
  selected,
}: {
  readonly network: readonly NetworkNode[]
  readonly selected: Signal<string | undefined>
}) {
  const text = texts.value.nearby
  const place = network.find(({ node }) => node.id === selected.value)
  const above = network.find(({ node }) => node.id === place?.node.parent)
  return (
    <section class="card">
      <h2>
        <label for="choose-place">{text.choose}</label>
      </h2>
      <select
        id="choose-place"
        value={selected.value ?? ''}
        onChange={(event) => {
          const { value } = event.currentTarget
          selected.value = value === '' ? undefined : value
        }}
      >
        <option value="">{text.chooseNone}</option>
        {network.map((each) => (
          <option key={each.node.id} value={each.node.id}>
            {placeName(each)}
          </option>
        ))}
      </select>
      <div aria-live="polite">
        {place !== undefined && (
          <>
            <Facts
              facts={[
                [text.place, placeName(place)],
                [text.type, text.kind[place.node.kind]],
                [text.connectsTo, above === undefined ? text.root : placeName(above)],
                [text.flow, flowWords(place)],
              ]}
            />
            {place.edge?.hidden === true && <p class="muted">{text.privateWhy}</p>}
            {place.node.blurred && <p class="muted">{text.blurred}</p>}
          </>
        )}
      </div>
    </section>
  )
}

function Rings({ nearby }: { readonly nearby: Nearby }) {
  const text = texts.value
  const byRing = nearby.ringWh ?? {}
  const rows = RINGS.filter((ring) => (byRing[ring] ?? 0) > 0).map(
    (ring) => [text.ring[ring], byRing[ring] ?? 0] as const,
  )
  const shown = rows.reduce((before, [, energyWh]) => before + energyWh, 0)
  // A ring in which one home has most of the energy is not told; the sum must still be seen to hold.
  const restWh = (nearby.totals?.sharedWh ?? shown) - shown
  const all = restWh > 0 ? [...rows, [text.nearby.ringRest, restWh] as const] : rows
  const most = Math.max(1, ...all.map(([, energyWh]) => energyWh))
  return (
    <Card title={text.nearby.ringTitle} mark={nearby.mark}>
      {nearby.ringWh === null && <p class="muted">{text.nearby.answerHidden}</p>}
      {nearby.ringWh !== null && all.length === 0 && <p class="muted">{text.share.empty}</p>}
      <ul class="share">
        {all.map(([name, energyWh]) => (
          <li key={name}>
            <span class="share-ring">{name}</span>
            <span class={name === text.nearby.ringRest ? 'share-bar withheld' : 'share-bar gave'}>
              <span class="share-fill" style={{ width: `${(energyWh / most) * 100}%` }} />
              <strong class="share-word">{numbers.value.energyExact(energyWh)}</strong>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Totals({ nearby, network }: { readonly nearby: Nearby; readonly network: readonly NetworkNode[] }) {
  const text = texts.value.nearby
  const { energyExact, count } = numbers.value
  const { totals, meters } = nearby
  const blurred = network.filter(({ node }) => node.blurred && node.kind === 'site').length
  return (
    <Card title={text.totals} {...(totals === null ? {} : { mark: totals.mark })}>
      {totals !== null && (
        <Facts
          facts={[
            [text.drawn, energyExact(totals.importWh)],
            [text.fed, energyExact(totals.exportWh)],
            [text.shared, energyExact(totals.sharedWh)],
            [texts.value.triangle.fromGrid, energyExact(totals.gridImportWh)],
            [texts.value.triangle.toGrid, energyExact(totals.gridExportWh)],
          ]}
        />
      )}
      <p class="muted">
        {text.meters(count(meters.reporting), count(meters.total))}
        {blurred > 0 && ` · ${text.blurredCount(count(blurred))}`}
      </p>
    </Card>
  )
}
