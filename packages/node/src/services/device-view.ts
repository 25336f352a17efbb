import { FRAME_BYTES_SHOWN_MAX, FRAME_VALUES_SHOWN_MAX, type ResponseOf } from '@tri/contract'
import {
  abilitiesOf,
  lineName,
  metersFaults,
  type DeviceReport,
  type DeviceTemplate,
  type LineSettings,
  type LineState,
  type Observation,
} from '@tri/meters'
import { faultSentence, present, type EpochMs, type Fault } from '@tri/units'
import { hex } from '@tri/units/crypto'

export type Device = ResponseOf<'devices'>['devices'][number]
type Seen = NonNullable<Device['seen']>
type RawFrame = NonNullable<Device['lastFrame']>
type Sentences = NonNullable<Device['fault']>

/** Phases of a connection. What a device says beyond them is not shown. */
const PHASES_MAX = 3

/** A device as its household sees it. */
export function deviceOf(
  report: DeviceReport,
  templates: ReadonlyMap<string, DeviceTemplate>,
  now: EpochMs,
): Device {
  const { settings, line, frames, lastObservation: seen, fault } = report
  const template = present(templates.get(settings.template), 'a device that is read has a template')
  return {
    id: settings.id,
    title: template.title,
    template: template.id,
    role: settings.role ?? template.role,
    meter: settings.meter ?? null,
    line: lineOf(settings.line, line),
    quality: qualityOf(report, template, now),
    abilities: seen === undefined ? [] : abilitiesOf(seen),
    frames: { ...frames },
    problems: problemsOf(report),
    fault: fault === undefined ? null : sentencesOf(fault),
    ageMs: seen === undefined ? null : Math.max(0, now - seen.takenAt),
    seen: seen === undefined ? null : seenOf(seen),
    lastFrame: rawFrameOf(report),
  }
}

function qualityOf(
  { lastObservation, lastFrame }: DeviceReport,
  { silentMs }: DeviceTemplate,
  now: EpochMs,
): Device['quality'] {
  if (lastObservation === undefined) return lastFrame === undefined ? 'silent' : 'refused'
  if (now - lastObservation.takenAt > silentMs) return 'stale'
  if (lastFrame?.frame.problem !== undefined) return 'refused'
  return lastFrame?.frame.check === 'valid' ? 'checked' : 'unchecked'
}

/** What is counted of a device's problems, the most frequent first. */
export function problemsOf({ problems }: Pick<DeviceReport, 'problems'>): Device['problems'] {
  return [...problems]
    .map(([problem, times]) => ({ problem, times }))
    .toSorted((a, b) => b.times - a.times || (a.problem < b.problem ? -1 : 1))
}

/** What a frame said, as it is sent to the page: what the device does not know is null. */
export function seenOf(seen: Observation): Seen {
  const { takenAt, importWh, exportWh, powerW, temperatureC, charge100, isOn } = seen
  return {
    takenAt,
    importWh: importWh ?? null,
    exportWh: exportWh ?? null,
    powerW: powerW ?? null,
    phasePowersW: phasesOf(seen.phasePowersW),
    phaseVoltagesV: phasesOf(seen.phaseVoltagesV),
    phaseCurrentsA: phasesOf(seen.phaseCurrentsA),
    temperatureC: temperatureC ?? null,
    charge100: charge100 === undefined ? null : Math.min(100, Math.max(0, charge100)),
    isOn: isOn ?? null,
    mark: 'live',
  }
}

// A phase that the frame left out would shift those after it: then none is told.
function phasesOf(values: readonly number[] | undefined): number[] | null {
  if (values === undefined) return null
  const phases = Array.from(values).slice(0, PHASES_MAX)
  return phases.every((value) => Number.isFinite(value)) ? phases : null
}

function lineOf(settings: LineSettings, state: LineState): Device['line'] {
  return {
    over: settings.over,
    name: shownLineName(settings),
    is: state.is,
    since: state.is === 'up' ? state.since : null,
    until: state.is === 'waiting' ? state.until : null,
    tries: state.is === 'waiting' || state.is === 'opening' ? state.tries : 0,
    problem: state.is === 'waiting' ? sentencesOf(state.problem) : null,
  }
}

/** What a line is called on a page: some devices want their password in the query of an address. */
export function shownLineName(settings: LineSettings): string {
  return withoutQuery(lineName(settings))
}

function withoutQuery(name: string): string {
  return name.replaceAll(/\?\S*/g, '')
}

/** A fault in both languages, without what may be secret in the name of its line. */
export function sentencesOf({ code, details }: Fault): Sentences {
  const { line } = details
  const shown = typeof line === 'string' ? { ...details, line: withoutQuery(line) } : details
  return {
    code,
    en: faultSentence(metersFaults, code, shown, 'en'),
    it: faultSentence(metersFaults, code, shown, 'it'),
  }
}

/** The last frame as it came: its first bytes, as text where they are text, and the values it had. */
export function rawFrameOf({ lastFrame }: Pick<DeviceReport, 'lastFrame'>): RawFrame | null {
  if (lastFrame === undefined) return null
  const { frame, takenAt } = lastFrame
  const bytes = frame.bytes.subarray(0, FRAME_BYTES_SHOWN_MAX)
  return {
    takenAt,
    protocol: frame.protocol,
    check: frame.check,
    problem: frame.problem ?? null,
    length: frame.bytes.length,
    hex: hex(bytes),
    text: textOf(bytes),
    values: frame.values.slice(0, FRAME_VALUES_SHOWN_MAX).map(({ obis, name, value, unit }) => ({
      name: obis ?? name ?? '',
      value,
      unit: unit ?? null,
    })),
  }
}

/** Signs below the space that a text may hold: its lines, and those that meters frame it with. */
const FRAMING_CODES: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 6, 21])
const LINE_CODES: ReadonlySet<number> = new Set([9, 10, 13])
const SPACE = 32
const DELETE = 127
/** Where Unicode has pictures of them. */
const PICTURES_AT = 0x2400

const isControl = (code: number) => (code < SPACE && !LINE_CODES.has(code)) || code === DELETE

function textOf(bytes: Uint8Array): string | null {
  if (bytes.some((code) => isControl(code) && !FRAMING_CODES.has(code))) return null
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const shown = Array.from(text, (sign) => {
      const code = sign.codePointAt(0) ?? 0
      return isControl(code) ? String.fromCodePoint(PICTURES_AT + code) : sign
    })
    return shown.join('').replaceAll('\r\n', '\n')
  } catch {
    // Not UTF-8: then it is bytes, and the page shows them as such.
    return null
  }
}
