import {
  openRegisterHistory,
  openStatementQueue,
  type DeviceSettings,
  type MeterFacts,
  type Observation,
  type RegisterHistory,
  type SlotChange,
  type SlotIncident,
  type StatementQueue,
  type Taken,
} from '@tri/meters'
import type { SqliteStore } from '@tri/ledger'
import { canonicalBytes, epochMs, fromOwnBytes, slot, wattHour, type EpochMs, type Slot } from '@tri/units'

/** A slot that closed or changed, and whose it is. */
export interface MeterSlot {
  readonly meter: string
  readonly change: SlotChange
}

/** Who is told what became of slots. */
export interface MeterSlotsPorts {
  /** Kept together: what was counted, what is to be stated, and how far. */
  readonly store: SqliteStore
  /** Whether the community settles a meter; what the others count stays at home. */
  readonly isStated: (meter: string) => boolean
  /** W that the connection of a meter lets through in either direction. */
  readonly powerMaxW: (meter: string) => number
  readonly changed: (slots: readonly MeterSlot[]) => void
  readonly incident: (incident: SlotIncident) => void
}

/** Makes slots of the registers that the devices of a household show, and queues what is to be stated of them. */
export interface MeterSlots {
  readonly queue: StatementQueue
  /** The registers of a device, read at an instant of our clock. */
  take(device: DeviceSettings, seen: Observation, takenAt: EpochMs): void
  /** Names as gaps what is still open before a slot. */
  closeUntil(until: Slot): void
  /** Writes down what was counted since the last time. */
  flush(): void
  /** The instant of the last reading of a meter that is written down; undefined before the first. */
  writtenUntil(meter: string): EpochMs | undefined
}

/** Under which name a device counts: the meter of the community that it reads, else its own. */
export function countedAs({ id, meter }: DeviceSettings): string {
  return meter ?? id
}

/** Slots after its end in which a slot may still be measured: a second source speaks for it until then. */
const CLOSED_AFTER_SLOTS = 2
/** How often a meter's history is written down, ms. */
const HISTORY_WRITTEN_MS = 6 * 3_600_000
/** The step of a register that a device shows, Wh. */
const RESOLUTION_WH = 1

/**
 * Opens the meters that the devices stand for, as the store left them.
 *
 * Several devices of one meter are its sources, in the order of the file: the first is trusted, each other one fills gaps.
 */
export function openMeterSlots(devices: readonly DeviceSettings[], ports: MeterSlotsPorts): MeterSlots {
  return new SlotsOfMeters(devices, ports)
}

class SlotsOfMeters implements MeterSlots {
  readonly queue: StatementQueue
  readonly #ports: MeterSlotsPorts
  readonly #histories: ReadonlyMap<string, RegisterHistory>
  readonly #serials: ReturnType<typeof serialsIn>
  /** Slots that are told and not written yet: on a full disk they stay here, and are written with the next ones. */
  readonly #unwritten = new Map<string, SlotChange[]>()
  readonly #newest = new Map<string, EpochMs>()
  readonly #writtenAt = new Map<string, EpochMs>()

  constructor(devices: readonly DeviceSettings[], ports: MeterSlotsPorts) {
    this.queue = openStatementQueue(prefixed(ports.store, 'statement/'))
    this.#ports = ports
    this.#histories = historiesOf(devices, ports)
    this.#serials = serialsIn(ports.store)
  }

  take(device: DeviceSettings, seen: Observation, takenAt: EpochMs): void {
    const { id: source } = device
    const meter = countedAs(device)
    const history = this.#histories.get(meter)
    const registers = registersOf(seen)
    if (history === undefined || registers === undefined) return
    const serial = this.#serials.of(source, seen.counter)
    const check = seen.isChecked ? 'valid' : 'absent'
    const named = serial === undefined ? {} : { serial }
    const reading = { meter, source, takenAt, time: 'ours', check, ...registers, ...named } as const
    const taken = history.take(reading, takenAt)
    if (!taken.ok) return
    this.#newest.set(meter, takenAt)
    this.#settle(meter, history, taken.value)
  }

