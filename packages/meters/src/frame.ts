import type { EpochMs } from '@tri/units'

/** Every protocol that this package reads, by the name the field uses: `--protocol` of the command, folder of the code. */
export const PROTOCOLS = [
  'dsmr',
  'sml',
  'iec62056-21',
  'dlms',
  'linky',
  'mbus',
  'wmbus',
  'sunspec',
  'modbus',
  'shelly',
  'tasmota',
  'homewizard',
  'home-assistant',
  'evcc',
  'openems',
  'ocpp',
] as const

/** One of PROTOCOLS. */
export type Protocol = (typeof PROTOCOLS)[number]

/**
 * What the check of a protocol said about a frame. Three outcomes, never a boolean: `absent` is a frame that carries no
 * check, and whether its values may be used is the protocol's own rule (see `problem` of the frame).
 */
export type CheckVerdict = 'valid' | 'invalid' | 'absent'

/**
 * One value a device sent. It has an OBIS code where the protocol has one, a name otherwise; never both, never neither.
 * Numbers are the decimal that was sent, read exactly and scaled in decimal: energy is in Wh, power in W, reactive in
 * varh and var, apparent in VAh and VA, voltage in V, current in A; volume is in m³, temperature in °C.
 */
export interface MeterValue {
  /** `A-B:C.D.E`, with `*F` only where F is not 255 and the device sent it. */
  readonly obis?: string
  /** The protocol's own name, where it has no OBIS code. */
  readonly name?: string
  readonly value: number | string | boolean
  /** Absent for texts, counts and codes. */
  readonly unit?: string
  /** When the device says the value was taken, where it says so for this value alone (a gas meter behind P1). */
  readonly measuredAt?: EpochMs
}

/** One frame, telegram, message or payload: what its check said, and what may be used of it. */
export interface Frame {
  readonly protocol: Protocol
  readonly check: CheckVerdict
  /** Why its values are not used, in kebab-case (`crc-mismatch`, `key-missing`, `block-out-of-order`); absent where they are. */
  readonly problem?: string
  /** Parts with a check of their own that failed, and whose values are left out (Linky's groups); absent when none. */
  readonly refusedParts?: number
  /** The device as it names itself: identification line, server id, serial number, system title. */
  readonly device?: string
  /** When the device says the frame was made; a clock of the device, never trusted further than that. */
  readonly measuredAt?: EpochMs
  /** What may be used: empty where there is a problem. In the order sent. */
  readonly values: readonly MeterValue[]
  /** The frame as it came, from its first byte to its last. */
  readonly bytes: Uint8Array
}

/** True when a frame's values may be used. */
export function isUsable(frame: Frame): boolean {
  return frame.problem === undefined
}
