import {
  residualIncident,
  type CounterObservation,
  type MeasuredFlows,
  type ResidualIncident,
} from '@tri/meters'
import { SLOTS_PER_UTC_DAY, slot } from '@tri/units'

import type { MeterSlot } from './meter-slots.ts'

/** What a meter is to the balance of its household. */
export type BalancePart = 'connection' | 'plant' | 'storage' | 'consumption'

/** Watches the balance of a household, slot by slot. */
export interface CounterWatch {
  take(slots: readonly MeterSlot[]): void
}

interface Counted {
  readonly importWh: number
  readonly exportWh: number
}

/** Slots that are looked at together: a day. */
const WINDOW_SLOTS = SLOTS_PER_UTC_DAY

/**
 * Watches whether what the meters of a household count adds up: production + import + discharge = consumption + export +
 * charge + residual. A residual beyond tolerance for an hour is told once, with its cause as far as it is recognised.
 *
 * @param parts the part of each meter, by the name under which it counts
 */
export function counterWatch(
  parts: ReadonlyMap<string, BalancePart>,
  told: (incident: ResidualIncident) => void,
): CounterWatch {
  const counted = new Map<number, Map<string, Counted>>()
  let toldFrom = -1
  return {
    take: (slots) => {
      for (const { meter, change } of slots) {
        if (change.is === 'gap' || !parts.has(meter)) continue
        const of = counted.get(change.slot) ?? new Map<string, Counted>()
        counted.set(change.slot, of.set(meter, { importWh: change.importWh, exportWh: change.exportWh }))
      }
      const newest = Math.max(...counted.keys())
      for (const old of counted.keys()) if (old <= newest - WINDOW_SLOTS) counted.delete(old)
      const incident = residualIncident(windowTo(newest, counted, parts))
      if (incident === undefined || incident.from <= toldFrom) return
      toldFrom = incident.from + incident.slots
      told(incident)
    },
  }
}

/** The slots up to the newest one that follow one another and that every meter counted. */
function windowTo(
  newest: number,
  counted: ReadonlyMap<number, ReadonlyMap<string, Counted>>,
  parts: ReadonlyMap<string, BalancePart>,
): CounterObservation[] {
  const window: CounterObservation[] = []
  for (let at = newest; at > newest - WINDOW_SLOTS; at--) {
    const of = counted.get(at)
    if (of?.size === parts.size) window.unshift({ slot: slot(at), measured: flowsOf(of, parts) })
    // The newest slots fill up meter by meter: until they are whole they are not looked at.
    else if (window.length > 0) break
  }
  return window
}

function flowsOf(
  counted: ReadonlyMap<string, Counted>,
  parts: ReadonlyMap<string, BalancePart>,
): MeasuredFlows {
  const sum = (part: BalancePart, of: keyof Counted): number | undefined => {
    const meters = [...counted].filter(([meter]) => parts.get(meter) === part)
    return meters.length === 0 ? undefined : meters.reduce((before, [, one]) => before + one[of], 0)
  }
  const produced = sum('plant', 'exportWh')
  return {
    import: sum('connection', 'importWh'),
    export: sum('connection', 'exportWh'),
    // What a plant takes for itself at night is less production, not consumption of the household.
    production: produced === undefined ? 'absent' : produced - (sum('plant', 'importWh') ?? 0),
    discharge: sum('storage', 'exportWh') ?? 'absent',
    charge: sum('storage', 'importWh') ?? 'absent',
    consumption: sum('consumption', 'importWh'),
  }
}
