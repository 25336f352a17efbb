import { canonicalBytes, epochMs, slot, wattHour } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { law } from '@tri/units/testing'
import { array, boolean, constantFrom, nat, record } from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { SlotChange } from '../../src/slots/slot-energy.ts'
import {
  statementColumns,
  statementFrom,
  statementId,
  type MeterStatement,
} from '../../src/statements/meter-statement.ts'
import {
  openStatementQueue,
  STATEMENTS_WAITING_MAX,
  type QueuedStatement,
  type StatementQueue,
  type StatementStore,
} from '../../src/statements/statement-queue.ts'

const FIRST = 1_977_936
const NOW = Date.UTC(2026, 6, 1)

/** The queue's store in memory; walks are sorted, as a disk's are. */
function memory(): StatementStore {
  const values = new Map<string, Uint8Array>()
  return {
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, value),
    delete: (key) => void values.delete(key),
    *entries({ from, until }) {
      for (const key of [...values.keys()].filter((one) => one >= from && one < until).toSorted()) {
        const value = values.get(key)
        if (value !== undefined) yield [key, value] as const
      }
    },
  }
}

function measured(n: number, wh: number, version = 1): SlotChange {
  return {
    slot: slot(FIRST + n),
    version,
    is: 'measured',
    importWh: wattHour(wh),
    exportWh: wattHour(0),
    withinWh: 0,
  }
}

/** Everything that is due, a second at a time, until nothing waits. */
function drain(queue: StatementQueue): QueuedStatement[] {
  const sent: QueuedStatement[] = []
  for (let now = NOW; queue.waiting > 0; now += 1000) {
    const { statements } = queue.due(epochMs(now))
    const last = statements.at(-1)
    if (last === undefined) continue
    sent.push(...statements)
    queue.acknowledge(last.sequence)
  }
  return sent
}

function wire(sent: readonly QueuedStatement[]): string[] {
  return sent.map(
    ({ sequence, id, bytes, isCorrection }) => `${sequence} ${id} ${hex(bytes)} ${isCorrection}`,
  )
}

describe('a statement', () => {
  test('is queued once, however often its slot is told of', () => {
    const queue = openStatementQueue(memory())
    expect(queue.put('casa', measured(0, 100))).toMatchObject({
      is: 'queued',
      statement: { version: 1, quality: 1 },
    })
    expect(queue.put('casa', measured(0, 100, 7))).toEqual({ is: 'repeated' })
    expect(queue.waiting).toBe(1)
  })

  test('is superseded by a correction, which follows it', () => {
    const queue = openStatementQueue(memory())
    queue.put('casa', measured(0, 100))
    queue.put('casa', measured(0, 110, 2))
    expect(
      drain(queue).map(({ statement, isCorrection }) => [
        statement.version,
        statement.importWh,
        isCorrection,
      ]),
    ).toEqual([
      [1, 100, false],
      [2, 110, true],
    ])
  })

  test('carries its quality, and that of a substitution when it is told', () => {
    const queue = openStatementQueue(memory())
    const energy = { importWh: wattHour(5), exportWh: wattHour(0), withinWh: 3 }
    queue.put('casa', { slot: slot(FIRST), version: 1, is: 'estimated', why: 'interpolated', ...energy })
    queue.put('casa', measured(1, 5), 2)
    expect(drain(queue).map(({ statement }) => statement.quality)).toEqual([3, 2])
  })

  test('is not made of a gap: silence is not zero', () => {
    const queue = openStatementQueue(memory())
    expect(queue.put('casa', { slot: slot(FIRST), version: 1, is: 'gap', why: 'silence' })).toEqual({
      is: 'gap',
    })
    expect(queue.waiting).toBe(0)
  })

  test('has bytes and an id of its own', () => {
    const queue = openStatementQueue(memory())
    queue.put('casa', measured(0, 100))
    queue.put('casa', measured(1, 100))
    const [one, other] = drain(queue)
    expect(one?.id).toMatch(/^statement-[0-9a-f]{32}$/)
    expect(one?.id).not.toBe(other?.id)
    expect(statementFrom(one?.bytes ?? new Uint8Array())).toEqual(one?.statement)
    expect(statementId(statementFrom(one?.bytes ?? new Uint8Array()))).toBe(one?.id)
  })
})

