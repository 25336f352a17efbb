import {
  openGateway,
  readingClock,
  type ChargersOptions,
  type DeviceReport,
  type DeviceSettings,
  type Gateway,
  type Observation,
  type QueuedStatement,
  type ResidualIncident,
  type SlotIncident,
} from '@tri/meters'
import type { SqliteStore } from '@tri/ledger'
import { SLOT_MS, epochMs, slot, slotOf, slotStart, watt, wattHour, type EpochMs } from '@tri/units'
import { gatherAppends, type Quality, type Vault, type VaultEntry } from '@tri/vault'

import type { BookWriter } from '../services/book-writer.ts'
import type { MeterPower } from '../services/view.ts'
import type { HouseholdDevices } from './devices-file.ts'
import { counterWatch, type BalancePart } from './counter-watch.ts'
import { countedAs, openMeterSlots, type MeterSlot, type MeterSlots } from './meter-slots.ts'
import { sendStatements } from './statement-sender.ts'

/** What happened in a household that somebody may want to be told of. */
export type HouseholdEvent =
  | { readonly is: 'slots'; readonly slots: readonly MeterSlot[] }
  | { readonly is: 'incident'; readonly incident: SlotIncident }
  | { readonly is: 'residual'; readonly incident: ResidualIncident }
  | { readonly is: 'statement-refused'; readonly statement: QueuedStatement; readonly refusal: string }
  | { readonly is: 'vault-refused'; readonly cause: unknown }

/** What a household's devices need of the node around them. */
export interface HouseholdPorts {
  /** Where readings are kept: they are on the disk before they count. */
  readonly vault: Vault
  /** Histories and statements on their way. */
  readonly store: SqliteStore
  readonly writer: Pick<BookWriter, 'act'>
  readonly isStated: (meter: string) => boolean
  readonly powerMaxW: (meter: string) => number
  /** Keeps at home what meters counted that are not settled. */
  readonly keepAtHome: (slots: readonly MeterSlot[]) => void
  /** What a meter is to the balance of the household; undefined for one that has no part in it. */
  readonly partOf: (device: DeviceSettings) => BalancePart | undefined
  readonly now: () => EpochMs
  /** ms that never run backwards, from any origin. */
  readonly countMs: () => number
  readonly isClockSynchronised: () => boolean
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly dice: () => number
  readonly told: (event: HouseholdEvent) => void
  /** Where chargers dial, and where their charges are kept. */
  readonly chargers?: ChargersOptions
  /** How devices are read: through their lines, unless a test speaks for them. */
  readonly read?: typeof openGateway
  /** Told what keeps statements from being sent; they wait. */
  readonly waiting: (cause: unknown) => void
}

/** What a household counts for its own eyes and for its metrics. */
export interface HouseholdFigures {
  readonly statementsWaiting: number
  /** Since the start. */
  readonly statementsSent: number
  readonly statementsRefused: number
  /** When the slot of the oldest statement that waits ended; undefined when none waits. */
  readonly oldestStatementAt: EpochMs | undefined
  /** When readings were last on the disk; undefined before the first. */
  readonly lastKeptAt: EpochMs | undefined
  readonly readingsKept: number
  readonly readingsRefused: number
  /** Readings not used because nobody could say when they were taken. */
  readonly readingsWithoutTime: number
}

/** The devices of a household at work: read, kept in the vault, made into slots, stated. */
export interface Household extends AsyncDisposable {
  readonly member: string
  devices(): readonly DeviceSettings[]
  reports(): readonly DeviceReport[]
  /** What the devices that stand for meters of the community show now. */
  power(): ReadonlyMap<string, MeterPower>
  figures(): HouseholdFigures
  /** Lets go of the devices it has and reads these: each keeps its history by the name of its meter. */
  change(devices: readonly DeviceSettings[]): Promise<void>
}

/** A device that was silent for longer shows nothing. */
const LIVE_MS_MAX = 60_000
/** Readings of all devices wait so long for the disk together, ms. */
const GATHER_MS = 200
/** How often slots are looked at that may have ended, ms. */
const CLOSE_LOOK_MS = 10_000
const SECOND_MS = 1000

