import type { EpochMs } from '@tri/units'
import { createRPCError, RPCClient } from 'ocpp-rpc'

import { timestampOf } from '../ocpp/charger-frames.ts'
import type { OcppVersion } from '../ocpp/ocpp-actions.ts'

/** What a virtual charger shows at an instant. */
export interface ChargerFace {
  readonly at: EpochMs
  /** Whole Wh, as the meter of the connector has them. */
  readonly importWh: number
  /** W drawn by the car when nothing limits it. */
  readonly powerW: number
  /** How full the car is, 0 to 100. */
  readonly charge100?: number
}

/** How a virtual charger is set up. */
export interface VirtualChargerOptions {
  readonly version: OcppVersion
  readonly identity: string
  /** `ws://127.0.0.1:PORT`. */
  readonly endpoint: string
  readonly password?: string
  readonly shows: () => ChargerFace
  /** Told of every call that it gets. */
  readonly heard?: (action: string, params: unknown) => void
}

/** A charger with one connector that speaks real OCPP over a real WebSocket. */
export interface VirtualCharger extends AsyncDisposable {
  /** W that it draws now: what it shows, cut to its limit while a charge runs; 0 otherwise. */
  drawnW(): number
  /** Calls the central system with anything. */
  call(action: string, params: unknown): Promise<unknown>
  /** Plugs a car in, on somebody's account. */
  begin(token: string): Promise<void>
  /** Sends what the meter shows. */
  tick(): Promise<void>
  /** Plugs the car out. */
  end(): Promise<void>
}

interface Running {
  readonly id: number | string
  readonly token: string
  events: number
}

interface ChargerState {
  limitW: number | undefined
  running: Running | undefined
  charges: number
}

/** Volts of one phase, to make W of a limit in A. */
const PHASE_V = 230

/** Dials the central system and says that it started; rejects when it is not let in. */
export async function virtualCharger(options: VirtualChargerOptions): Promise<VirtualCharger> {
  const { version, identity, endpoint, shows } = options
  const client = new RPCClient({
    endpoint,
    identity,
    password: options.password ?? null,
    protocols: [version],
    strictMode: true,
    strictModeValidators: [],
    reconnect: false,
    maxReconnects: 0,
    callTimeoutMs: 10_000,
    pingIntervalMs: 0,
    deferPingsOnActivity: false,
    respondWithDetailedErrors: false,
    callConcurrency: 1,
    maxBadMessages: Infinity,
    wsOpts: {},
    headers: {},
    backoff: { initialDelay: 1000, maxDelay: 10_000, factor: 2, randomisationFactor: 0 },
  })
  const state: ChargerState = { limitW: undefined, running: undefined, charges: 0 }
  const call = async (action: string, params: unknown) => await client.call(action, params)
  const words = version === 'ocpp1.6' ? words16(state, call, shows) : words201(state, call, shows)
  client.handle(async ({ method = '', params }) => {
    options.heard?.(method, params)
    const answer = obeyed(method, params, state, shows)
    if (method.includes('Stop') && answer?.['status'] === 'Accepted') void words.end().catch(() => undefined)
    if (method.includes('Start') && answer?.['status'] === 'Accepted')
      void words.begin('remote').catch(() => undefined)
    return answer ?? createRPCError('NotImplemented', 'not a thing of this charger', {})
  })
  await client.connect()
  await words.boot()
  return {
    ...words,
    call,
    drawnW: () => drawn(state, shows()),
    [Symbol.asyncDispose]: async () => {
      await client.close({ code: 1000, reason: 'switched off', force: true }).catch(() => undefined)
    },
  }
}

interface Words {
  boot(): Promise<void>
  begin(token: string): Promise<void>
  tick(): Promise<void>
  end(): Promise<void>
}

type Call = (action: string, params: unknown) => Promise<unknown>

function drawn({ limitW, running }: ChargerState, { powerW }: ChargerFace): number {
  return running === undefined ? 0 : Math.min(powerW, limitW ?? powerW)
}

