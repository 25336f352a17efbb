import { SLOT_MS } from '@tri/units'
import type { Signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

import { dateOf, slotsOfDay } from '../format/time.ts'
import { texts, times } from '../language/language.ts'
import { zone } from '../live/zone.ts'
import type { Nearby } from '../map/network.ts'

/** A hand on the slider passes many quarter hours: the node is asked for where it rests. */
const REST_MS = 120

/** Runs the last thing asked for, once no other has come for a while. */
function useResting(): (then: () => void) => void {
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(resting.current), [])
  return (then) => {
    clearTimeout(resting.current)
    resting.current = setTimeout(then, REST_MS)
  }
}

interface SlotSliderProps {
  readonly nearby: Nearby
  /** The quarter hour that is looked at; undefined follows the latest. */
  readonly slot: Signal<number | undefined>
}

/** A day, and the quarter hours of it: a year at hand without a slider of 35,040 steps. */
export function SlotSlider({ nearby, slot }: SlotSliderProps) {
  const text = texts.value.nearby
  const { first, last } = nearby.slotRange
  const shown = slot.value ?? nearby.slot
  const date = dateOf(zone.value, shown * SLOT_MS)
  const day = slotsOfDay(zone.value, date)
  const resting = useResting()
  const within = (wanted: number) => Math.min(last, Math.max(first, wanted))
  const slide = (wanted: number) => {
    resting(() => {
      slot.value = within(wanted)
    })
  }
  const chooseDay = (to: string) => {
    if (to === '') return
    slot.value = within(slotsOfDay(zone.value, to).firstSlot + (shown - day.firstSlot))
  }
  const from = Math.max(first, day.firstSlot)
  const until = Math.min(last, day.firstSlot + day.slots - 1)
  return (
    <div class="slot-slider">
      <label class="slot-day">
        <span class="muted">{text.day}</span>
        <input
          type="date"
          value={date}
          min={dateOf(zone.value, first * SLOT_MS)}
          max={dateOf(zone.value, last * SLOT_MS)}
          onChange={(event) => chooseDay(event.currentTarget.value)}
        />
      </label>
      <label class="slot-time">
        <span class="muted">
          {text.time} <strong class="slot-now">{times.value.slot(shown)}</strong>
        </span>
        <input
          type="range"
          min={from}
          max={until}
          step={1}
          value={shown}
          aria-valuetext={times.value.slot(shown)}
          onInput={(event) => slide(Number(event.currentTarget.value))}
        />
      </label>
      <button
        type="button"
        class="button quiet"
        disabled={slot.value === undefined}
        onClick={() => {
          resting(() => {
            slot.value = undefined
          })
        }}
      >
        {text.latest}
      </button>
    </div>
  )
}
