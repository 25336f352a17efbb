import { accept, refuse, type EpochMs, type Outcome } from '@tri/units'
import { z } from 'zod'

import type { OrderRefusal } from './charger-link.ts'
import {
  clearOrder,
  limitOrder,
  type ChargerOrder,
  type ChargingLimit,
  type LimitPeriod,
} from './charging-limit.ts'
import type { OcppVersion } from './ocpp-actions.ts'
import type { Transactions } from './transactions.ts'

/** What came of an order to a charger. */
export type OrderOutcome = 'accepted' | OrderRefusal | 'nothing-running'

/** A place where one can charge. */
export interface ChargingPlace {
  readonly identity: string
  /** Connector of 1.6, EVSE of 2.0.1. */
  readonly connector: number
}

/** What a charger can be told to do. Nothing that a charger does makes it throw: the outcome tells. */
export interface ChargingOrders {
  /** Limits what may be drawn, in place of the limit that was set there before. */
  setChargingLimit(identity: string, limit: ChargingLimit): Promise<OrderOutcome>
  /** Takes it away again; a limit that is not there is taken away as well. */
  clearChargingLimit(identity: string, of: Pick<ChargingLimit, 'connector' | 'scope'>): Promise<OrderOutcome>
  /** What the charger will follow from now on, all its profiles taken together. */
  compositeSchedule(
    place: ChargingPlace,
    asked: { readonly seconds: number; readonly unit: 'W' | 'A' },
  ): Promise<Outcome<readonly LimitPeriod[], OrderRefusal>>
  /** Lets a car charge on somebody's account. */
  startCharging(place: ChargingPlace, token: string): Promise<OrderOutcome>
  /** Ends what is running there. */
  stopCharging(place: ChargingPlace): Promise<OrderOutcome>
}

/** What orders are given through. */
export interface OrderPorts {
  readonly ask: (
    identity: string,
    action: string,
    params: Readonly<Record<string, unknown>>,
  ) => Promise<Outcome<unknown, OrderRefusal>>
  /** Undefined while the charger is not connected. */
  readonly versionOf: (identity: string) => OcppVersion | undefined
  readonly transactions: Transactions
  readonly now: () => EpochMs
}

const status = z.object({ status: z.string() })
const period = z.object({ startPeriod: z.number(), limit: z.number(), numberPhases: z.number().optional() })
const schedule = z.object({ chargingRateUnit: z.enum(['W', 'A']), chargingSchedulePeriod: z.array(period) })
const composite = z.object({
  status: z.string(),
  schedule: schedule.optional(),
  chargingSchedule: schedule.optional(),
})

/** The orders of both versions. */
export function chargingOrders({ ask, versionOf, transactions, now }: OrderPorts): ChargingOrders {
  const given = async (
    identity: string,
    orderFor: (version: OcppVersion) => ChargerOrder | undefined,
  ): Promise<OrderOutcome> => {
    const version = versionOf(identity)
    if (version === undefined) return 'not-connected'
    const order = orderFor(version)
    if (order === undefined) return 'nothing-running'
    const answer = await ask(identity, order.action, order.params)
    return answer.ok ? outcomeOf(answer.value, order.action) : answer.refusal
  }
  return {
    setChargingLimit: async (identity, limit) =>
      await given(identity, (version) => limitOrder(version, limit, now())),
    clearChargingLimit: async (identity, of) => await given(identity, (version) => clearOrder(version, of)),
    startCharging: async ({ identity, connector }, token) =>
      await given(identity, (version) => startOrder(version, connector, token, now())),
    stopCharging: async ({ identity, connector }) =>
      await given(identity, (version) => {
        const running = transactions.running(identity, connector)
        if (running === undefined) return undefined
        const action = version === 'ocpp1.6' ? 'RemoteStopTransaction' : 'RequestStopTransaction'
        return { action, params: { transactionId: running.id } }
      }),
    compositeSchedule: async ({ identity, connector }, { seconds, unit }) => {
      const version = versionOf(identity)
      if (version === undefined) return refuse('not-connected')
      const place = version === 'ocpp1.6' ? { connectorId: connector } : { evseId: connector }
      const params = { ...place, duration: seconds, chargingRateUnit: unit }
      const answer = await ask(identity, 'GetCompositeSchedule', params)
      return answer.ok ? periodsOf(answer.value) : answer
    },
  }
}

function outcomeOf(answer: unknown, action: string): OrderOutcome {
  const read = status.safeParse(answer)
  if (!read.success) return 'rejected'
  if (read.data.status === 'Accepted') return 'accepted'
  if (read.data.status === 'NotSupported') return 'not-supported'
  return action === 'ClearChargingProfile' && read.data.status === 'Unknown' ? 'accepted' : 'rejected'
}

function startOrder(version: OcppVersion, connector: number, token: string, now: EpochMs): ChargerOrder {
  if (version === 'ocpp1.6')
    return { action: 'RemoteStartTransaction', params: { connectorId: connector, idTag: token } }
  // The number only ties the charger's events to this request; seconds are different enough, and fit 31 bits.
  const remoteStartId = Math.floor(now / 1000) % 2 ** 31
  const idToken = { idToken: token, type: 'Central' }
  return { action: 'RequestStartTransaction', params: { evseId: connector, remoteStartId, idToken } }
}

function periodsOf(answer: unknown): Outcome<readonly LimitPeriod[], OrderRefusal> {
  const read = composite.safeParse(answer)
  const plan = read.success ? (read.data.schedule ?? read.data.chargingSchedule) : undefined
  if (!read.success || read.data.status !== 'Accepted' || plan === undefined) return refuse('rejected')
  return accept(
    plan.chargingSchedulePeriod.map(({ startPeriod, limit, numberPhases }) => ({
      fromS: startPeriod,
      limit,
      unit: plan.chargingRateUnit,
      ...(numberPhases === undefined ? {} : { phases: numberPhases }),
    })),
  )
}
