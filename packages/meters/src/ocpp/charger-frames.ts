import { epochMs, type EpochMs } from '@tri/units'

import type { Frame, MeterValue } from '../frame.ts'
import { sampledValue, type Sample } from './sampled-value.ts'

/** Samples that a charger took at one time. */
export interface SampledAt {
  readonly timestamp: string
  readonly samples: readonly Sample[]
}

/** Where a frame is from, and what came. */
export interface FrameOrigin {
  readonly identity: string
  /** Undefined where the message names a transaction that nobody knows. */
  readonly connector: number | undefined
  /** The message as it came. */
  readonly bytes: Uint8Array
}

/** How old a sample may be for its time to be believed: as long as a node may be offline. */
export const SAMPLE_AGE_MS_MAX = 40 * 24 * 3_600_000

/** A frame for each time at which samples were taken, oldest as sent. */
export function chargerFrames(origin: FrameOrigin, taken: readonly SampledAt[]): Frame[] {
  return taken.map(({ timestamp, samples }) => {
    const values = samples.map(sampledValue)
    return frameOf(origin, timestamp, values)
  })
}

/** A frame of one register, as a transaction begins and ends with it. */
export function registerFrame(origin: FrameOrigin, timestamp: string, registerWh: number): Frame {
  return frameOf(origin, timestamp, [
    { name: 'Energy.Active.Import.Register', value: registerWh, unit: 'Wh' },
  ])
}

function frameOf(
  { identity, connector, bytes }: FrameOrigin,
  timestamp: string,
  values: readonly (MeterValue | undefined)[],
): Frame {
  const readable = values.filter((value) => value !== undefined)
  const measuredAt = instantOf(timestamp)
  const refusedParts = values.length - readable.length
  return {
    protocol: 'ocpp',
    // OCPP trusts the check of TCP and TLS and carries none of its own.
    check: 'absent',
    ...(connector === undefined ? { problem: 'connector-unknown' } : {}),
    ...(refusedParts === 0 ? {} : { refusedParts }),
    device: connector === undefined ? identity : `${identity}/${connector}`,
    ...(measuredAt === undefined ? {} : { measuredAt }),
    values: connector === undefined ? [] : readable,
    bytes,
  }
}

/** The instant that a date and time with its offset names (RFC 3339); undefined for none since 1970. */
export function instantOf(timestamp: string): EpochMs | undefined {
  try {
    const ms = Temporal.Instant.from(timestamp).epochMilliseconds
    return ms < 0 ? undefined : epochMs(ms)
  } catch (cause) {
    if (cause instanceof RangeError) return undefined
    throw cause
  }
}

/** An instant as OCPP writes it. */
export function timestampOf(at: EpochMs): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toString()
}

/**
 * When a sample counts as taken: at its own time, where a charger kept it while it was offline; at its arrival, where that
 * time is in the future, older than SAMPLE_AGE_MS_MAX, or none.
 */
export function sampleTime(measuredAt: EpochMs | undefined, arrivedAt: EpochMs): EpochMs {
  if (measuredAt === undefined || measuredAt > arrivedAt) return arrivedAt
  return arrivedAt - measuredAt > SAMPLE_AGE_MS_MAX ? arrivedAt : measuredAt
}
