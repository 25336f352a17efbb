import { epochMs, type EpochMs } from '@tri/units'
import { RPCClient } from 'ocpp-rpc'

import type { Frame } from '../../src/frame.ts'
import { openCentralSystem, type CentralSystemOptions } from '../../src/ocpp/central-system.ts'
import type { AuthorizePolicy, ChargerEvent } from '../../src/ocpp/charger-desk.ts'
import { memoryTransactionStore, type TransactionStore } from '../../src/ocpp/transactions.ts'

export const AT = epochMs(Date.UTC(2026, 2, 29, 4))

export interface CentralRigOptions extends Partial<CentralSystemOptions> {
  readonly now?: () => EpochMs
  readonly authorizes?: AuthorizePolicy
  readonly transactions?: TransactionStore
}

/** A central system that remembers what it was told. */
export async function centralRig(options: CentralRigOptions = {}) {
  const frames: {
    readonly identity: string
    readonly connector: number | undefined
    readonly frame: Frame
  }[] = []
  const events: ChargerEvent[] = []
  const { now = () => AT, authorizes = () => ({ is: 'accepted' as const }), ...rest } = options
  const { transactions = memoryTransactionStore(), ...settings } = rest
  const central = await openCentralSystem(
    { port: 0, chargers: [{ identity: 'CP-1' }], ...settings },
    {
      now,
      authorizes,
      transactions,
      framed: (from, frame) => void frames.push({ ...from, frame }),
      told: (event) => void events.push(event),
    },
  )
  return {
    central,
    frames,
    events,
    endpoint: `ws://127.0.0.1:${central.port}`,
    [Symbol.asyncDispose]: async () => await central[Symbol.asyncDispose](),
  }
}

export interface PlainClientOptions {
  readonly endpoint: string
  readonly identity?: string
  readonly version?: string
  readonly password?: string
  readonly isStrict?: boolean
  /** The certificate that is trusted, in PEM. */
  readonly ca?: string
}

/** A client of the library itself, connected. */
export async function plainClient(options: PlainClientOptions) {
  const { endpoint, identity = 'CP-1', version = 'ocpp1.6', password, isStrict = true, ca } = options
  const client = new RPCClient({
    endpoint,
    identity,
    password: password ?? null,
    protocols: [version],
    strictMode: isStrict,
    strictModeValidators: [],
    reconnect: false,
    maxReconnects: 0,
    callTimeoutMs: 10_000,
    pingIntervalMs: 0,
    deferPingsOnActivity: false,
    respondWithDetailedErrors: false,
    callConcurrency: 1,
    maxBadMessages: Infinity,
    wsOpts: ca === undefined ? {} : { ca },
    headers: {},
    backoff: { initialDelay: 1, maxDelay: 2, factor: 2, randomisationFactor: 0 },
  })
  await client.connect()
  return Object.assign(client, {
    [Symbol.asyncDispose]: async () =>
      void (await client.close({ code: 1000, reason: 'done', force: true }).catch(() => undefined)),
  })
}

/** A socket that says anything, and hears the answers as they come. */
export async function rawSocket(endpoint: string, identity = 'CP-1', version = 'ocpp1.6') {
  const socket = new WebSocket(`${endpoint}/${identity}`, [version])
  const answers: unknown[] = []
  socket.addEventListener('message', ({ data }) => void answers.push(JSON.parse(String(data))))
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('error', () => reject(new Error('not let in')))
  })
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve()))
  return {
    socket,
    answers,
    closed,
    [Symbol.asyncDispose]: async () => {
      socket.close()
      await closed
    },
  }
}
