import { accept } from '@tri/units'
import { z } from 'zod'

import type { Frame } from '../frame.ts'
import type { Authorization, CallAnswer, ChargerDesk, ServedAction } from './charger-desk.ts'
import { chargerFrames, instantOf, sampleTime, timestampOf } from './charger-frames.ts'
import { connectorShape, meterValues201, servedAction } from './served-action.ts'
import type { ChargingTransaction } from './transactions.ts'

const STATUS = {
  accepted: 'Accepted',
  blocked: 'Blocked',
  expired: 'Expired',
  unknown: 'Unknown',
  'charging-elsewhere': 'ConcurrentTx',
} as const satisfies Record<Authorization['is'], string>

const REGISTER = 'Energy.Active.Import.Register'
/** Letters that a group's name may have; a longer one is not told. */
const GROUP_LETTERS_MAX = 36

const station = z.object({
  chargingStation: z.object({
    vendorName: z.string(),
    model: z.string(),
    serialNumber: z.string().optional(),
    firmwareVersion: z.string().optional(),
  }),
})

const token = z.object({ idToken: z.string() })

const event = z.object({
  eventType: z.enum(['Started', 'Updated', 'Ended']),
  timestamp: z.string(),
  seqNo: z.int().min(0),
  transactionInfo: z.object({ transactionId: z.string() }),
  evse: z.object({ id: connectorShape, connectorId: connectorShape.optional() }).optional(),
  idToken: token.optional(),
  meterValue: meterValues201.default([]),
})

const done: ServedAction = () => accept({})

/** What a charger of 2.0.1 asks of us, by action (OCPP 2.0.1 edition 3, part 2). */
export const chargerActions201: ReadonlyMap<string, ServedAction> = new Map<string, ServedAction>([
  [
    'BootNotification',
    servedAction(station, ({ chargingStation: { vendorName: vendor, model, ...rest } }, desk) => {
      desk.booted({
        vendor,
        model,
        ...(rest.serialNumber === undefined ? {} : { serial: rest.serialNumber }),
        ...(rest.firmwareVersion === undefined ? {} : { firmware: rest.firmwareVersion }),
      })
      return accept({
        currentTime: timestampOf(desk.now()),
        interval: desk.heartbeatS,
        status: 'Accepted',
      })
    }),
  ],
  ['Heartbeat', (_params, desk) => accept({ currentTime: timestampOf(desk.now()) })],
  [
    'StatusNotification',
    servedAction(
      z.object({ evseId: connectorShape, connectorId: connectorShape, connectorStatus: z.string() }),
      ({ evseId: connector, connectorStatus: status }, desk) => {
        desk.told({ is: 'status', identity: desk.identity, connector, status })
        return accept({})
      },
    ),
  ],
  [
    'Authorize',
    servedAction(z.object({ idToken: token }), async ({ idToken: { idToken } }, desk) =>
      accept({ idTokenInfo: tokenAnswer(await desk.authorize(idToken)) }),
    ),
  ],
  [
    'MeterValues',
    servedAction(z.object({ evseId: connectorShape, meterValue: meterValues201 }), (params, desk) => {
      const { identity } = desk
      const origin = { identity, connector: params.evseId, bytes: desk.bytes() }
      desk.framed(params.evseId, chargerFrames(origin, params.meterValue))
      return accept({})
    }),
  ],
  ['TransactionEvent', servedAction(event, transactionEvent)],
  ['DataTransfer', () => accept({ status: 'UnknownVendorId' })],
  ['ClearedChargingLimit', done],
  ['FirmwareStatusNotification', done],
  ['LogStatusNotification', done],
  ['NotifyChargingLimit', done],
  ['NotifyEvent', done],
  ['NotifyMonitoringReport', done],
  ['NotifyReport', done],
  ['ReportChargingProfiles', done],
  ['SecurityEventNotification', done],
])

async function transactionEvent(params: z.output<typeof event>, desk: ChargerDesk): Promise<CallAnswer> {
  const { identity } = desk
  // Only the first event has to name the EVSE: the others are known by their transaction.
  const known = desk.transactions.find(identity, params.transactionInfo.transactionId)
  const connector = params.evse?.id ?? known?.connector
  const frames = chargerFrames({ identity, connector, bytes: desk.bytes() }, params.meterValue)
  if (frames.length > 0) desk.framed(connector, frames)
  keep(params, { known, connector, frames }, desk)
  if (params.idToken === undefined) return accept({})
  return accept({ idTokenInfo: tokenAnswer(await desk.authorize(params.idToken.idToken)) })
}

interface EventFacts {
  readonly known: ChargingTransaction | undefined
  readonly connector: number | undefined
  readonly frames: readonly Frame[]
}

/** Events are numbered from 0: one that is left out is told of, one that comes again changes nothing. */
function keep(
  { eventType, timestamp, seqNo, transactionInfo: { transactionId } }: z.output<typeof event>,
  { known, connector, frames }: EventFacts,
  desk: ChargerDesk,
): void {
  const { identity } = desk
  const eventLast = known?.eventLast ?? -1
  if (seqNo <= eventLast) return
  const count = seqNo - eventLast - 1
  if (count > 0) desk.told({ is: 'events-missing', identity, transaction: transactionId, count })
  const at = sampleTime(instantOf(timestamp), desk.now())
  const begun = known ?? { identity, id: transactionId, begunWith: transactionId, startedAt: at }
  const startWh = known === undefined && eventType === 'Started' ? registerOf(frames) : known?.startWh
  const endWh = eventType === 'Ended' ? registerOf(frames.toReversed()) : undefined
  const transaction: ChargingTransaction = {
    ...begun,
    ...(connector === undefined ? {} : { connector }),
    ...(startWh === undefined ? {} : { startWh }),
    ...(eventType === 'Ended' ? { endedAt: at } : {}),
    ...(endWh === undefined ? {} : { endWh }),
    eventLast: seqNo,
  }
  desk.transactions.put(transaction)
  if (known === undefined) desk.told({ is: 'transaction-started', identity, transaction })
  if (eventType !== 'Ended') return
  const deliveredWh = startWh === undefined || endWh === undefined ? -1 : endWh - startWh
  desk.told({
    is: 'transaction-ended',
    identity,
    transaction,
    ...(deliveredWh < 0 ? {} : { deliveredWh }),
  })
}

function registerOf(frames: readonly Frame[]): number | undefined {
  for (const { values } of frames) {
    const value = values.find(({ name }) => name === REGISTER)?.value
    if (typeof value === 'number') return value
  }
  return undefined
}

function tokenAnswer({ is, until, group }: Authorization): Readonly<Record<string, unknown>> {
  const isTold = group !== undefined && group.length <= GROUP_LETTERS_MAX
  return {
    status: STATUS[is],
    ...(until === undefined ? {} : { cacheExpiryDateTime: timestampOf(until) }),
    ...(isTold ? { groupIdToken: { idToken: group, type: 'Central' } } : {}),
  }
}
