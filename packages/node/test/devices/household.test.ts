import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Act } from '@tri/community'
import { seededKey } from '@tri/community/testing'
import { openSqliteStore } from '@tri/ledger'
import { deviceShape, type DeviceSink, type Observation } from '@tri/meters'
import { realPause, until } from '@tri/meters/testing'
import { Fault, SLOT_MS, accept, epochMs, refuse, slotOf } from '@tri/units'
import { openVault } from '@tri/vault'
import { expect, onTestFinished, test } from 'vitest'

import type { Acted } from '../../src/services/book-writer.ts'
import { openHousehold, type Household, type HouseholdEvent } from '../../src/devices/household.ts'

const START = 1_780_315_200_000
const MINUTE_MS = 60_000
const meter = deviceShape.parse({
  id: 'house',
  template: 'p1',
  meter: 'm1',
  line: { over: 'tcp', host: '127.0.0.1', port: 1 },
})

interface Home extends AsyncDisposable {
  readonly household: Household
  readonly acts: { readonly id: string; readonly act: Act }[]
  readonly events: HouseholdEvent[]
  /** What the stewards say to the next acts; out of reach when it throws. */
  answer: () => Acted
  nowMs: number
  /** The meter shows its registers at an instant. */
  shows(at: number, importWh: number, exportWh?: number): void
  /** Time passes until everything that waits was sent. */
  sent(): Promise<void>
}

const taken: Acted = accept([])

