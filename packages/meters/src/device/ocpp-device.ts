import { Fault, type EpochMs } from '@tri/units'

import type { Frame } from '../frame.ts'
import { keepLine, reasonOf, type Dial, type LinePorts, type LineState } from '../lines/line.ts'
import { openCentralSystem, type CentralSystem, type CentralSystemOptions } from '../ocpp/central-system.ts'
import type { AuthorizePolicy, ChargerEvent } from '../ocpp/charger-desk.ts'
import type { ChargerReport } from '../ocpp/charger-yard.ts'
import { sampleTime } from '../ocpp/charger-frames.ts'
import { memoryTransactionStore, type TransactionStore } from '../ocpp/transactions.ts'
import type { Limiter, Switch } from './abilities.ts'
import type { OpenDevice } from './device.ts'
import type { DeviceSettings, LineSettings } from './device-settings.ts'
import type { DeviceTemplate } from './device-template.ts'
import { ocppSenses } from './senses-of-protocols.ts'

/** A charger of OCPP, whoever made it. */
export const ocppTemplate: DeviceTemplate = {
  id: 'ocpp-charger',
  title: 'Charger for cars that speaks OCPP 1.6J or 2.0.1',
  role: 'charger',
  speech: { by: 'ocpp' },
  senses: ocppSenses,
  // A charger without a car has nothing to say but that it is there, every five minutes.
  silentMs: 15 * 60_000,
}

/** Where the chargers of a household dial, and what they are told. */
export interface ChargersOptions extends Partial<Omit<CentralSystemOptions, 'chargers'>> {
  /** Whether somebody may charge; everybody when absent, which is right where who stands before it may use it. */
  readonly authorizes?: AuthorizePolicy
  /** Where charges are kept; in memory when absent, with numbers that go on from the clock. */
  readonly transactions?: TransactionStore
  readonly told?: (event: ChargerEvent) => void
}

/** Where chargers dial unless another port is chosen. */
export const CHARGERS_PORT = 8887
/** On whose account the household itself lets a car charge. */
export const HOUSEHOLD_TOKEN = 'household'

/** The chargers among a household's devices. */
export interface Chargers {
  /** Resolves once the line's signal is aborted and all is closed. */
  readonly running: Promise<void>
  limiterOf(id: string): Limiter | undefined
  switchOf(id: string): Switch | undefined
  strangers(): readonly ChargerReport[]
}

interface Member {
  readonly settings: DeviceSettings
  readonly device: OpenDevice
}

interface ChargerMember extends Member {
  readonly line: Extract<LineSettings, { over: 'ocpp' }>
}

/** Serves the devices over OCPP with one central system, which is opened again when it cannot listen. */
export function openChargers(
  devices: readonly Member[],
  ports: LinePorts,
  options: ChargersOptions = {},
): Chargers {
  const members = devices.flatMap((member): ChargerMember[] => {
    const { line } = member.settings
    return line.over === 'ocpp' ? [{ ...member, line }] : []
  })
  let central: CentralSystem | undefined
  const dial: Dial<never> = async (_deliver, { signal, up }) => {
    await using opened = await openFor(members, ports.now, options)
    central = opened
    up()
    await aborted(signal)
    central = undefined
  }
  const told = (state: LineState) => {
    // A charger's line is up once the charger is there, not once it could be.
    if (state.is !== 'up') for (const { device } of members) device.lineTold(state)
  }
  const name = `ocpp ${options.host ?? '127.0.0.1'}:${options.port ?? CHARGERS_PORT}`
  const memberOf = (id: string) => members.find(({ settings }) => settings.id === id)
  return {
    running:
      members.length === 0
        ? Promise.resolve()
        : keepLine(dial, () => undefined, { name }, { ...ports, told }),
    limiterOf: (id) => limiterFor(memberOf(id), () => central),
    switchOf: (id) => switchFor(memberOf(id), () => central),
    strangers: () => central?.chargers().filter(({ isKnown }) => !isKnown) ?? [],
  }
}

async function openFor(
  members: readonly ChargerMember[],
  now: () => EpochMs,
  options: ChargersOptions,
): Promise<CentralSystem> {
  const { authorizes = () => ({ is: 'accepted' }), transactions = storeFrom(now()), ...settings } = options
  const passwords = new Map<string, string | undefined>()
  for (const { line } of members) passwords.set(line.identity, passwords.get(line.identity) ?? line.password)
  const chargers = [...passwords].map(([identity, password]) => ({
    identity,
    ...(password === undefined ? {} : { password }),
  }))
  const of = (identity: string) => members.filter(({ line }) => line.identity === identity)
  return await openCentralSystem(
    { port: CHARGERS_PORT, ...settings, chargers },
    {
      now,
      authorizes,
      transactions,
      framed: ({ identity, connector }, frame) => {
        for (const member of of(identity))
          if (connector === undefined || member.line.connector === connector) take(member, frame, now())
      },
      told: (event) => {
        for (const { device } of of(event.identity)) tell(device, event, now())
        options.told?.(event)
      },
    },
  )
}

/** Seconds since the first of 2020: more than charges that any charger began since, so that none has the number of another. */
function storeFrom(now: EpochMs): TransactionStore {
  return memoryTransactionStore(Math.max(0, Math.floor((now - Date.UTC(2020, 0)) / 1000)))
}

function take({ device, settings }: ChargerMember, frame: Frame, now: EpochMs): void {
  try {
    device.take(frame, sampleTime(frame.measuredAt, now))
  } catch (cause) {
    device.failed(new Fault('device-faulty', { device: settings.id, reason: reasonOf(cause) }, { cause }))
  }
}

function tell(device: OpenDevice, event: ChargerEvent, now: EpochMs): void {
  if (event.is === 'connected') device.lineTold({ is: 'up', since: now })
  if (event.is === 'disconnected') device.lineTold({ is: 'opening', tries: 0 })
  if (event.is === 'failed') device.failed(event.fault)
}

function limiterFor(
  member: ChargerMember | undefined,
  central: () => CentralSystem | undefined,
): Limiter | undefined {
  if (member === undefined) return undefined
  const { identity, connector } = member.line
  const place = { connector, scope: connector === 0 ? 'charger' : 'each-charge' } as const
  return {
    limit: async (to) =>
      (await central()?.setChargingLimit(identity, { ...to, ...place })) ?? 'not-connected',
    unlimit: async () => (await central()?.clearChargingLimit(identity, place)) ?? 'not-connected',
  }
}

function switchFor(
  member: ChargerMember | undefined,
  central: () => CentralSystem | undefined,
): Switch | undefined {
  if (member === undefined) return undefined
  const { line } = member
  return {
    turnOn: async () => (await central()?.startCharging(line, HOUSEHOLD_TOKEN)) ?? 'not-connected',
    turnOff: async () => (await central()?.stopCharging(line)) ?? 'not-connected',
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