/** Opens the devices of a household; what was read since the histories were last written down is taken again from the vault. */
export function openHousehold({ member, devices }: HouseholdDevices, ports: HouseholdPorts): Household {
  const closing = new AbortController()
  const keeper = readingKeeper(ports, closing.signal)
  let parts = openParts(member, devices, ports, keeper)
  const loops = [closeSlots(() => parts.slots, ports, closing.signal)]
  let sending = sender(member, parts.slots, ports, closing.signal)
  return {
    member,
    devices: () => parts.devices,
    reports: () => parts.gateway.reports(),
    power: () => powerOf(parts, ports.now()),
    figures: () => ({ ...keeper.figures(), ...sending.figures(), ...waitingFigures(parts.slots) }),
    change: async (next) => {
      await parts.gateway[Symbol.asyncDispose]()
      parts.slots.flush()
      await sending.stop()
      parts = openParts(member, next, ports, keeper)
      sending = sender(member, parts.slots, ports, closing.signal)
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      await parts.gateway[Symbol.asyncDispose]()
      await Promise.all([...loops, sending.stop(), keeper.settled()])
      parts.slots.flush()
    },
  }
}

interface Parts {
  readonly devices: readonly DeviceSettings[]
  readonly gateway: Gateway
  readonly slots: MeterSlots
}

function openParts(
  member: string,
  devices: readonly DeviceSettings[],
  ports: HouseholdPorts,
  keeper: ReadingKeeper,
): Parts {
  const { store, isStated, powerMaxW, told } = ports
  const watch = counterWatch(partsOf(devices, ports), (incident) => told({ is: 'residual', incident }))
  const slots = openMeterSlots(devices, {
    store,
    isStated,
    powerMaxW,
    changed: (changed) => {
      keeper.keepSlots(changed)
      ports.keepAtHome(changed.filter(({ meter }) => !isStated(meter)))
      watch.take(changed)
      told({ is: 'slots', slots: changed })
    },
    incident: (incident) => told({ is: 'incident', incident }),
  })
  for (const device of devices) replay(member, device, slots, ports)
  const clock = readingClock()
  const observed = (device: DeviceSettings, seen: Observation) => {
    const arrival = {
      wallMs: ports.now(),
      countMs: ports.countMs(),
      isSynchronised: ports.isClockSynchronised(),
    }
    const stamped = clock.stamp(arrival)
    if (!stamped.ok) return keeper.withoutTime()
    keeper.keep(device, seen, stamped.value)
    slots.take(device, seen, stamped.value)
  }
  return { devices, slots, gateway: (ports.read ?? openGateway)(devices, { observed }, ports) }
}

type KeeperFigures = Pick<
  HouseholdFigures,
  'readingsKept' | 'readingsRefused' | 'readingsWithoutTime' | 'lastKeptAt'
>

function partsOf(
  devices: readonly DeviceSettings[],
  { partOf }: HouseholdPorts,
): ReadonlyMap<string, BalancePart> {
  return new Map(
    devices.flatMap((device) => {
      const part = partOf(device)
      return part === undefined ? [] : [[countedAs(device), part] as const]
    }),
  )
}

/** Keeps readings, at most one a second of each device: what is faster tells nothing more about energy. */
interface ReadingKeeper {
  keep(device: DeviceSettings, seen: Observation, takenAt: EpochMs): void
  keepSlots(slots: readonly MeterSlot[]): void
  withoutTime(): void
  figures(): KeeperFigures
  /** Resolves when what was given is kept or refused. */
  settled(): Promise<void>
}

function readingKeeper(ports: HouseholdPorts, signal: AbortSignal): ReadingKeeper {
  const lastSecond = new Map<string, number>()
  const waiting = new Set<Promise<unknown>>()
  let [readingsKept, readingsRefused, readingsWithoutTime] = [0, 0, 0]
  let lastKeptAt: EpochMs | undefined
  const soon = (run: () => void) => void ports.pause(GATHER_MS, signal).then(run, run)
  const put = gatherAppends(ports.vault, soon)
  const give = (entries: readonly VaultEntry[]) => {
    const kept = () => {
      readingsKept += entries.length
      lastKeptAt = ports.now()
    }
    const given = put(entries).then(
      () => kept(),
      (cause: unknown) => {
        readingsRefused += entries.length
        ports.told({ is: 'vault-refused', cause })
      },
    )
    waiting.add(given)
    void given.finally(() => waiting.delete(given))
  }
  return {
    keep: ({ id }, seen, takenAt) => {
      const second = Math.floor(takenAt / SECOND_MS)
      if (lastSecond.get(id) === second) return
      lastSecond.set(id, second)
      give([readingOf(id, seen, epochMs(second * SECOND_MS))])
    },
    keepSlots: (slots) => {
      const entries = slots.flatMap((one) => slotEntry(one))
      if (entries.length > 0) give(entries)
    },
    withoutTime: () => void readingsWithoutTime++,
    figures: () => ({ readingsKept, readingsRefused, readingsWithoutTime, lastKeptAt }),
    settled: async () => void (await Promise.all(waiting)),
  }
}

