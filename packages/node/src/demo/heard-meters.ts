import {
  QUALITY_CODE,
  openRegisterHistory,
  openVirtualReader,
  spokenBytes,
  type Observation,
  type RegisterHistory,
  type SlotChange,
  type VirtualKind,
  type VirtualReader,
} from '@tri/meters'
import { epochMs, must, present, slot, slotStart, wattHour, type EpochMs, type Slot } from '@tri/units'

import type { SlotRange } from '../calendar.ts'
import type { CommunityDocument, MeterEntry } from '../community-file/document-shape.ts'
import type { HouseholdReadings, MeterReadings } from '../household/household-readings.ts'
import type { LivePower } from '../services/view.ts'
import type { PlayedMeters, SlotReadings } from './played-meters.ts'

/** The largest plant of a played neighbourhood has less than this, W: above it something did not happen. */
const CONNECTION_W_MAX = 300_000
/** Where the registers stood before the year that is played, Wh: no meter of a street is new. */
const REGISTER_BEFORE_WH = 4_000_000
/** Virtual time between the telegrams on both sides of the moment from which a meter is heard, ms. */
const TELEGRAM_MS = 1000
/** Slot boundaries that are remembered as heard: two days. */
const HEARD_MAX = 192

/**
 * The meters of a played neighbourhood, as the boxes of its households hear them: each meter speaks a protocol of its own,
 * and its bytes go through codec, senses and register history like those of a real one. The played year is only what the
 * meters count; what they are heard to say is what is shown and stated.
 */
export class HeardMeters implements SlotReadings {
  readonly #byId: ReadonlyMap<string, HeardMeter>
  readonly #household: Pick<HouseholdReadings, 'write'>
  readonly #heard = new Set<Slot>()
  #newest: EpochMs | undefined

  /** @param household is given what production and consumption meters count, as soon as it is known */
  constructor(
    { meters }: Pick<CommunityDocument, 'meters'>,
    played: PlayedMeters,
    household: Pick<HouseholdReadings, 'write'>,
  ) {
    this.#byId = new Map(meters.map((entry, index) => [entry.id, new HeardMeter(entry, index, played)]))
    this.#household = household
  }

  /** Every meter speaks at an instant. One that is not later than what was heard last is not asked for again. */
  hear(at: EpochMs): void {
    if (this.#newest !== undefined && at <= this.#newest) return
    this.#newest = at
    this.#listen(at)
  }

  /** Every meter speaks at both ends of a slot, if it has not: the meters' own clocks tick by the demo's time. */
  hearEnds(of: Slot): void {
    if (!this.#heard.has(of)) this.#listen(epochMs(slotStart(of) - TELEGRAM_MS))
    for (const end of [of, slot(of + 1)]) {
      if (this.#heard.has(end)) continue
      this.#heard.add(end)
      this.#listen(slotStart(end))
    }
    for (const old of this.#heard) if (old + HEARD_MAX < of) this.#heard.delete(old)
  }

  /** The power that every meter was last heard to show. */
  livePower(at: EpochMs): LivePower {
    if (this.#newest === undefined) this.hear(at)
    const byMeter = new Map(
      [...this.#byId].flatMap(([id, { powerW }]) =>
        powerW === undefined
          ? []
          : [[id, { importW: Math.max(0, powerW), exportW: Math.max(0, -powerW) }] as const],
      ),
    )
    return { at, byMeter }
  }

  /** What a meter's registers counted over slots that were heard; quality 0 where they tell nothing. */
  readingsOf(meter: string, { firstSlot, slots }: SlotRange): MeterReadings | undefined {
    const heard = this.#byId.get(meter)
    if (heard === undefined) return undefined
    const changes = Array.from({ length: slots }, (_, i) => heard.slot(slot(firstSlot + i)))
    return { firstSlot, slots, ...columnsOf(changes) }
  }

  #listen(at: EpochMs): void {
    for (const meter of this.#byId.values())
      for (const change of meter.speak(at)) {
        if (!meter.isPrivate) continue
        this.#household.write(meter.id, { firstSlot: change.slot, slots: 1, ...columnsOf([change]) })
      }
  }
}

/** A meter that speaks, and what its household made of it. */
class HeardMeter {
  readonly id: string
  /** What it counts stays with the household. */
  readonly isPrivate: boolean
  readonly #played: PlayedMeters
  readonly #serial: string
  readonly #source: VirtualKind
  readonly #reader: VirtualReader
  readonly #history: RegisterHistory
  #last: Observation | undefined

  constructor({ id, role = 'connection' }: MeterEntry, index: number, played: PlayedMeters) {
    const kind = kindOf(role, index)
    this.id = id
    this.isPrivate = role !== 'connection'
    this.#played = played
    this.#serial = `TRI${String(index + 1).padStart(7, '0')}`
    this.#source = kind
    this.#reader = openVirtualReader(kind)
    this.#history = openRegisterHistory({
      meter: id,
      sources: [{ name: kind, resolutionWh: 1 }],
      powerMaxW: CONNECTION_W_MAX,
      registers: kind === 'sunspec-inverter' ? 'export' : 'both',
    })
  }

  get powerW(): number | undefined {
    return this.#last?.powerW
  }

  slot(of: Slot): SlotChange | undefined {
    return this.#history.slot(of)
  }

  /** Sends a telegram about an instant. @returns the slots that it closed or changed */
  speak(at: EpochMs): readonly SlotChange[] {
    const face = this.#played.faceAt(this.id, at)
    if (face === undefined) return []
    const { importWh, exportWh, powerW } = face
    const spoken = spokenBytes(this.#source, {
      at,
      serial: this.#serial,
      importWh: wattHour(REGISTER_BEFORE_WH + importWh),
      exportWh: wattHour(REGISTER_BEFORE_WH + exportWh),
      powerW,
    })
    const seen = this.#reader.read(spoken, at)
    must(seen !== undefined, 'a virtual meter is understood by its own driver', { kind: this.#source })
    if (this.#last === undefined || seen.takenAt >= this.#last.takenAt) this.#last = seen
    const taken = this.#history.take(this.#readingOf(seen), at)
    return taken.ok ? taken.value.changed : []
  }

  #readingOf({ importWh, exportWh, isChecked, counter, takenAt }: Observation) {
    return {
      meter: this.id,
      source: this.#source,
      takenAt,
      time: 'ours',
      check: isChecked ? 'valid' : 'absent',
      ...(counter === undefined ? {} : { serial: counter }),
      ...(importWh === undefined ? {} : { importWh: wattHour(importWh) }),
      ...(exportWh === undefined ? {} : { exportWh: wattHour(exportWh) }),
    } as const
  }
}

const PORTS = ['p1', 'sml', 'han'] as const

/** Meters at the connection have a port with a check; behind it stand an inverter, and a clamp that answers over HTTP. */
function kindOf(role: MeterEntry['role'], index: number): VirtualKind {
  if (role === 'production') return 'sunspec-inverter'
  if (role === 'consumption') return 'homewizard-p1'
  return present(PORTS[index % PORTS.length], 'the ports go round')
}

function columnsOf(changes: readonly (SlotChange | undefined)[]) {
  const of = (give: (change: SlotChange & { readonly is: 'measured' | 'estimated' }) => number) =>
    changes.map((change) => (change === undefined || change.is === 'gap' ? 0 : give(change)))
  return {
    importWh: Int32Array.from(of(({ importWh }) => importWh)),
    exportWh: Int32Array.from(of(({ exportWh }) => exportWh)),
    quality: Uint8Array.from(changes, (change) => QUALITY_CODE[change?.is ?? 'gap']),
  }
}
