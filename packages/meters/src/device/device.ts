import { Fault, type EpochMs } from '@tri/units'

import type { FrameKeys } from '../codec.ts'
import type { Frame } from '../frame.ts'
import { dialFile } from '../lines/file-dial.ts'
import { dialHttp } from '../lines/http-dial.ts'
import { keepLine, reasonOf, type Dial, type LinePorts, type LineState } from '../lines/line.ts'
import { dialMqtt } from '../lines/mqtt-dial.ts'
import { dialSerial } from '../lines/serial-dial.ts'
import { dialTcp } from '../lines/tcp-dial.ts'
import type { Payload } from '../payload/payload-reader.ts'
import { lineName, type DeviceSettings, type LineSettings } from './device-settings.ts'
import type { DeviceTemplate } from './device-template.ts'
import type { Observation } from './observation.ts'
import { openSenses, type Senses } from './sense.ts'

/** What a device did since the node was started. */
export interface DeviceReport {
  readonly settings: DeviceSettings
  readonly line: LineState
  /** Frames by the verdict of their check. */
  readonly frames: { readonly valid: number; readonly invalid: number; readonly absent: number }
  /** Frames that were not used, by their problem; and parts of frames that failed a check of their own. */
  readonly problems: ReadonlyMap<string, number>
  /** The last frame as it came, whatever its check said: for the household's own eyes. */
  readonly lastFrame: { readonly frame: Frame; readonly takenAt: EpochMs } | undefined
  readonly lastObservation: Observation | undefined
  /** The last fault of the device itself; its line tells its own. */
  readonly fault: Fault | undefined
}

/** Who is told of a device. */
export interface DeviceSink {
  /** A usable frame said something. Must not throw. */
  observed(settings: DeviceSettings, seen: Observation): void
  /** A frame came, usable or not. */
  framed?(settings: DeviceSettings, frame: Frame, takenAt: EpochMs): void
}

/** A device that is being read. */
export interface OpenDevice {
  report(): DeviceReport
  /** Takes a frame that was read for it: just now, or at the time given where the device kept it while it was cut off. */
  take(frame: Frame, takenAt?: EpochMs): void
  lineTold(state: LineState): void
  failed(fault: Fault | undefined): void
}

/** Problems a device's report tells apart; further ones are counted as `other`. */
export const PROBLEMS_MAX = 32

/** The record of one device: counts its frames, senses what they say, and tells it. */
export function openDevice(
  settings: DeviceSettings,
  template: DeviceTemplate,
  now: () => EpochMs,
  sink: DeviceSink,
): OpenDevice {
  const senses: Senses = openSenses(template.senses)
  const frames = { valid: 0, invalid: 0, absent: 0 }
  const problems = new Map<string, number>()
  let line: LineState = { is: 'opening', tries: 0 }
  let lastFrame: DeviceReport['lastFrame']
  let lastObservation: Observation | undefined
  let fault: Fault | undefined
  const count = (problem: string, times: number) => {
    const name = problems.has(problem) || problems.size < PROBLEMS_MAX ? problem : 'other'
    problems.set(name, (problems.get(name) ?? 0) + times)
  }
  return {
    report: () => ({
      settings,
      line,
      frames: { ...frames },
      problems: new Map(problems),
      lastFrame,
      lastObservation,
      fault,
    }),
    take: (frame, takenAt = now()) => {
      frames[frame.check]++
      if (frame.problem !== undefined) count(frame.problem, 1)
      if (frame.refusedParts !== undefined) count('part-check-mismatch', frame.refusedParts)
      lastFrame = { frame, takenAt }
      sink.framed?.(settings, frame, takenAt)
      const seen = senses.observe(template.mends?.(frame) ?? frame, takenAt)
      if (seen === undefined) return
      fault = undefined
      lastObservation = settings.reversed === true ? reversed(seen) : seen
      sink.observed(settings, lastObservation)
    },
    lineTold: (state) => {
      line = state
    },
    failed: (cause) => {
      fault = cause
    },
  }
}