  closeUntil(until: Slot): void {
    const closed = slot(Math.max(0, until - CLOSED_AFTER_SLOTS))
    for (const [meter, history] of this.#histories) this.#settle(meter, history, history.closeUntil(closed))
  }

  flush(): void {
    for (const [meter, history] of this.#histories) this.#write(meter, history, [], true)
  }

  writtenUntil(meter: string): EpochMs | undefined {
    const bytes = this.#ports.store.get(writtenKey(meter))
    const at = bytes === undefined ? undefined : fromOwnBytes(bytes)
    return typeof at === 'number' ? epochMs(at) : undefined
  }

  #settle(meter: string, history: RegisterHistory, { changed, incidents }: Taken): void {
    if (changed.length > 0) this.#ports.changed(changed.map((change) => ({ meter, change })))
    for (const incident of incidents) this.#ports.incident(incident)
    if (changed.length > 0 || this.#unwritten.has(meter)) this.#write(meter, history, changed)
  }

  // A slot that is told is on the disk with its statement. The history behind it is long, and is written a few times a day:
  // what it lacks after a crash is taken again from the vault, and states nothing twice.
  #write(meter: string, history: RegisterHistory, changed: readonly SlotChange[], isLast = false): void {
    const all = [...(this.#unwritten.get(meter) ?? []), ...changed]
    this.#unwritten.set(meter, all)
    const at = this.#newest.get(meter)
    const { store, isStated } = this.#ports
    const isDue = isLast || (at ?? 0) - (this.#writtenAt.get(meter) ?? 0) >= HISTORY_WRITTEN_MS
    store.write(() => {
      if (isStated(meter)) for (const change of all) this.queue.put(meter, change)
      if (!isDue || at === undefined) return
      store.set(historyKey(meter), history.snapshot())
      store.set(writtenKey(meter), canonicalBytes(at))
    })
    this.#unwritten.delete(meter)
    if (isDue && at !== undefined) this.#writtenAt.set(meter, at)
  }
}

const writtenKey = (meter: string) => `written/${meter}`
const serialKey = (device: string) => `serial/${device}`

/** The serial number that a device last named: readings that are taken again from the vault do not carry it. */
function serialsIn(store: SqliteStore) {
  const known = new Map<string, string | undefined>()
  return {
    of: (device: string, named: string | undefined): string | undefined => {
      if (!known.has(device)) known.set(device, textOf(store.get(serialKey(device))))
      if (named === undefined || named === known.get(device)) return known.get(device)
      store.set(serialKey(device), canonicalBytes(named))
      known.set(device, named)
      return named
    },
  }
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  const text = bytes === undefined ? undefined : fromOwnBytes(bytes)
  return typeof text === 'string' ? text : undefined
}

function historiesOf(
  devices: readonly DeviceSettings[],
  ports: MeterSlotsPorts,
): Map<string, RegisterHistory> {
  const byMeter = Map.groupBy(devices, countedAs)
  return new Map(
    [...byMeter].flatMap(([meter, [first, ...others]]) => {
      if (first === undefined) return []
      const facts: MeterFacts = {
        meter,
        sources: [sourceOf(first), ...others.map((other) => sourceOf(other))],
        powerMaxW: ports.powerMaxW(meter),
        registers: first.counts ?? 'both',
      }
      return [[meter, openRegisterHistory(facts, ports.store.get(historyKey(meter)))] as const]
    }),
  )
}

const sourceOf = ({ id }: DeviceSettings) => ({ name: id, resolutionWh: RESOLUTION_WH })
const historyKey = (meter: string) => `history/${meter}`

/** Registers in whole Wh: what was not counted to the end is not counted yet. */
function registersOf({ importWh, exportWh }: Observation) {
  if (importWh === undefined && exportWh === undefined) return undefined
  return {
    ...(importWh === undefined ? {} : { importWh: wattHour(Math.floor(importWh)) }),
    ...(exportWh === undefined ? {} : { exportWh: wattHour(Math.floor(exportWh)) }),
  }
}

function prefixed(store: SqliteStore, prefix: string) {
  return {
    get: (key: string) => store.get(prefix + key),
    set: (key: string, value: Uint8Array) => store.set(prefix + key, value),
    delete: (key: string) => store.delete(prefix + key),
    *entries({ from, until }: { readonly from: string; readonly until: string }) {
      for (const [key, value] of store.entries({ from: prefix + from, until: prefix + until }))
        yield [key.slice(prefix.length), value] as const
    },
  }
}
