import { memoryStore, type KeyValue } from '@tri/community'
import { deviceShape, type DeviceReport, type Observation } from '@tri/meters'
import { epochMs, type EpochMs } from '@tri/units'

import type { OutwardsPorts } from '../../src/outwards/outwards-ports.ts'
import { outwardsShape, type OutwardsSettings } from '../../src/outwards/outwards-shape.ts'
import type { HomeFigures, OutwardsEvent, OutwardsSources } from '../../src/outwards/outwards-sources.ts'

const STARTED_AT = Date.parse('2026-11-22T10:00:00Z')

/** Ports whose clock a test moves by hand: pauses end when their time has come, and only then. */
export interface HandPorts extends OutwardsPorts {
  readonly failures: unknown[]
  readonly pauses: number[]
  advance(ms: number): void
  /** Whether somebody waits for a pause of this length. */
  rests(ms: number): boolean
}

export function handPorts(store: KeyValue = memoryStore()): HandPorts {
  let nowMs = STARTED_AT
  let ids = 0
  const waiting = new Set<{ readonly ms: number; readonly dueAt: number; readonly resolve: () => void }>()
  const failures: unknown[] = []
  const pauses: number[] = []
  return {
    store,
    failures,
    pauses,
    version: '0.1.0',
    now: () => epochMs(nowMs),
    dice: () => 0.5,
    newId: () => `event-${++ids}`,
    failed: (cause) => void failures.push(cause),
    pause: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        pauses.push(ms)
        const one = { ms, dueAt: nowMs + ms, resolve }
        waiting.add(one)
        signal.addEventListener('abort', () => {
          waiting.delete(one)
          reject(new Error('aborted'))
        })
      }),
    rests: (ms) => [...waiting].some((one) => one.ms === ms),
    advance: (ms) => {
      nowMs += ms
      for (const one of waiting) {
        if (one.dueAt > nowMs) continue
        waiting.delete(one)
        one.resolve()
      }
    },
  }
}

/** A device's report as the gateway gives it. */
export function reportOf(
  settings: { readonly id: string; readonly template?: string; readonly [more: string]: unknown },
  seen?: Partial<Observation>,
): DeviceReport {
  return {
    settings: deviceShape.parse({
      template: 'p1',
      line: { over: 'tcp', host: '127.0.0.1', port: 2001 },
      ...settings,
    }),
    line: { is: 'up', since: epochMs(STARTED_AT) },
    frames: { valid: 7, invalid: 1, absent: 0 },
    problems: new Map([['crc-mismatch', 1]]),
    lastFrame: undefined,
    lastObservation:
      seen === undefined ? undefined : { takenAt: epochMs(STARTED_AT), isChecked: true, ...seen },
    fault: undefined,
  }
}

/** Sources that a test changes as it goes. */
export interface HandSources extends OutwardsSources {
  figures: HomeFigures
  livePowerW: number | undefined
  reports: readonly DeviceReport[]
  tell(event: OutwardsEvent): void
}

export const noFigures: HomeFigures = {
  balanceMicroCredit: undefined,
  sharedToday: undefined,
  advice: undefined,
}

export const fullFigures: HomeFigures = {
  balanceMicroCredit: -1_234_560,
  sharedToday: { fromNeighboursWh: 1830, toNeighboursWh: 412 },
  advice: {
    code: 'good-time',
    because: 'spare-nearby',
    until: { at: epochMs(Date.parse('2026-11-22T14:30:00Z')), wallTime: '15:30' },
  },
}

export function handSources(
  figures: HomeFigures = fullFigures,
  reports: readonly DeviceReport[] = sampleReports(),
): HandSources {
  const listeners = new Set<(event: OutwardsEvent) => void>()
  const sources: HandSources = {
    figures,
    livePowerW: undefined,
    reports,
    home: {
      community: 'viottolo',
      member: 'home-1',
      name: 'Ada',
      powerW: () => sources.livePowerW,
      figures: () => sources.figures,
    },
    devices: { reports: () => sources.reports },
    onEvent: (tell) => {
      listeners.add(tell)
      return () => void listeners.delete(tell)
    },
    tell: (event) => {
      for (const listener of listeners) listener(event)
    },
  }
  return sources
}

/** A meter, a roof, a battery with everything a device can say, and one that was never heard. */
export function sampleReports(takenAt: EpochMs = epochMs(STARTED_AT)): DeviceReport[] {
  return [
    reportOf(
      { id: 'p1', meter: 'm1' },
      { takenAt, importWh: 4_512_345.6, exportWh: 812_000, powerW: -640.4 },
    ),
    reportOf({ id: 'roof', template: 'sunspec-inverter' }, { takenAt, exportWh: 9_000_001, powerW: -1820 }),
    reportOf(
      { id: 'battery', template: 'shelly-plug', role: 'storage' },
      { takenAt, powerW: 310, charge100: 71, temperatureC: 19.5, isOn: true },
    ),
    reportOf({ id: 'attic', template: 'shelly-plug' }),
  ]
}

export function settingsOf(wish: object): OutwardsSettings {
  return outwardsShape.parse({ version: 1, ...wish })
}