const whole = (register: number | undefined) =>
  register === undefined ? null : wattHour(Math.floor(register))

function readingOf(meter: string, seen: Observation, takenAt: EpochMs): VaultEntry {
  return {
    is: 'reading',
    meter,
    takenAt,
    quality: seen.isChecked ? 'measured' : UNCHECKED,
    powerW: seen.powerW === undefined ? null : watt(Math.round(seen.powerW)),
    importRegisterWh: whole(seen.importWh),
    exportRegisterWh: whole(seen.exportWh),
  }
}

const UNCHECKED: Quality = 'measured:unchecked'

/** A slot under the name of its meter of the community; a later version takes the place of the earlier one. */
function slotEntry({ meter, change }: MeterSlot): VaultEntry[] {
  if (change.is === 'gap') return []
  const { importWh, exportWh, version } = change
  const quality: Quality = change.is === 'measured' ? 'measured' : `estimated:${change.why}`
  return [{ is: 'slot', meter, slot: change.slot, importWh, exportWh, quality, isCorrection: version > 1 }]
}

// The histories are written down when a slot closes; what the vault took after that was acknowledged, and must count.
function replay(
  owner: string,
  device: DeviceSettings,
  slots: MeterSlots,
  { vault, now }: HouseholdPorts,
): void {
  const { id } = device
  const since = slots.writtenUntil(countedAs(device))
  if (since === undefined) return
  const until = epochMs(now() + SLOT_MS)
  const seconds = vault.view({ owner, purpose: 'household', grain: 'second', meter: id, from: since, until })
  if (!seconds.ok) return
  for (const { at, powerW, importRegisterWh, exportRegisterWh, quality } of seconds.value.rows) {
    const seen = {
      takenAt: at,
      isChecked: quality !== UNCHECKED,
      ...(powerW === null ? {} : { powerW }),
      ...(importRegisterWh === null ? {} : { importWh: importRegisterWh }),
      ...(exportRegisterWh === null ? {} : { exportWh: exportRegisterWh }),
    }
    slots.take(device, seen, at)
  }
}

async function closeSlots(
  slots: () => MeterSlots,
  ports: HouseholdPorts,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    slots().closeUntil(slot(slotOf(ports.now())))
    await ports.pause(CLOSE_LOOK_MS, signal).catch(() => undefined)
  }
}

function sender(member: string, slots: MeterSlots, ports: HouseholdPorts, closing: AbortSignal) {
  const stopping = new AbortController()
  let [statementsSent, statementsRefused] = [0, 0]
  const { writer, now, pause, waiting, told } = ports
  const sent = sendStatements(
    {
      queue: slots.queue,
      member,
      writer,
      now,
      pause,
      waiting,
      sent: () => void statementsSent++,
      refused: (statement, refusal) => {
        statementsRefused++
        told({ is: 'statement-refused', statement, refusal: refusal.is })
      },
    },
    AbortSignal.any([stopping.signal, closing]),
  )
  return {
    figures: () => ({ statementsSent, statementsRefused }),
    stop: async () => {
      stopping.abort()
      await sent
    },
  }
}

function waitingFigures({ queue }: MeterSlots) {
  const oldest = queue.oldest()
  return {
    statementsWaiting: queue.waiting,
    oldestStatementAt: oldest === undefined ? undefined : slotStart(slot(oldest.statement.slot + 1)),
  }
}

function powerOf({ gateway }: Parts, now: EpochMs): ReadonlyMap<string, MeterPower> {
  const byMeter = new Map<string, MeterPower>()
  for (const { settings, lastObservation: seen } of gateway.reports()) {
    const { meter } = settings
    if (meter === undefined || byMeter.has(meter) || seen?.powerW === undefined) continue
    if (now - seen.takenAt > LIVE_MS_MAX) continue
    const powerW = Math.round(seen.powerW)
    byMeter.set(meter, { importW: Math.max(0, powerW), exportW: Math.max(0, -powerW) })
  }
  return byMeter
}
