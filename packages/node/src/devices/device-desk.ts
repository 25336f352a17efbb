import type {
  DeviceReport,
  DeviceSettings,
  DeviceSilence,
  DeviceTemplate,
  FoundDevice,
  Observation,
  ResidualIncident,
  SlotIncident,
} from '@tri/meters'
import { refuse, type EpochMs, type Outcome } from '@tri/units'

/** Where the household wants devices to be looked for. */
export interface HouseholdScan {
  /** Device files of serial ports; true for all there are. */
  readonly serial: true | readonly string[]
  /** `host` or `host:port`. */
  readonly hosts: readonly string[]
  readonly broker?: string | undefined
}

/** The search that runs, or ran last. */
export interface ScanState {
  readonly is: 'idle' | 'running' | 'done'
  readonly startedAt: EpochMs | undefined
  /** In the order found, so far. */
  readonly finds: readonly FoundDevice[]
  /** Serial ports that the machine has now. */
  readonly serialPorts: readonly string[]
}

/** A meter of the community that a device of the household may stand for. */
export interface HouseholdMeter {
  readonly id: string
  readonly role: string
}

/** Something that happened to the household's meters. */
export interface HouseholdIncident {
  readonly at: EpochMs
  readonly kind: SlotIncident['is'] | ResidualIncident['cause']['is'] | 'gap' | 'statement-refused'
  readonly meter: string | undefined
}

/** Why a device is not tried or kept. */
export type SettingsRefusal = 'devices-not-run-here' | 'template-unknown' | 'line-not-for-template'
/** Why a search does not begin. */
export type ScanRefusal = 'devices-not-run-here' | 'scan-running' | 'scan-nowhere'
/** Why a device is not kept. */
export type AddRefusal = SettingsRefusal | 'device-exists' | 'devices-full' | 'meter-not-yours'
/** Why a device is not removed. */
export type RemoveRefusal = 'devices-not-run-here' | 'device-unknown'

/** The devices of one household, as its pages and its commands see them. */
export interface DeviceDesk {
  /** The member whose devices these are; undefined where no devices are read. Nobody else is shown or told anything. */
  readonly owner: string | undefined
  now(): EpochMs
  /** In the order added. */
  reports(): readonly DeviceReport[]
  templates(): ReadonlyMap<string, DeviceTemplate>
  meters(): readonly HouseholdMeter[]
  /** Newest first, since the node was started. */
  incidents(): readonly HouseholdIncident[]
  /** Begins to look, and comes back at once. */
  startScan(wish: HouseholdScan): Promise<Outcome<ScanState, ScanRefusal>>
  scanState(): Promise<ScanState>
  /** Reads a device for a few seconds. Nothing is kept. */
  test(
    settings: DeviceSettings,
    signal: AbortSignal,
  ): Promise<Outcome<Outcome<Observation, DeviceSilence>, SettingsRefusal>>
  /** Keeps a device, and reads it from now on. */
  add(settings: DeviceSettings): Promise<Outcome<DeviceReport, AddRefusal>>
  /** Stops reading a device and forgets its settings; its readings stay. */
  remove(id: string): Promise<Outcome<undefined, RemoveRefusal>>
}

const notHere = async () => refuse('devices-not-run-here' as const)

/** The desk of a node that reads no devices: a demo, or a steward's node for members who have a box of their own. */
export function absentDesk(templates: ReadonlyMap<string, DeviceTemplate>, now: () => EpochMs): DeviceDesk {
  return {
    owner: undefined,
    now,
    reports: () => [],
    templates: () => templates,
    meters: () => [],
    incidents: () => [],
    startScan: notHere,
    scanState: async () => ({ is: 'idle', startedAt: undefined, finds: [], serialPorts: [] }),
    test: notHere,
    add: notHere,
    remove: notHere,
  }
}