/** A home whose meter the test speaks for, on real stores in a folder. */
function home(folder: string, seen: Partial<Observation> = {}): Home {
  const acts: Home['acts'] = []
  const events: HouseholdEvent[] = []
  const state = { nowMs: START, answer: () => taken }
  const now = () => epochMs(state.nowMs)
  const vault = openVault({
    path: join(folder, 'readings.sqlite'),
    key: new Uint8Array(32).fill(7),
    owner: 'home-1',
    household: seededKey('home-1'),
    dice: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    clock: { now },
  })
  const store = openSqliteStore(join(folder, 'statements.sqlite'))
  let sink: DeviceSink | undefined
  const household = openHousehold(
    { member: 'home-1', devices: [meter] },
    {
      vault,
      store,
      writer: {
        act: async (_by, act, id = '') => {
          const acted = state.answer()
          acts.push({ id, act })
          return acted
        },
      },
      isStated: (name) => name === 'm1',
      powerMaxW: () => 250_000,
      keepAtHome: () => undefined,
      partOf: () => 'connection',
      now,
      countMs: () => state.nowMs,
      isClockSynchronised: () => true,
      pause: async (_ms, signal) => await realPause(1, signal),
      dice: () => 0.5,
      told: (event) => void events.push(event),
      waiting: () => undefined,
      read: (_devices, given) => {
        sink = given
        return {
          reports: () => [],
          limiterOf: () => undefined,
          switchOf: () => undefined,
          strangers: () => [],
          [Symbol.asyncDispose]: async () => undefined,
        }
      },
    },
  )
  return {
    household,
    acts,
    events,
    get nowMs() {
      return state.nowMs
    },
    set nowMs(at) {
      state.nowMs = at
    },
    get answer() {
      return state.answer
    },
    set answer(answer) {
      state.answer = answer
    },
    shows: (at, importWh, exportWh = 0) => {
      state.nowMs = at
      const observation = { takenAt: epochMs(at), isChecked: true, importWh, exportWh, ...seen }
      sink?.observed(meter, observation)
    },
    sent: async () =>
      await until(
        () => {
          state.nowMs += 1000
          return household.figures().statementsWaiting === 0
        },
        () => `${household.figures().statementsWaiting} statements still wait`,
      ),
    [Symbol.asyncDispose]: async () => {
      await household[Symbol.asyncDispose]()
      store.close()
      vault.close()
    },
  }
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tri-household-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Readings every minute from one instant to another: 600 Wh an hour in, and nothing out. */
function live(of: Home, from: number, untilAt: number, stepMs = MINUTE_MS): void {
  for (let at = from; at <= untilAt; at += stepMs) of.shows(at, 1000 + ((at - START) / MINUTE_MS) * 10)
}

const slotsIn = ({ acts }: Home) =>
  acts.flatMap(({ act }) => {
    if (act.kind !== 'energy.statements') return []
    return act.statements.map(({ firstSlot, importWh, quality }) => ({
      slot: firstSlot - slotOf(epochMs(START)),
      importWh: new DataView(importWh.buffer, importWh.byteOffset).getInt32(0, true),
      quality: quality[0],
    }))
  })

test('an hour of readings is stated slot by slot, in order, each with what the register counted', async () => {
  await using of = home(folder())
  live(of, START, START + 5 * SLOT_MS)
  await of.sent()
  expect(slotsIn(of).filter(({ slot }) => slot > 0)).toEqual([
    { slot: 1, importWh: 150, quality: 1 },
    { slot: 2, importWh: 150, quality: 1 },
    { slot: 3, importWh: 150, quality: 1 },
    { slot: 4, importWh: 150, quality: 1 },
  ])
  expect(new Set(of.acts.map(({ id }) => id)).size).toBe(of.acts.length)
})

test('a node that was killed in the middle of a slot states it whole: what the vault took is taken again', async () => {
  const path = folder()
  const killed = home(path)
  live(killed, START, START + 3 * SLOT_MS + 7 * MINUTE_MS)
  await until(
    () => killed.household.figures().readingsKept > 50,
    () => `${killed.household.figures().readingsKept} readings kept`,
  )
  // Not disposed of as a household: its stores are closed under it, as a kill would.
  const before = slotsIn(killed).length
  await killed[Symbol.asyncDispose]()
  await using again = home(path)
  again.nowMs = START + 3 * SLOT_MS + 7 * MINUTE_MS
  live(again, START + 3 * SLOT_MS + 8 * MINUTE_MS, START + 6 * SLOT_MS)
  await again.sent()
  expect(before).toBeGreaterThan(0)
  const all = [...slotsIn(killed), ...slotsIn(again)].filter(({ slot }) => slot > 0)
  expect(all.map(({ slot, importWh, quality }) => [slot, importWh, quality])).toEqual(
    [1, 2, 3, 4, 5].map((slot) => [slot, 150, 1]),
  )
})

test('forty days without the stewards give the same statements, in the same order, as if they had been there', async () => {
  const days = 40
  const untilAt = START + days * 96 * SLOT_MS
  await using online = home(folder())
  await using offline = home(folder())
  offline.answer = () => {
    throw new Fault('operation-not-taken', { reason: 'no steward answers' })
  }
  for (const of of [online, offline]) live(of, START, untilAt, SLOT_MS)
  await online.sent()
  expect(offline.household.figures().statementsWaiting).toBe(online.acts.length)
  offline.answer = () => taken
  const asked = offline.acts.length
  await offline.sent()
  expect(asked).toBe(0)
  expect(offline.acts).toEqual(online.acts)
  expect(online.acts.length).toBeGreaterThanOrEqual(days * 96 - 2)
})

test('a statement that the book refuses for good leaves the queue and is told; one that was applied before is done', async () => {
  await using of = home(folder())
  const refusals: Acted[] = [
    refuse({ is: 'statement-conflict', details: { meter: 'm1' } }),
    refuse({ is: 'id-taken', details: { id: 'x' } }),
    refuse({ is: 'nonce-used', details: {} }),
  ]
  of.answer = () => refusals.shift() ?? taken
  live(of, START, START + 4 * SLOT_MS)
  await of.sent()
  const told = of.events.flatMap((event) => (event.is === 'statement-refused' ? [event.refusal] : []))
  expect(told).toEqual(['statement-conflict'])
  // The third was refused for a reason of the moment, and went again.
  const ids = of.acts.map(({ id }) => id)
  expect(ids.length - new Set(ids).size).toBe(1)
})

test('silence is a gap that is told and never stated', async () => {
  await using of = home(folder())
  live(of, START, START + 2 * SLOT_MS)
  live(of, START + 20 * SLOT_MS, START + 22 * SLOT_MS)
  await of.sent()
  const stated = slotsIn(of).map(({ slot }) => slot)
  for (const silent of [4, 8, 12, 16]) expect(stated).not.toContain(silent)
  const gaps = of.events.flatMap((event) =>
    event.is === 'slots' ? event.slots.filter(({ change }) => change.is === 'gap') : [],
  )
  expect(gaps.length).toBeGreaterThan(10)
})
