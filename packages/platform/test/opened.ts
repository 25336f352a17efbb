import type { RouteName } from '@tri/contract'
import { afterEach } from 'vitest'

import {
  memorySessions,
  openPlatform,
  type Clock,
  type Handlers,
  type InjectedAnswer,
  type Log,
  type Platform,
  type PlatformPorts,
} from '../src/index.ts'
import {
  SAMPLE_COORDINATOR,
  SAMPLE_HOUSEHOLD,
  SAMPLE_OPERATION,
  sampleHandlers,
  sampleMemberName,
} from '../src/testing/index.ts'

/** A clock that a test moves by hand. */
export interface HandClock extends Clock {
  readonly move: (ms: number) => void
}

export function handClock(startMs = 1_781_267_525_000): HandClock {
  let now = startMs
  const periods = new Set<{ periodMs: number; due: number; run: () => void }>()
  return {
    nowMs: () => now,
    every(periodMs, run) {
      const period = { periodMs, due: now + periodMs, run }
      periods.add(period)
      return () => void periods.delete(period)
    },
    move(ms) {
      now += ms
      for (const period of periods) for (; period.due <= now; period.due += period.periodMs) period.run()
    },
  }
}

/** A log that remembers what it was told. */
export function heardLog(): Log & { readonly heard: string[] } {
  const heard: string[] = []
  const hear = (fields: Readonly<Record<string, unknown>>, message: string) =>
    void heard.push(`${message} ${JSON.stringify(fields)}`)
  return { heard, info: hear, error: hear }
}

// Bytes that differ from call to call; a test needs no surprise.
function countedBytes(): (bytes: number) => Uint8Array {
  let calls = 0
  return (bytes) => {
    calls += 1
    return Uint8Array.from({ length: bytes }, (_, i) => (calls * 31 + i) % 256)
  }
}

export interface Opened {
  readonly platform: Platform
  readonly clock: HandClock
  readonly log: ReturnType<typeof heardLog>
  /** The cookie of a new session. */
  readonly signIn: (role: 'household' | 'coordinator', member?: string) => Promise<string>
}

const open: Platform[] = []
afterEach(async () => {
  for (const platform of open.splice(0)) await platform.close()
})

/** A platform over the sample, some of whose handlers may be replaced. It is closed after the test. */
export async function opened(
  replaced: Partial<Handlers> = {},
  ports: Partial<PlatformPorts> = {},
): Promise<Opened> {
  const clock = handClock()
  const log = heardLog()
  const platform = await openPlatform({
    handlers: { ...sampleHandlers(), ...replaced },
    sessions: memorySessions(),
    clock,
    log,
    random: countedBytes(),
    memberName: sampleMemberName,
    ...ports,
  })
  open.push(platform)
  return {
    platform,
    clock,
    log,
    async signIn(role, member = role === 'household' ? SAMPLE_HOUSEHOLD : SAMPLE_COORDINATOR) {
      const token = tokenOf(platform.oneTimePath({ role, member }))
      return cookieOf(await claim(platform, token))
    },
  }
}

export async function claim(platform: Platform, token: string): Promise<InjectedAnswer> {
  return platform.inject({
    method: 'POST',
    url: '/api/v1/session',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({ token }),
  })
}

export function tokenOf(path: string): string {
  return path.split('#')[1] ?? ''
}

export function cookieOf(answer: InjectedAnswer): string {
  return String(answer.headers['set-cookie']).split(';')[0] ?? ''
}

export function bodyOf(answer: InjectedAnswer): Record<string, unknown> {
  return JSON.parse(answer.body) as Record<string, unknown>
}

interface Asked {
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

const anyDevice = {
  id: 'roof',
  template: 'sunspec-inverter',
  line: { over: 'modbus-tcp', host: '192.168.1.32' },
}

/** A request of each route that is good in the sample. */
export const goodRequests: Readonly<Record<Exclude<RouteName, 'openSession' | 'events'>, Asked>> = {
  state: { path: '/state' },
  session: { path: '/session' },
  closeSession: { path: '/session' },
  setLanguage: { path: '/session/language', body: { language: 'it' } },
  home: { path: '/home' },
  homeDay: { path: '/home/day?date=2026-06-11' },
  nearby: { path: '/nearby' },
  account: { path: '/exchange/account?limit=5' },
  whyDay: { path: '/exchange/why/day?date=2026-06-11&ring=street' },
  whySlot: { path: '/exchange/why/slot?slot=1979100' },
  members: { path: '/members' },
  ledger: { path: '/ledger' },
  genesis: { path: '/ledger/genesis' },
  operation: { path: `/ledger/operations/${SAMPLE_OPERATION}` },
  myProof: { path: '/exchange/proof' },
  pay: {
    path: '/exchange/payments',
    headers: { 'idempotency-key': 'first-payment' },
    body: { to: 'home-01', amountMicroCredit: 1_000_000 },
  },
  receipt: { path: '/exchange/receipts/p-0001' },
  months: { path: '/settle/months' },
  checkMonth: { path: '/settle/months/2026-05/check' },
  substituteMonth: { path: '/settle/months/2026-05/substitute', body: { rule: 'same-weekday' } },
  previewMonth: { path: '/settle/months/2026-05/preview?rule=pro-rata' },
  publishMonth: { path: '/settle/months/2026-05/publish' },
  verifyMonth: { path: '/settle/months/2026-04/verify' },
  monthBundle: { path: '/settle/months/2026-04/bundle?format=csv' },
  fileObjection: {
    path: '/objections',
    body: { month: '2026-05', reason: 'The reading of the 14th is wrong.' },
  },
  objections: { path: '/objections' },
  devices: { path: '/devices' },
  deviceTemplates: { path: '/device-templates' },
  startScan: { path: '/devices/scan', body: { serial: true } },
  scan: { path: '/devices/scan' },
  testDevice: { path: '/devices/test', body: anyDevice },
  addDevice: { path: '/devices', body: anyDevice },
  removeDevice: { path: '/devices/meter' },
}
