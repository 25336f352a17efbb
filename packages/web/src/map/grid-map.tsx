import { computed, useSignal, type Signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'

import { texts } from '../language/language.ts'
import { Icon } from '../parts/icon.tsx'
import { useSize } from '../parts/use-size.ts'
import { MapDrawing } from './map-drawing.tsx'
import { frameOf, type Frame, type NetworkNode } from './network.ts'

/** The unit of the drawing's signs and strokes, in pixels before zooming. */
const UNIT_PX = 5.5
/** The same where many places share the paper. */
const UNIT_CROWDED_PX = 3.8
const CROWDED_PLACES = 60
/** The height of letters on the map. */
const LETTER_PX = 14.2
/** The width that one name of the map may claim. */
const LABEL_PX = 60
const ZOOM_STEP = 1.4
const ZOOM_MAX = 24
/** The part of the view that one press of an arrow key moves. */
const PAN_STEP_01 = 0.12

export interface View {
  readonly zoom: number
  /** The middle of what is seen, in metres. */
  readonly x: number
  readonly y: number
}

interface GridMapProps {
  readonly network: readonly NetworkNode[]
  readonly selected: Signal<string | undefined>
}

/**
 * The local grid from its own coordinates, without tiles: drawn once, then only moved. Pan and zoom change one
 * attribute, so a thousand nodes move as easily as ten.
 */
export function GridMap({ network, selected }: GridMapProps) {
  const text = texts.value.nearby
  const frame = useMemo(() => frameOf(network), [network])
  const middle = { zoom: 1, x: frame.x + frame.width / 2, y: frame.y + frame.height / 2 }
  const view = useSignal<View>(middle)
  const shown = useMemo(() => computed(() => viewBoxOf(frame, view.value)), [frame])
  const scale = useMemo(() => computed(() => (1 / view.value.zoom).toFixed(3)), [])
  const { element: box, width, height } = useSize<HTMLDivElement>({ width: 640, height: 480 })
  const metresPerPixel = Math.max(frame.width / width, frame.height / height)
  const zoom = (by: number) => {
    view.value = { ...view.value, zoom: Math.min(ZOOM_MAX, Math.max(1, view.value.zoom * by)) }
  }
  const fit = () => {
    view.value = middle
  }
  const keys = keyActions({ frame, view, selected, network, zoom, fit })
  const press = (event: KeyboardEvent) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key]
    if (act === undefined) return
    event.preventDefault()
    act()
  }
  return (
    <div class="map-box">
      <div
        ref={box}
        class="map"
        tabIndex={0}
        role="application"
        aria-label={text.mapName}
        aria-describedby="map-keys"
        onKeyDown={press}
        {...dragging(frame, view, box)}
      >
        <svg
          viewBox={shown}
          class="map-drawing"
          style={{ aspectRatio: `${frame.width} / ${frame.height}` }}
          aria-hidden="true"
        >
          <MapDrawing
            network={network}
            unit={metresPerPixel * (network.length > CROWDED_PLACES ? UNIT_CROWDED_PX : UNIT_PX)}
            selected={selected}
            scale={scale}
            letter={metresPerPixel * LETTER_PX}
            labelsThatFit={frame.width / metresPerPixel / LABEL_PX}
          />
        </svg>
      </div>
      <div class="map-foot">
        <MapButtons zoom={zoom} fit={fit} />
        <p id="map-keys" class="muted">
          {text.mapKeys}
        </p>
      </div>
    </div>
  )
}

function MapButtons({ zoom, fit }: Pick<KeyContext, 'zoom' | 'fit'>) {
  const text = texts.value.nearby
  return (
    <div class="map-buttons">
      <button type="button" class="button" aria-label={text.zoomIn} onClick={() => zoom(ZOOM_STEP)}>
        <Icon name="plus" />
      </button>
      <button type="button" class="button" aria-label={text.zoomOut} onClick={() => zoom(1 / ZOOM_STEP)}>
        <Icon name="minus" />
      </button>
      <button type="button" class="button" aria-label={text.fit} onClick={fit}>
        <Icon name="fit" />
      </button>
    </div>
  )
}

function viewBoxOf(frame: Frame, { zoom, x, y }: View): string {
  const width = frame.width / zoom
  const height = frame.height / zoom
  return [x - width / 2, y - height / 2, width, height].map((part) => part.toFixed(2)).join(' ')
}

interface KeyContext {
  readonly frame: Frame
  readonly view: Signal<View>
  readonly selected: Signal<string | undefined>
  readonly network: readonly NetworkNode[]
  readonly zoom: (by: number) => void
  readonly fit: () => void
}

function keyActions({ frame, view, selected, network, zoom, fit }: KeyContext): Record<string, () => void> {
  const pan = (across: number, down: number) => () => {
    const { zoom: by, x, y } = view.value
    view.value = {
      zoom: by,
      x: x + (across * PAN_STEP_01 * frame.width) / by,
      y: y + (down * PAN_STEP_01 * frame.height) / by,
    }
  }
  const choose = (by: 1 | -1) => () => {
    const places = network.filter(({ at }) => at !== undefined)
    const at = places.findIndex(({ node }) => node.id === selected.value)
    const next = places[(at + by + (at < 0 && by < 0 ? 1 : 0) + places.length) % places.length]
    selected.value = next?.node.id
    if (next?.at !== undefined && view.value.zoom > 1)
      view.value = { ...view.value, x: next.at[0], y: next.at[1] }
  }
  return {
    ArrowLeft: pan(-1, 0),
    ArrowRight: pan(1, 0),
    ArrowUp: pan(0, -1),
    ArrowDown: pan(0, 1),
    '+': () => zoom(ZOOM_STEP),
    '=': () => zoom(ZOOM_STEP),
    '-': () => zoom(1 / ZOOM_STEP),
    '0': fit,
    n: choose(1),
    p: choose(-1),
    Escape: () => {
      selected.value = undefined
    },
  }
}

function dragging(frame: Frame, view: Signal<View>, box: { readonly current: HTMLDivElement | null }) {
  let from: { readonly x: number; readonly y: number; readonly view: View } | undefined
  /** Metres of the drawing under one pixel of the screen. */
  const metresPerPixel = () => {
    const { width = 1, height = 1 } = box.current?.getBoundingClientRect() ?? {}
    return Math.max(frame.width / width, frame.height / height) / view.value.zoom
  }
  return {
    onPointerDown: (event: PointerEvent) => {
      if (view.value.zoom > 1 || event.pointerType === 'mouse')
        from = { x: event.clientX, y: event.clientY, view: view.value }
    },
    onPointerMove: (event: PointerEvent) => {
      if (from === undefined) return
      const per = metresPerPixel()
      view.value = {
        zoom: from.view.zoom,
        x: from.view.x - (event.clientX - from.x) * per,
        y: from.view.y - (event.clientY - from.y) * per,
      }
    },
    onPointerUp: () => {
      from = undefined
    },
    onPointerLeave: () => {
      from = undefined
    },
    onWheel: (event: WheelEvent) => {
      // A page that scrolls must still scroll: the wheel zooms only together with Ctrl, as browsers pinch.
      if (!event.ctrlKey) return
      event.preventDefault()
      const by = event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP
      view.value = { ...view.value, zoom: Math.min(ZOOM_MAX, Math.max(1, view.value.zoom * by)) }
    },
  }
}
