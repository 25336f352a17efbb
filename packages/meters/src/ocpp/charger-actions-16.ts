import { accept, refuse } from '@tri/units'
import { z } from 'zod'

import type { Authorization, CallAnswer, ChargerDesk, ServedAction } from './charger-desk.ts'
import { chargerFrames, instantOf, registerFrame, sampleTime, timestampOf } from './charger-frames.ts'
import { connectorShape, meterValues16, registerShape, servedAction } from './served-action.ts'
import type { ChargingTransaction } from './transactions.ts'

const STATUS = {
  accepted: 'Accepted',
  blocked: 'Blocked',
  expired: 'Expired',
  unknown: 'Invalid',
  'charging-elsewhere': 'ConcurrentTx',
} as const satisfies Record<Authorization['is'], string>

/** Letters that a group's name may have; a longer one is not told. */
const PARENT_LETTERS_MAX = 20

const originOf = (desk: ChargerDesk, connector: number | undefined) => ({
  identity: desk.identity,
  connector,
  bytes: desk.bytes(),
})

const boot = z.object({
  chargePointVendor: z.string(),
  chargePointModel: z.string(),
  chargePointSerialNumber: z.string().optional(),
  firmwareVersion: z.string().optional(),
})

const start = z.object({
  connectorId: connectorShape.min(1),
  idTag: z.string(),
  meterStart: registerShape,
  timestamp: z.string(),
})

const stop = z.object({
  transactionId: z.int(),
  idTag: z.string().optional(),
  meterStop: registerShape,
  timestamp: z.string(),
  transactionData: meterValues16.optional(),
})

/** What a charger of 1.6 asks of us, by action (OCPP 1.6 edition 2, section 4). */
export const chargerActions16: ReadonlyMap<string, ServedAction> = new Map<string, ServedAction>([
  [
    'BootNotification',
    servedAction(boot, (params, desk) => {
      desk.booted({
        vendor: params.chargePointVendor,
        model: params.chargePointModel,
        ...(params.chargePointSerialNumber === undefined ? {} : { serial: params.chargePointSerialNumber }),
        ...(params.firmwareVersion === undefined ? {} : { firmware: params.firmwareVersion }),
      })
      return accept({
        status: 'Accepted',
        currentTime: timestampOf(desk.now()),
        interval: desk.heartbeatS,
      })
    }),
  ],
  ['Heartbeat', (_params, desk) => accept({ currentTime: timestampOf(desk.now()) })],
  [
    'StatusNotification',
    servedAction(z.object({ connectorId: connectorShape, status: z.string() }), (params, desk) => {
      const { connectorId: connector, status } = params
      desk.told({ is: 'status', identity: desk.identity, connector, status })
      return accept({})
    }),
  ],
  [
    'Authorize',
    servedAction(z.object({ idTag: z.string() }), async ({ idTag }, desk) =>
      accept({ idTagInfo: tokenAnswer(await desk.authorize(idTag)) }),
    ),
  ],
  [
    'MeterValues',
    servedAction(z.object({ connectorId: connectorShape, meterValue: meterValues16 }), (params, desk) => {
      const { connectorId } = params
      desk.framed(connectorId, chargerFrames(originOf(desk, connectorId), params.meterValue))
      return accept({})
    }),
  ],
  ['StartTransaction', servedAction(start, started)],
  ['StopTransaction', servedAction(stop, stopped)],
  // Section 4.3 would have a status; the error tells a charger the same and is what the collected exchanges carry.
  ['DataTransfer', () => refuse('vendor-unknown')],
  ['DiagnosticsStatusNotification', () => accept({})],
  ['FirmwareStatusNotification', () => accept({})],
  ['LogStatusNotification', () => accept({})],
  ['SecurityEventNotification', () => accept({})],
])

/** A charger that had no link sends it again until it is answered: the same beginning has the same number. */
async function started(params: z.output<typeof start>, desk: ChargerDesk): Promise<CallAnswer> {
  const { connectorId: connector, idTag, meterStart, timestamp } = params
  // Before anything is waited for: afterwards the desk may be at the charger's next message.
  const origin = originOf(desk, connector)
  const authorization = await desk.authorize(idTag)
  const { transaction, isNew } = desk.transactions.begin({
    identity: desk.identity,
    connector,
    begunWith: JSON.stringify([connector, timestamp, meterStart, idTag]),
    startedAt: sampleTime(instantOf(timestamp), desk.now()),
    startWh: meterStart,
  })
  if (isNew) {
    desk.framed(connector, [registerFrame(origin, timestamp, meterStart)])
    desk.told({ is: 'transaction-started', identity: desk.identity, transaction })
  }
  // The number is given even to somebody who may not charge: the charger ends the transaction with it by itself.
  return accept({ idTagInfo: tokenAnswer(authorization), transactionId: transaction.id })
}

async function stopped(params: z.output<typeof stop>, desk: ChargerDesk): Promise<CallAnswer> {
  const { transactionId, idTag, meterStop, timestamp, transactionData = [] } = params
  const known = desk.transactions.find(desk.identity, transactionId)
  const origin = originOf(desk, known?.connector)
  if (known?.endedAt === undefined) {
    desk.framed(known?.connector, [
      ...chargerFrames(origin, transactionData),
      registerFrame(origin, timestamp, meterStop),
    ])
    if (known !== undefined) end(known, { timestamp, endWh: meterStop }, desk)
  }
  if (idTag === undefined) return accept({})
  const { is } = await desk.authorize(idTag)
  return accept({ idTagInfo: { status: STATUS[is] } })
}

function end(
  known: ChargingTransaction,
  { timestamp, endWh }: { readonly timestamp: string; readonly endWh: number },
  desk: ChargerDesk,
): void {
  const transaction = { ...known, endedAt: sampleTime(instantOf(timestamp), desk.now()), endWh }
  desk.transactions.put(transaction)
  const deliveredWh = known.startWh === undefined ? undefined : endWh - known.startWh
  const isPlausible = deliveredWh !== undefined && deliveredWh >= 0
  desk.told({
    is: 'transaction-ended',
    identity: desk.identity,
    transaction,
    ...(isPlausible ? { deliveredWh } : {}),
  })
}

function tokenAnswer({ is, until, group }: Authorization): Readonly<Record<string, string>> {
  return {
    status: STATUS[is],
    ...(until === undefined ? {} : { expiryDate: timestampOf(until) }),
    ...(group === undefined || group.length > PARENT_LETTERS_MAX ? {} : { parentIdTag: group }),
  }
}
