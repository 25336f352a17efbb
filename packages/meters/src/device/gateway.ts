import { Fault, type EpochMs } from '@tri/units'

import { keepLine, reasonOf, type LinePorts, type LineState } from '../lines/line.ts'
import { dialModbus, type ModbusAddress, type ModbusReader } from '../lines/modbus-dial.ts'
import {
  linesOf,
  openDevice,
  runStream,
  type DeviceReport,
  type DeviceSink,
  type OpenDevice,
} from './device.ts'
import type { Limiter, Switch } from './abilities.ts'
import type { ChargerReport } from '../ocpp/charger-yard.ts'
import { lineName, type DeviceSettings, type LineSettings } from './device-settings.ts'
import type { DeviceTemplate } from './device-template.ts'
import { modbusDevice, type ModbusDevice } from './modbus-device.ts'
import { openChargers, type ChargersOptions } from './ocpp-device.ts'
import { DEVICE_TEMPLATES } from './templates.ts'

/** The devices of a household, all being read. */
export interface Gateway extends AsyncDisposable {
  /** In the order of the settings. */
  reports(): readonly DeviceReport[]
  /** What limits a device; undefined for one that takes no orders. */
  limiterOf(id: string): Limiter | undefined
  /** What switches a device on and off; undefined for one that takes no orders. */
  switchOf(id: string): Switch | undefined
  /** Chargers that dialled in and are no device yet; none while no device is a charger. */
  strangers(): readonly ChargerReport[]
}

/** What the gateway needs of the world around it. */
export type GatewayPorts = Omit<LinePorts, 'signal' | 'told'> & {
  /** Where chargers dial, and what they are told; asked for only where a device is one. */
  readonly chargers?: ChargersOptions
}

/** Devices of one household at most. */
export const DEVICES_MAX = 256
/** How long one answer of a Modbus device is waited for, ms. */
const MODBUS_ANSWER_MS = 2000

/**
 * Reads all devices of a household until it is disposed. Each has a line of its own, but Modbus devices on one line share it
 * and are asked in turn. What goes wrong with one is in its report, and touches no other.
 *
 * @param sink is told of every observation
 * @throws Fault `template-unknown`, `line-not-for-template`: settings are checked before any line is opened
 */
export function openGateway(
  devices: readonly DeviceSettings[],
  sink: DeviceSink,
  ports: GatewayPorts,
  templates: ReadonlyMap<string, DeviceTemplate> = DEVICE_TEMPLATES,
): Gateway {
  const closing = new AbortController()
  const linePorts: LinePorts = { ...ports, signal: closing.signal }
  const opened = devices.map((settings) => {
    const template = templateOf(settings, templates)
    return { settings, template, device: openDevice(settings, template, ports.now, sink) }
  })
  const [onBuses, onLines] = [opened.filter(isOnBus), opened.filter((one) => !isOnBus(one))]
  const streams = onLines.filter(({ settings }) => settings.line.over !== 'ocpp')
  const chargers = openChargers(opened, linePorts, ports.chargers)
  const buses = Map.groupBy(onBuses, ({ settings }) => lineName(settings.line))
  const running = [
    ...streams.map(({ device, settings, template }) => runStream(device, settings, template, linePorts)),
    ...[...buses].map(([name, members]) => runBus(name, members, linePorts)),
    chargers.running,
  ]
  return {
    reports: () => opened.map(({ device }) => device.report()),
    limiterOf: (id) => chargers.limiterOf(id),
    switchOf: (id) => chargers.switchOf(id),
    strangers: () => chargers.strangers(),
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      await Promise.all(running)
    },
  }
}

interface Opened {
  readonly settings: DeviceSettings
  readonly template: DeviceTemplate
  readonly device: OpenDevice
}

const isOnBus = ({ settings }: Opened) => modbusAddress(settings.line) !== undefined

/**
 * The template of a device.
 *
 * @throws Fault `template-unknown`, `line-not-for-template`
 */
export function templateOf(
  { template: id, line }: Pick<DeviceSettings, 'template' | 'line'>,
  templates: ReadonlyMap<string, DeviceTemplate> = DEVICE_TEMPLATES,
): DeviceTemplate {
  const template = templates.get(id)
  if (template === undefined) throw new Fault('template-unknown', { template: id })
  const choices = linesOf(template)
  if (!choices.includes(line.over))
    throw new Fault('line-not-for-template', { template: id, over: line.over, choices: choices.join(', ') })
  return template
}

function modbusAddress(line: LineSettings): ModbusAddress | undefined {
  if (line.over === 'modbus-tcp') return { over: 'tcp', at: line }
  if (line.over === 'modbus-rtu-tcp') return { over: 'rtu-tcp', at: line }
  return line.over === 'modbus-rtu' ? { over: 'rtu', at: line } : undefined
}

interface BusMember extends Opened {
  readonly asked: ModbusDevice
  readonly everyMs: number
  dueAt: number
}

// One line, several units: the round comes as often as the most impatient wants, and asks those whose time has come.
function runBus(name: string, members: readonly Opened[], ports: LinePorts): Promise<void> {
  const bus = members.flatMap((member): BusMember[] => {
    const { settings, template } = member
    const { line } = settings
    const isAsked = template.speech.by === 'registers' || template.speech.by === 'sunspec'
    if (!('unit' in line) || !isAsked) return []
    const asked = modbusDevice(template.speech, line.unit, settings.id)
    return [{ ...member, asked, everyMs: line.everyMs, dueAt: 0 }]
  })
  const [first] = bus
  const address = first === undefined ? undefined : modbusAddress(first.settings.line)
  if (address === undefined) return Promise.resolve()
  const everyMs = Math.min(...bus.map((member) => member.everyMs))
  const round = (reader: ModbusReader) => askDue(bus, reader, ports.now)
  const dial = dialModbus({ address, name, everyMs, answerMs: MODBUS_ANSWER_MS, round }, ports)
  const told = (state: LineState) => {
    for (const { device } of bus) device.lineTold(state)
  }
  return keepLine(dial, () => undefined, { name }, { ...ports, told })
}

/** @throws the fault of the last device, when none of those asked answered: then it is the line */
async function askDue(bus: readonly BusMember[], reader: ModbusReader, now: () => EpochMs): Promise<void> {
  let answered = 0
  let last: Fault | undefined
  for (const member of bus) {
    if (member.dueAt > now()) continue
    member.dueAt = now() + member.everyMs
    try {
      member.device.take(await member.asked.read(reader))
      answered++
    } catch (cause) {
      const fault =
        cause instanceof Fault
          ? cause
          : new Fault('device-faulty', { device: member.settings.id, reason: reasonOf(cause) }, { cause })
      member.device.failed(fault)
      last = fault
    }
  }
  if (answered === 0 && last !== undefined && last.code === 'line-broken') throw last
}