/** The same, with import and export changed over: a clamp that was put on the other way round. */
function reversed(seen: Observation): Observation {
  const { importWh, exportWh, powerW, phasePowersW, ...rest } = seen
  return {
    ...rest,
    ...(exportWh === undefined ? {} : { importWh: exportWh }),
    ...(importWh === undefined ? {} : { exportWh: importWh }),
    ...(powerW === undefined ? {} : { powerW: -powerW }),
    ...(phasePowersW === undefined ? {} : { phasePowersW: phasePowersW.map((power) => -power) }),
  }
}

/**
 * Reads a device that speaks by itself, or answers over HTTP, until the line's signal is aborted. A frame that makes the
 * driver fail is dropped and told; the line stays.
 *
 * @throws Fault `line-not-for-template` at once, when the template does not speak over such a line
 */
export function runStream(
  device: OpenDevice,
  settings: DeviceSettings,
  template: DeviceTemplate,
  ports: LinePorts,
): Promise<void> {
  const told = (state: LineState) => {
    device.lineTold(state)
    ports.told?.(state)
  }
  const guarded = <T>(make: (item: T) => readonly Frame[]) => {
    return (item: T) => {
      try {
        for (const frame of make(item)) device.take(frame)
      } catch (cause) {
        const fault = new Fault('device-faulty', { device: settings.id, reason: reasonOf(cause) }, { cause })
        device.failed(fault)
      }
    }
  }
  const options = { name: lineName(settings.line), silentMs: template.silentMs }
  const { speech } = template
  if (speech.by === 'frames') {
    const keys = keysOf(settings)
    const decoder = speech.codec.open(keys === undefined ? {} : { keys })
    const dial = byteDial(settings, template, ports)
    const take = guarded((bytes: Uint8Array) => decoder.push(bytes))
    return keepLine(dial, take, options, { ...ports, told })
  }
  if (speech.by === 'payloads') {
    const reader = speech.protocol.open()
    const take = guarded((payload: Payload) => [reader.read(payload) ?? []].flat())
    return keepLine(payloadDial(settings, template, ports), take, options, { ...ports, told })
  }
  throw notFor(template, settings.line)
}

function byteDial({ line }: DeviceSettings, template: DeviceTemplate, ports: LinePorts): Dial<Uint8Array> {
  const speech = template.speech.by === 'frames' ? template.speech : undefined
  if (line.over === 'tcp') return dialTcp(line, speech?.talk)
  if (line.over === 'file') return dialFile({ ...line, everyMs: FILE_LOOK_MS }, ports)
  if (line.over !== 'serial') throw notFor(template, line)
  const [usual] = speech?.serial ?? []
  const { path, baud = usual?.baud ?? 9600, format = usual?.format ?? '8N1' } = line
  return dialSerial({ path, baud, format }, speech?.talk)
}

const FILE_LOOK_MS = 1000

function payloadDial(
  { id, line }: DeviceSettings,
  template: DeviceTemplate,
  ports: LinePorts,
): Dial<Payload> {
  if (line.over === 'http') {
    const { url, everyMs, login } = line
    const dial = dialHttp({ url, everyMs, ...(login === undefined ? {} : { login }) }, ports)
    return (deliver, attempt) => dial((payload) => deliver({ topic: '', payload }), attempt)
  }
  if (line.over !== 'mqtt') throw notFor(template, line)
  const { broker: url, topics, login } = line
  return dialMqtt({ url, clientId: `tri-${id}`, ...(login === undefined ? {} : { login }) }, topics)
}

/** Over what a template's devices are reached. */
export function linesOf({ speech }: DeviceTemplate): readonly LineSettings['over'][] {
  if (speech.by === 'frames') return ['serial', 'tcp', 'file']
  if (speech.by === 'payloads') return ['http', 'mqtt']
  if (speech.by === 'ocpp') return ['ocpp']
  return ['modbus-tcp', 'modbus-rtu', 'modbus-rtu-tcp']
}

function notFor(template: DeviceTemplate, { over }: LineSettings): Fault {
  return new Fault('line-not-for-template', {
    template: template.id,
    over,
    choices: linesOf(template).join(', '),
  })
}

function keysOf({ keys }: DeviceSettings): FrameKeys | undefined {
  if (keys === undefined) return undefined
  const encryption = Uint8Array.fromHex(keys.encryption)
  if (keys.authentication === undefined) return { encryption }
  return { encryption, authentication: Uint8Array.fromHex(keys.authentication) }
}
