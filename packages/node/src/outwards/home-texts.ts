import { decimalText } from '@tri/exchange'
import { DEVICE_TEMPLATES, type DeviceReport, type DeviceRole } from '@tri/meters'
import type { EpochMs } from '@tri/units'

import { adviceSentence } from './advice-sentence.ts'
import type { OutwardsLanguage } from './outwards-shape.ts'
import type { Advice, HomeFigures } from './outwards-sources.ts'
import type { DeviceTopic, HomeTopic, Texts } from './topics.ts'

const CREDIT_DIGITS = 6

/** What the devices at the home's connection show. */
export interface ConnectionShown {
  readonly powerW: number | undefined
  readonly importWh: number | undefined
  readonly exportWh: number | undefined
}

/** Whether a device is heard: its last observation is younger than the silence that is told. */
export function isHeard({ lastObservation }: DeviceReport, nowMs: EpochMs, silentMs: number): boolean {
  return lastObservation !== undefined && nowMs - lastObservation.takenAt < silentMs
}

/**
 * What stands at the connection: registers and power of every meter there, summed. A meter that two devices read counts once, by
 * the first that reads that direction; devices without a meter of the community count only when there is no other, and only the
 * first. Where a part is missing the sum is not told: a total that falls looks like a counter that began again.
 */
export function connectionShown(
  reports: readonly DeviceReport[],
  isFresh: (report: DeviceReport) => boolean,
): ConnectionShown {
  const atGrid = reports.filter((report) => roleOf(report) === 'grid')
  const bound = Map.groupBy(
    atGrid.filter(({ settings }) => settings.meter !== undefined),
    ({ settings }) => settings.meter,
  )
  const groups = bound.size > 0 ? [...bound.values()] : atGrid.slice(0, 1).map((one) => [one])
  const register = (of: 'import' | 'export') =>
    whole(
      groups.map((devices) => {
        const first = devices.find(
          ({ settings }) => (settings.counts ?? 'both') === of || (settings.counts ?? 'both') === 'both',
        )
        return first?.lastObservation?.[of === 'import' ? 'importWh' : 'exportWh']
      }),
    )
  return {
    powerW: whole(
      groups.map(
        (devices) =>
          devices.find((one) => isFresh(one) && one.lastObservation?.powerW !== undefined)?.lastObservation
            ?.powerW,
      ),
    ),
    importWh: register('import'),
    exportWh: register('export'),
  }
}

function roleOf({ settings: { role, template } }: DeviceReport): DeviceRole | undefined {
  return role ?? DEVICE_TEMPLATES.get(template)?.role
}

/** The sum, or nothing where a part or everything is missing. */
function whole(parts: readonly (number | undefined)[]): number | undefined {
  const known = parts.filter((part) => part !== undefined)
  return known.length === 0 || known.length < parts.length ? undefined : known.reduce((a, b) => a + b, 0)
}

/** What is told of a home now. A path that is absent has nothing to say. */
export function homeTexts(
  { balanceMicroCredit, sharedToday, advice }: HomeFigures,
  shown: ConnectionShown,
  language: OutwardsLanguage,
): Texts<HomeTopic> {
  return {
    status: 'online',
    ...text('power', shown.powerW, watts),
    ...text('energy/import', shown.importWh, wattHours),
    ...text('energy/export', shown.exportWh, wattHours),
    ...text('credit', balanceMicroCredit, (micro) => decimalText(micro, CREDIT_DIGITS)),
    ...text('credit/micro', balanceMicroCredit, String),
    ...text('shared/from-neighbours', sharedToday?.fromNeighboursWh, wattHours),
    ...text('shared/to-neighbours', sharedToday?.toNeighboursWh, wattHours),
    ...adviceTexts(advice, language),
  }
}

function adviceTexts(advice: Advice | undefined, language: OutwardsLanguage): Texts<HomeTopic> {
  if (advice === undefined) return { 'advice/status': 'offline' }
  const { code, because, until } = advice
  return {
    'advice/status': 'online',
    advice: adviceSentence(advice, language),
    'advice/code': code,
    'advice/because': because,
    ...text('advice/until', until?.at, (at) => Temporal.Instant.fromEpochMilliseconds(at).toString()),
  }
}

/** What is told of a device now: what it has not said, or said too long ago, is absent. Registers stay. */
export function deviceTexts(report: DeviceReport, isFresh: boolean): Texts<DeviceTopic> {
  const seen = report.lastObservation
  const now = isFresh ? seen : undefined
  return {
    status: isFresh ? 'online' : 'offline',
    ...text('power', now?.powerW, watts),
    ...text('energy/import', seen?.importWh, wattHours),
    ...text('energy/export', seen?.exportWh, wattHours),
    ...text('charge', now?.charge100, String),
    ...text('temperature', now?.temperatureC, String),
    ...(now?.isOn === undefined ? {} : { switch: now.isOn ? 'on' : 'off' }),
  }
}

function text<Path extends string>(
  path: Path,
  value: number | undefined,
  say: (value: number) => string,
): Partial<Record<Path, string>> {
  const texts: Partial<Record<Path, string>> = {}
  if (value !== undefined) texts[path] = say(value)
  return texts
}

const watts = (powerW: number): string => String(Math.round(powerW) + 0)
/** Whole Wh, downwards: a register that is read twice never seems to run back. */
const wattHours = (energyWh: number): string => String(Math.floor(energyWh))
