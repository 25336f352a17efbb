import { statementColumns, stateDigest } from '@tri/community'
import { slot } from '@tri/units'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { openOwnerDoor, askOwnerDoor } from '../../src/owner/door.ts'
import { runOwnerTask } from '../../src/owner/tasks.ts'
import { energyOf, openStreet, rangeOf, type Street } from '../services/small-street.ts'

const day = rangeOf('2026-03-10')
const quiet = () => undefined
let street: Street
beforeEach(async () => {
  street = await openStreet('2026-04-02T08:00:00Z')
  return () => street[Symbol.asyncDispose]()
})

describe('readings brought to the book', () => {
  it('are counted, and found there as the file has them', async () => {
    const report = await street.bring({
      ...day,
      isLeftOut: (meter, at) => meter === 'm2' && at === day.firstSlot,
    })
    expect(report).toMatchObject({
      meters: 7,
      firstSlot: day.firstSlot,
      slots: 96,
      meterSlots: 7 * 96 - 1,
      missing: 1,
      unchanged: 0,
      months: ['2026-03'],
    })
    const columns = statementColumns(street.node.view.store, day)
    const m5 = columns.meters.indexOf('m5') * 96
    for (let t = 0; t < 96; t++)
      expect(columns.importWh[m5 + t]).toBe(energyOf(5, day.firstSlot + t).importWh)
  })

  it('twice change nothing, and are told as unchanged', async () => {
    await street.bring(day)
    const again = await street.bring(day)
    expect(again).toMatchObject({ meterSlots: 7 * 96, unchanged: 7 * 96 })
  })

  it('that contradict what the book has are refused as a whole; as a correction they are taken', async () => {
    await street.bring({ ...day, slots: 48 })
    const before = stateDigest(street.node.view.store)
    const changed = {
      ...day,
      change: (meter: string) => (meter === 'm6' ? { importWh: 1, exportWh: 0 } : undefined),
    }
    await expect(street.bring(changed)).rejects.toMatchObject({ code: expect.stringMatching(/\S/) })
    expect(stateDigest(street.node.view.store)).toBe(before)
    const corrected = await street.bring(changed, true)
    expect(corrected.unchanged).toBe(6 * 48)
  })

  it('of a roof’s own meter stay in the household and are not in the book', async () => {
    const roof = { ...day, meters: ['m1-roof'], change: () => ({ importWh: 0, exportWh: 70 }) }
    expect(await street.bring(roof)).toMatchObject({ meterSlots: 0, exportWh: 0 })
    expect(street.node.view.household.read('m1-roof', day).exportWh).toEqual(new Int32Array(96).fill(70))
    expect(statementColumns(street.node.view.store, day).meters).not.toContain('m1-roof')
  })

  it('of quarter hours that are not over are refused', async () => {
    const tomorrow = { firstSlot: slot(rangeOf('2026-04-03').firstSlot), slots: 4 }
    await expect(street.bring(tomorrow)).rejects.toMatchObject({ code: 'slot-not-over' })
  })
})

describe('a door whose task fails', () => {
  let door: Awaited<ReturnType<typeof openOwnerDoor>>
  let own: Street
  beforeAll(async () => {
    own = await openStreet('2026-04-02T08:00:00Z')
    door = await openOwnerDoor(own.folder, (task, input, progress) =>
      task === 'break'
        ? Promise.reject(new TypeError('a wheel came off'))
        : runOwnerTask({ node: own.node, url: null }, task, input, progress),
    )
  })
  afterAll(async () => {
    await door[Symbol.asyncDispose]()
    await own[Symbol.asyncDispose]()
  })

  it('says so, and answers the next one', async () => {
    await expect(askOwnerDoor(door.path, 'break', {}, quiet)).rejects.toMatchObject({ code: 'task-failed' })
    await expect(askOwnerDoor(door.path, 'toString', {}, quiet)).rejects.toMatchObject({
      code: 'task-unknown',
    })
    expect(await askOwnerDoor(door.path, 'balances', {}, quiet)).toMatchObject({ sumMicroCredit: 0 })
  })

  it('cannot give a link to pages that nobody serves', async () => {
    await expect(askOwnerDoor(door.path, 'session-link', {}, quiet)).rejects.toMatchObject({
      code: 'node-not-running',
    })
  })

  it('that is gone is told as a node that does not answer', async () => {
    await expect(askOwnerDoor(`${door.path}.gone`, 'status', {}, quiet)).rejects.toMatchObject({
      code: 'node-unreachable',
    })
  })
})
