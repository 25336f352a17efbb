import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { epochMs } from '@tri/units'
import { expect, test } from 'vitest'

import { openSenses } from '../../src/device/sense.ts'
import { ocppSenses } from '../../src/device/senses-of-protocols.ts'
import type { CentralSystem } from '../../src/ocpp/central-system.ts'
import { instantOf } from '../../src/ocpp/charger-frames.ts'
import { memoryTransactionStore } from '../../src/ocpp/transactions.ts'
import { hasCaptures, METER_CAPTURES, until } from '../../src/testing/index.ts'
import { conforms } from '../conformance-table.ts'
import { centralRig, plainClient, rawSocket } from './central-rig.ts'

interface Exchange {
  readonly direction: string
  readonly call: readonly [2, string, string, Readonly<Record<string, unknown>>]
  readonly result:
    | readonly [3, string, Readonly<Record<string, unknown>>]
    | readonly [4, string, string, string, unknown]
  readonly expected?: Readonly<Record<string, number>>
}

interface BadCase {
  readonly version: string
  readonly message: string | readonly unknown[]
  readonly why: string
}

const captured = (name: string): unknown =>
  JSON.parse(readFileSync(join(METER_CAPTURES, 'ocpp', name), 'utf8'))

const FILES = [
  ['ocpp1.6', 'ocpp16.json'],
  ['ocpp2.0.1', 'ocpp201.json'],
] as const

const counts = { exchanges: 0, right: 0, refused: 0 }

// What the collected chargers were told: the token is good until the new year and belongs to a home.
const authorizes = () => ({ is: 'accepted' as const })
const authorizesHome = () => ({
  is: 'accepted' as const,
  until: epochMs(Date.UTC(2027, 0, 1)),
  group: 'HOME-12',
})

/** Times are compared as instants: `.000Z` and `Z` are one. */
function asInstants(value: unknown): unknown {
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? instantOf(value) : value
  if (Array.isArray(value)) return value.map(asInstants)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, asInstants(one)]))
}

/** When the answer was given, by the answer itself. */
function answeredAt({ result }: Exchange) {
  const [, , fields] = result
  const text = typeof fields === 'string' ? undefined : fields['currentTime']
  return typeof text === 'string' ? instantOf(text) : undefined
}

async function hold(version: 'ocpp1.6' | 'ocpp2.0.1', exchange: Exchange): Promise<void> {
  const [, , action, params] = exchange.call
  const [, , expected] = exchange.result
  const at = answeredAt(exchange) ?? epochMs(Date.UTC(2026, 2, 29, 4))
  await using rig = await centralRig({
    now: () => at,
    authorizes: action === 'Authorize' ? authorizesHome : authorizes,
    transactions: startedBefore(),
  })
  await using client = await plainClient({ endpoint: rig.endpoint, version })
  counts.exchanges++
  if (exchange.direction.startsWith('cp->') || exchange.direction.startsWith('cs->csms')) {
    const answered = client.call(action, params)
    if (typeof expected === 'string')
      await expect(answered).rejects.toMatchObject({ rpcErrorCode: expected, message: exchange.result[3] })
    else expect(asInstants(await answered)).toEqual(asInstants(expected))
    checkValues(rig, exchange)
  } else await order(rig.central, client, exchange)
  counts.right++
}

/** The transaction of which the collected exchanges carry the middle and the end. */
function startedBefore() {
  const store = memoryTransactionStore(42)
  const startedAt = epochMs(Date.UTC(2026, 2, 29, 0, 59))
  const [identity, id, connector] = ['CP-1', 42, 1]
  store.save({ identity, id, connector, startedAt, startWh: 1_204_500, begunWith: 'm4' })
  return store
}

function checkValues(rig: Awaited<ReturnType<typeof centralRig>>, { expected }: Exchange): void {
  if (expected === undefined) return
  const [first] = rig.frames
  const seen = first && openSenses(ocppSenses).observe(first.frame, epochMs(0))
  if (expected['energyWh'] !== undefined)
    expect(seen).toMatchObject({
      importWh: expected['energyWh'],
      powerW: expected['powerW'],
      charge100: expected['soc'],
    })
  if (expected['energyDeliveredWh'] !== undefined)
    expect(rig.events).toContainEqual(
      expect.objectContaining({ is: 'transaction-ended', deliveredWh: expected['energyDeliveredWh'] }),
    )
}

async function order(
  central: CentralSystem,
  client: Awaited<ReturnType<typeof plainClient>>,
  { call: [, , action, params], result: [, , answer] }: Exchange,
): Promise<void> {
  let heard: unknown
  client.handle(action, async ({ params: got }) => {
    heard = got
    return typeof answer === 'string' ? {} : answer
  })
  expect(await central.ask('CP-1', action, params)).toEqual({ ok: true, value: answer })
  expect(heard).toEqual(params)
}

/** Errors of OCPP-J that each bad message has to be answered with; 1.6 spells two of them in a way of its own. */
const ERRORS: Readonly<Record<string, string>> = {
  x1: 'PropertyConstraintViolation',
  x2: 'FormationViolation',
  x3: 'FormationViolation',
  x4: 'TypeConstraintViolation',
  x5: 'PropertyConstraintViolation',
  x7: 'MessageTypeNotSupported',
  y1: 'OccurenceConstraintViolation',
  y2: 'OccurenceConstraintViolation',
}

test.skipIf(!hasCaptures)(
  'every collected exchange is had, and every bad message refused with its error',
  async () => {
    for (const [version, file] of FILES) {
      const { exchanges } = captured(file) as { readonly exchanges: readonly Exchange[] }
      for (const exchange of exchanges) await hold(version, exchange)
    }
    const { cases } = captured('invalid.json') as { readonly cases: readonly BadCase[] }
    await using rig = await centralRig()
    for (const { version, message, why } of cases) {
      await using raw = await rawSocket(rig.endpoint, 'CP-1', version)
      raw.socket.send(textOf(message))
      await until(
        () => raw.answers.length > 0,
        () => `an answer to ${why}`,
      )
      const [kind, id, code] = raw.answers[0] as readonly unknown[]
      expect([why, kind]).toEqual([why, 4])
      expect([why, code]).toEqual([why, ERRORS[idOf(message)] ?? 'RpcFrameworkError'])
      if (typeof message !== 'string') expect(id).toBe(message[1])
      counts.refused++
    }
    conforms({
      protocol: 'ocpp',
      files: FILES.length + 1,
      frames: counts.exchanges + counts.refused,
      right: counts.right,
      refused: counts.refused,
    })
    expect(rig.frames).toEqual([])
  },
)

/**
 * The collected case "additional property" lost its property when it was written down: as it stands it is the Heartbeat that
 * the exchanges hold to be good. It is sent with the property that it is about.
 */
function textOf(message: BadCase['message']): string {
  if (typeof message === 'string') return message
  return JSON.stringify(idOf(message) === 'x5' ? [2, 'x5', 'Heartbeat', { extra: 1 }] : message)
}

function idOf(message: BadCase['message']): string {
  return typeof message === 'string' ? (/"x7"/.exec(message)?.[0].slice(1, -1) ?? '') : String(message[1])
}