function words16(state: ChargerState, call: Call, shows: () => ChargerFace): Words {
  const sampled = () => {
    const { at, importWh, charge100 } = shows()
    const soc = { value: String(charge100), measurand: 'SoC', unit: 'Percent', location: 'EV' }
    return {
      timestamp: timestampOf(at),
      sampledValue: [
        { value: String(importWh), measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
        { value: String(drawn(state, shows())), measurand: 'Power.Active.Import', unit: 'W' },
        ...(charge100 === undefined ? [] : [soc]),
      ],
    }
  }
  return {
    boot: async () => {
      await call('BootNotification', { chargePointVendor: 'TRI', chargePointModel: 'Virtual' })
    },
    begin: async (token) => {
      const { at, importWh } = shows()
      const begun = { connectorId: 1, idTag: token, meterStart: importWh, timestamp: timestampOf(at) }
      const answer = await call('StartTransaction', begun)
      const id: unknown = fieldOf(answer, 'transactionId')
      if (fieldOf(fieldOf(answer, 'idTagInfo'), 'status') !== 'Accepted' || typeof id !== 'number') return
      state.running = { id, token, events: 0 }
    },
    tick: async () => {
      const running = state.running === undefined ? {} : { transactionId: state.running.id }
      await call('MeterValues', { connectorId: 1, ...running, meterValue: [sampled()] })
    },
    end: async () => {
      const { running } = state
      if (running === undefined) return
      state.running = undefined
      const { at, importWh } = shows()
      const ended = { transactionId: running.id, meterStop: importWh, timestamp: timestampOf(at) }
      await call('StopTransaction', ended)
    },
  }
}

function words201(state: ChargerState, call: Call, shows: () => ChargerFace): Words {
  const sampled = () => {
    const { at, importWh, charge100 } = shows()
    const register = { value: importWh, measurand: 'Energy.Active.Import.Register' }
    const watts = { unit: 'W', multiplier: 0 }
    const soc = { value: charge100, measurand: 'SoC', unitOfMeasure: { unit: 'Percent' }, location: 'EV' }
    return {
      timestamp: timestampOf(at),
      sampledValue: [
        { ...register, unitOfMeasure: { unit: 'Wh' } },
        { value: drawn(state, shows()), measurand: 'Power.Active.Import', unitOfMeasure: watts },
        ...(charge100 === undefined ? [] : [soc]),
      ],
    }
  }
  const event = async (eventType: string, triggerReason: string, running: Running) =>
    await call('TransactionEvent', {
      eventType,
      triggerReason,
      timestamp: timestampOf(shows().at),
      seqNo: running.events++,
      transactionInfo: { transactionId: running.id },
      ...(eventType === 'Started' ? { evse: { id: 1, connectorId: 1 } } : {}),
      ...(eventType === 'Updated' ? {} : { idToken: { idToken: running.token, type: 'Central' } }),
      meterValue: [sampled()],
    })
  return {
    boot: async () => {
      const chargingStation = { vendorName: 'TRI', model: 'Virtual' }
      await call('BootNotification', { reason: 'PowerUp', chargingStation })
    },
    begin: async (token) => {
      const running = { id: `charge-${++state.charges}-${shows().at}`, token, events: 0 }
      const answer = await event('Started', 'Authorized', running)
      const isAccepted = fieldOf(fieldOf(answer, 'idTokenInfo'), 'status') === 'Accepted'
      state.running = isAccepted ? running : undefined
    },
    tick: async () => {
      if (state.running === undefined) await call('MeterValues', { evseId: 1, meterValue: [sampled()] })
      else await event('Updated', 'MeterValuePeriodic', state.running)
    },
    end: async () => {
      const { running } = state
      if (running === undefined) return
      await event('Ended', 'EVDeparted', running)
      state.running = undefined
    },
  }
}

/** What it answers to an order; undefined for one that it does not know. */
function obeyed(
  action: string,
  params: unknown,
  state: ChargerState,
  shows: () => ChargerFace,
): Record<string, unknown> | undefined {
  if (action === 'SetChargingProfile') {
    const limitW = limitOf(params)
    state.limitW = limitW ?? state.limitW
    return { status: limitW === undefined ? 'Rejected' : 'Accepted' }
  }
  if (action === 'ClearChargingProfile') {
    const status = state.limitW === undefined ? 'Unknown' : 'Accepted'
    state.limitW = undefined
    return { status }
  }
  if (action === 'GetCompositeSchedule')
    return compositeOf(params, state.limitW ?? shows().powerW, shows().at)
  if (action === 'RemoteStartTransaction' || action === 'RequestStartTransaction')
    return { status: state.running === undefined ? 'Accepted' : 'Rejected' }
  if (action === 'RemoteStopTransaction' || action === 'RequestStopTransaction')
    return { status: fieldOf(params, 'transactionId') === state.running?.id ? 'Accepted' : 'Rejected' }
  return undefined
}

function limitOf(params: unknown): number | undefined {
  const profile = fieldOf(params, 'csChargingProfiles') ?? fieldOf(params, 'chargingProfile')
  const schedules = fieldOf(profile, 'chargingSchedule')
  const schedule: unknown = Array.isArray(schedules) ? schedules[0] : schedules
  const periods = fieldOf(schedule, 'chargingSchedulePeriod')
  const first: unknown = Array.isArray(periods) ? periods[0] : undefined
  const limit = fieldOf(first, 'limit')
  const phases = fieldOf(first, 'numberPhases')
  if (typeof limit !== 'number') return undefined
  const perAmpere = PHASE_V * (typeof phases === 'number' ? phases : 3)
  return fieldOf(schedule, 'chargingRateUnit') === 'W' ? limit : limit * perAmpere
}

function compositeOf(params: unknown, limitW: number, at: EpochMs): Record<string, unknown> {
  const plan = { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: limitW }] }
  const connectorId = fieldOf(params, 'connectorId')
  const scheduleStart = timestampOf(at)
  if (connectorId !== undefined)
    return { status: 'Accepted', connectorId, scheduleStart, chargingSchedule: plan }
  const [evseId, duration] = [fieldOf(params, 'evseId'), fieldOf(params, 'duration')]
  return { status: 'Accepted', schedule: { ...plan, evseId, duration, scheduleStart } }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
