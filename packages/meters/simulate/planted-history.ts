import { SLOT_MS, accept, slot, wattHour, type EpochMs, type Slot } from '@tri/units'

import { openRegisterHistory, type RegisterHistory, type Taken } from '../src/slots/register-history.ts'
import type { MeterFacts, RegisterReading } from '../src/slots/register-reading.ts'
import type { RegisterGap, SlotChange } from '../src/slots/slot-energy.ts'
import type { ReadingPlant } from './reading-plants.ts'

/** A history with a mistake in it; without one, the history as it is. */
export function plantedHistory(
  facts: MeterFacts,
  plant: ReadingPlant | undefined,
  snapshot?: Uint8Array,
): RegisterHistory {
  switch (plant) {
    case 'forgets-on-restart':
      return openRegisterHistory(facts)
    case 'takes-reset-for-rollover':
      return addingFalls(openRegisterHistory(facts, snapshot))
    case 'believes-one-source-for-all':
      return readingThrough(openRegisterHistory(facts, snapshot), (reading) => ({
        ...reading,
        source: facts.sources[0].name,
      }))
    case 'ignores-serial':
      return readingThrough(openRegisterHistory({ ...facts, powerMaxW: 10 ** 12 }, snapshot), (reading) => ({
        ...reading,
        serial: '',
      }))
    case 'believes-device-clock':
      return readingThrough(openRegisterHistory(facts, snapshot), (reading) => ({ ...reading, time: 'ours' }))
    case 'takes-last-values':
      return takingLastValues(openRegisterHistory(facts, snapshot))
    case 'drops-late-readings':
      return droppingLate(openRegisterHistory(facts, snapshot))
    case 'adds-sources':
      return addingSources(facts)
    case 'bridges-every-silence':
      return bridging(openRegisterHistory(facts, snapshot))
    case 'counts-silence-as-zero':
      return tellingOtherwise(openRegisterHistory(facts, snapshot), (change) =>
        change.is === 'gap' && change.why === 'silence'
          ? { ...change, is: 'measured', importWh: wattHour(0), exportWh: wattHour(0), withinWh: 0 }
          : change,
      )
    case 'calls-estimates-measured':
      return tellingOtherwise(openRegisterHistory(facts, snapshot), (change) =>
        change.is === 'estimated' ? { ...change, is: 'measured', withinWh: 0 } : change,
      )
    case 'invents-a-watt-hour':
      return tellingOtherwise(openRegisterHistory(facts, snapshot), (change) =>
        change.is === 'measured' && change.slot % 4 === 0
          ? { ...change, importWh: wattHour(change.importWh + 1) }
          : change,
      )
    case undefined:
    default:
      return openRegisterHistory(facts, snapshot)
  }
}

function readingThrough(
  history: RegisterHistory,
  changed: (reading: RegisterReading) => RegisterReading,
): RegisterHistory {
  return over(history, { take: (reading, now) => history.take(changed(reading), now) })
}

function tellingOtherwise(
  history: RegisterHistory,
  otherwise: (change: SlotChange) => SlotChange,
): RegisterHistory {
  const told = (taken: Taken): Taken => ({ ...taken, changed: taken.changed.map(otherwise) })
  return over(history, {
    take(reading, now) {
      const taken = history.take(reading, now)
      return taken.ok ? accept(told(taken.value)) : taken
    },
    closeUntil: (until) => told(history.closeUntil(until)),
    slot(of) {
      const change = history.slot(of)
      return change === undefined ? undefined : otherwise(change)
    },
  })
}

/** A history for each source, and the sum of what they say. */
function addingSources(facts: MeterFacts): RegisterHistory {
  const parts = facts.sources.map((source) => openRegisterHistory({ ...facts, sources: [source] }))
  const [first = openRegisterHistory(facts)] = parts
  const at = (of: Slot): SlotChange | undefined => {
    const known = parts.flatMap((part) => part.slot(of) ?? [])
    const [one, other] = known
    if (one === undefined || one.is === 'gap') return first.slot(of)
    if (other === undefined || other.is === 'gap') return one
    return {
      ...one,
      importWh: wattHour(one.importWh + other.importWh),
      exportWh: wattHour(one.exportWh + other.exportWh),
    }
  }
  const told = ({ changed, incidents }: Taken): Taken => ({
    incidents,
    changed: changed.flatMap((change) => at(change.slot) ?? []),
  })
  return over(first, {
    take(reading, now) {
      const taken = (parts[facts.sources.findIndex(({ name }) => name === reading.source)] ?? first).take(
        reading,
        now,
      )
      return taken.ok ? accept(told(taken.value)) : taken
    },
    closeUntil: (until) =>
      told({ incidents: [], changed: parts.flatMap((part) => part.closeUntil(until).changed) }),
    slot: at,
  })
}

/** Whenever a register falls, what it showed before is added from then on. */
function addingFalls(history: RegisterHistory): RegisterHistory {
  let last = 0
  let added = 0
  return readingThrough(history, (reading) => {
    const { importWh = wattHour(0) } = reading
    if (importWh < last) added += last
    last = importWh
    return { ...reading, importWh: wattHour(importWh + added) }
  })
}

/** As many gateways do: the last value of a slot less the last value before it, whenever that was. */
function takingLastValues(history: RegisterHistory): RegisterHistory {
  const readings: RegisterReading[] = []
  const lastBefore = (at: number): number | undefined =>
    readings.findLast(({ takenAt }) => takenAt < at)?.importWh
  return over(history, {
    take(reading, now) {
      if (reading.source === 'p1') readings.push(reading)
      return history.take(reading, now)
    },
    slot(of) {
      const change = history.slot(of)
      if (change === undefined || change.is === 'gap') return change
      const before = lastBefore(of * SLOT_MS) ?? 0
      return { ...change, importWh: wattHour((lastBefore((of + 1) * SLOT_MS) ?? 0) - before) }
    },
  })
}

function droppingLate(history: RegisterHistory): RegisterHistory {
  let newest = 0
  return over(history, {
    take(reading: RegisterReading, now: EpochMs) {
      if (reading.takenAt < newest) return accept({ changed: [], incidents: [] })
      newest = reading.takenAt
      return history.take(reading, now)
    },
  })
}

/** Spreads what the registers counted over any gap, and calls it measured: the phantom of many gateways. */
function bridging(history: RegisterHistory): RegisterHistory {
  const gapAt = (of: Slot): RegisterGap | undefined => {
    let from: number = of
    let until = of + 1
    while (history.slot(slot(from - 1))?.is === 'gap') from--
    while (history.slot(slot(until))?.is === 'gap') until++
    return history
      .gaps(slot(from), slot(until))
      .find((gap) => gap.firstSlot <= of && of < gap.firstSlot + gap.slots)
  }
  return over(history, {
    slot(of) {
      const change = history.slot(of)
      if (change?.is !== 'gap') return change
      const gap = gapAt(of)
      if (gap?.importWh === undefined || gap.exportWh === undefined) return change
      return {
        slot: of,
        version: change.version,
        is: 'measured',
        importWh: wattHour(Math.floor(gap.importWh / gap.slots)),
        exportWh: wattHour(Math.floor(gap.exportWh / gap.slots)),
        withinWh: SLOT_MS,
      }
    },
  })
}

function over(history: RegisterHistory, part: Partial<RegisterHistory>): RegisterHistory {
  return {
    take: (reading, now) => history.take(reading, now),
    closeUntil: (until) => history.closeUntil(until),
    slot: (of) => history.slot(of),
    gaps: (from, until) => history.gaps(from, until),
    snapshot: () => history.snapshot(),
    ...part,
  }
}