describe('what is due', () => {
  test('comes in order, at the rate and no faster', () => {
    const queue = openStatementQueue(memory(), { perSecond: 2, burst: 3 })
    for (let n = 0; n < 6; n++) queue.put('casa', measured(n, n))
    const due = (ms: number): number[] =>
      queue.due(epochMs(NOW + ms)).statements.map(({ sequence }) => sequence)
    expect(due(0)).toEqual([0, 1, 2])
    queue.acknowledge(2)
    expect(queue.due(epochMs(NOW))).toEqual({ statements: [], waitMs: 500 })
    expect(due(499)).toEqual([])
    expect(due(500)).toEqual([3])
    // A clock that went back fills nothing; nothing is lost by it either.
    expect(due(-3_600_000)).toEqual([])
    expect(due(-3_599_500)).toEqual([3])
  })

  test('is given again until it is acknowledged, under the same id', () => {
    const queue = openStatementQueue(memory())
    queue.put('casa', measured(0, 100))
    const [once] = queue.due(epochMs(NOW)).statements
    const [again] = queue.due(epochMs(NOW + 1000)).statements
    expect(again).toEqual(once)
    queue.acknowledge(0)
    expect(queue.due(epochMs(NOW + 2000))).toEqual({ statements: [], waitMs: 0 })
  })
})

describe('forty days offline', () => {
  const DAYS = 40
  const changes = Array.from({ length: DAYS * 96 }, (_, n) => measured(n, n % 500))

  test('end with the same bytes in the same order as if the line had never been down', () => {
    const online = openStatementQueue(memory())
    const sent: QueuedStatement[] = []
    for (const [n, change] of changes.entries()) {
      online.put('casa', change)
      const { statements } = online.due(epochMs(NOW + n * 900_000))
      sent.push(...statements)
      for (const { sequence } of statements) online.acknowledge(sequence)
    }
    const store = memory()
    for (const change of changes) openStatementQueue(store).put('casa', change)
    const offline = openStatementQueue(store)
    expect(offline.waiting).toBe(DAYS * 96)
    expect(wire(drain(offline))).toEqual(wire(sent))
  })
})

const anyStep = record({
  n: nat({ max: 30 }),
  wh: nat({ max: 3 }),
  meter: constantFrom('casa', 'pv'),
  restarts: boolean(),
  sends: boolean(),
})

law(
  'what is sent depends on the slots alone, not on when the line was up or the node fell',
  array(anyStep, { maxLength: 60 }),
  (steps) => {
    const offline = openStatementQueue(memory())
    const store = memory()
    let online = openStatementQueue(store)
    const sent: QueuedStatement[] = []
    for (const [i, { n, wh, meter, restarts, sends }] of steps.entries()) {
      offline.put(meter, measured(n, wh))
      online.put(meter, measured(n, wh))
      if (restarts) online = openStatementQueue(store)
      if (!sends) continue
      const { statements } = online.due(epochMs(NOW + i * 10_000))
      sent.push(...statements)
      for (const { sequence } of statements) online.acknowledge(sequence)
    }
    sent.push(...drain(online))
    expect(wire(sent)).toEqual(wire(drain(offline)))
  },
)

test('beyond sixty days the oldest statement leaves, and is named', () => {
  const store = memory()
  openStatementQueue(store).put('casa', measured(0, 1))
  // The head of a queue that is full but for one; of those between only the oldest is needed here.
  store.set('head', canonicalBytes({ first: 0, next: STATEMENTS_WAITING_MAX - 1 }))
  const queue = openStatementQueue(store)
  expect(queue.put('casa', measured(1, 1))).toMatchObject({ is: 'queued', left: [] })
  expect(queue.waiting).toBe(STATEMENTS_WAITING_MAX)
  expect(queue.put('casa', measured(2, 1))).toMatchObject({
    is: 'queued',
    left: [{ meter: 'casa', slot: FIRST, version: 1 }],
  })
  expect(queue.waiting).toBe(STATEMENTS_WAITING_MAX)
})

function stated(meter: string, n: number, wh: number): MeterStatement {
  return {
    meter,
    slot: slot(FIRST + n),
    version: 1,
    importWh: wattHour(wh),
    exportWh: wattHour(258),
    quality: 1,
  }
}

test('statements become the columns of an operation, a stretch of slots each', () => {
  const columns = statementColumns([
    stated('casa', 0, 1),
    stated('casa', 1, 256),
    stated('casa', 3, 0),
    stated('pv', 4, 7),
  ])
  expect(columns.map(({ meter, firstSlot, quality }) => [meter, firstSlot - FIRST, quality.length])).toEqual([
    ['casa', 0, 2],
    ['casa', 3, 1],
    ['pv', 4, 1],
  ])
  expect([...(columns[0]?.importWh ?? [])]).toEqual([1, 0, 0, 0, 0, 1, 0, 0])
  expect([...(columns[0]?.exportWh ?? [])]).toEqual([2, 1, 0, 0, 2, 1, 0, 0])
})
