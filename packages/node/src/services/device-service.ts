import type { InputOf, ResponseOf } from '@tri/contract'
import {
  deviceShape,
  linesOf,
  type DeviceSettings,
  type DeviceTemplate,
  type FoundDevice,
  type LineSettings,
} from '@tri/meters'
import type { Handlers, Reader } from '@tri/platform'
import { accept, refuse } from '@tri/units'

import type { DeviceDesk, ScanState } from '../devices/device-desk.ts'
import { deviceOf, problemsOf, rawFrameOf, seenOf, sentencesOf, shownLineName } from './device-view.ts'

type DeviceRoute =
  | 'devices'
  | 'deviceTemplates'
  | 'startScan'
  | 'scan'
  | 'testDevice'
  | 'addDevice'
  | 'removeDevice'

/** The routes of a household's devices. Only their owner is answered; to anybody else this node reads none. */
export function deviceHandlers(desk: DeviceDesk): Pick<Handlers, DeviceRoute> {
  const isOwner = ({ member }: Reader) => member === desk.owner
  const notHere = refuse({ code: 'devices-not-run-here' } as const)
  return {
    devices: (reader) => accept(devicesOf(desk, reader)),
    deviceTemplates: () => accept({ templates: [...desk.templates().values()].map(templateOf) }),
    startScan: async (reader, { body }) => {
      if (!isOwner(reader)) return notHere
      const started = await desk.startScan(body)
      return started.ok ? accept(scanOf(desk, reader, started.value)) : refuse({ code: started.refusal })
    },
    scan: async (reader) => {
      if (!isOwner(reader)) return notHere
      return accept(scanOf(desk, reader, await desk.scanState()))
    },
    testDevice: async (reader, { body }, signal) => {
      if (!isOwner(reader)) return notHere
      const settings = settingsOf(body)
      const tested = await desk.test(settings, signal)
      if (!tested.ok) return refuse({ code: tested.refusal, details: detailsOf(desk, settings) })
      return accept(testOf(reader, tested.value))
    },
    addDevice: async (reader, { body }) => {
      if (!isOwner(reader)) return notHere
      const settings = settingsOf(body)
      const added = await desk.add(settings)
      if (!added.ok) return refuse({ code: added.refusal, details: detailsOf(desk, settings) })
      return accept({ member: reader.member, device: deviceOf(added.value, desk.templates(), desk.now()) })
    },
    removeDevice: async (reader, { params: { id } }) => {
      if (!isOwner(reader)) return notHere
      const removed = await desk.remove(id)
      return removed.ok
        ? accept({ member: reader.member, id })
        : refuse({ code: removed.refusal, details: { id } })
    },
  }
}

function devicesOf(desk: DeviceDesk, { member }: Reader): ResponseOf<'devices'> {
  const now = desk.now()
  if (member !== desk.owner)
    return { member, at: now, isRunHere: false, devices: [], meters: [], incidents: [] }
  return {
    member,
    at: now,
    isRunHere: true,
    devices: desk.reports().map((report) => deviceOf(report, desk.templates(), now)),
    meters: desk.meters().map(({ id, role }) => ({ id, role })),
    incidents: desk.incidents().map(({ at, kind, meter }) => ({ at, kind, meter: meter ?? null })),
  }
}

function templateOf(template: DeviceTemplate): ResponseOf<'deviceTemplates'>['templates'][number] {
  const { id, title, role, speech } = template
  return {
    id,
    title,
    role,
    lines: [...linesOf(template)],
    serial: speech.by === 'frames' ? speech.serial.map(({ baud, format }) => ({ baud, format })) : [],
    topics: speech.by === 'payloads' ? [...speech.topics] : [],
    path: speech.by === 'payloads' ? (speech.path ?? null) : null,
  }
}

function scanOf(desk: DeviceDesk, { member }: Reader, state: ScanState): ResponseOf<'scan'> {
  const { is, startedAt, serialPorts, finds } = state
  return {
    member,
    at: desk.now(),
    is,
    startedAt: startedAt ?? null,
    serialPorts: [...serialPorts],
    finds: finds.flatMap((found) => findOf(desk, found)),
  }
}

function findOf(desk: DeviceDesk, { template, title, line, seen }: FoundDevice) {
  // What reads a file is added at the machine itself, and a charger dials by itself: neither is found by looking.
  if (line.over === 'file' || line.over === 'ocpp') return []
  const role = desk.templates().get(template)?.role ?? 'load'
  const known = desk.reports().find(({ settings }) => isSameLine(settings, { template, line }))
  const name = shownLineName(line)
  return [{ template, title, role, line, name, knownAs: known?.settings.id ?? null, seen: seenOf(seen) }]
}

type Place = Pick<DeviceSettings, 'template' | 'line'>

/** One device is read over one line, or at one unit of it. Speed and rhythm do not make it another. */
function isSameLine(a: Place, b: Place): boolean {
  const unit = ({ line }: Place) => ('unit' in line ? line.unit : undefined)
  return a.template === b.template && shownLineName(a.line) === shownLineName(b.line) && unit(a) === unit(b)
}

type Tested = Extract<Awaited<ReturnType<DeviceDesk['test']>>, { readonly ok: true }>['value']

function testOf({ member }: Reader, tested: Tested): ResponseOf<'testDevice'> {
  if (tested.ok) {
    const counts = { frames: { valid: 0, invalid: 0, absent: 0 }, problems: [] }
    return { member, seen: seenOf(tested.value), reason: null, fault: null, ...counts, lastFrame: null }
  }
  const { reason, report, fault } = tested.refusal
  return {
    member,
    seen: null,
    reason,
    fault: fault === undefined ? null : sentencesOf(fault),
    frames: { ...report.frames },
    problems: problemsOf(report),
    lastFrame: rawFrameOf(report),
  }
}

/** Settings as the gateway keeps them: what is secret stands in the line, and what was left out has its default. */
function settingsOf({ login, ...body }: InputOf<'addDevice'>['body']): DeviceSettings {
  const line = { ...body.line, ...secretOf(body.line.over, login) }
  return deviceShape.parse({ ...body, line })
}

function secretOf(over: LineSettings['over'], login: InputOf<'addDevice'>['body']['login']) {
  if (login === undefined) return {}
  if (over === 'ocpp') return { password: login.password }
  return over === 'http' || over === 'mqtt' ? { login } : {}
}

function detailsOf(desk: DeviceDesk, { id, template, meter, line }: DeviceSettings) {
  const known = desk.templates().get(template)
  return {
    id,
    template,
    meter: meter ?? '',
    over: line.over,
    choices: known === undefined ? '' : linesOf(known).join(', '),
  }
}
