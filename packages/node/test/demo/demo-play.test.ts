import {
  communityHead,
  meters,
  restatementsDue,
  settledUntil,
  settlementRecords,
  signerOf,
  stateDigest,
  sumOfBalances,
} from '@tri/community'
import { slot, slotOf, slotStart, type Slot } from '@tri/units'
import { hex, keyPairFromSeed } from '@tri/units/crypto'
import { beforeAll, describe, expect, test } from 'vitest'

import { calendarOf } from '../../src/calendar.ts'
import { demoKeySeed } from '../../src/demo/demo-seed.ts'
import { demoScript } from '../../src/demo/demo-script.ts'
import type { Pack } from '../../src/demo/pack.ts'
import { borgoSole, coordinator, stageOf, type Stage } from './borgo-sole-book.ts'

const calendar = calendarOf('Europe/Rome')
const sunday = calendar.day('2016-06-12')!.firstSlot
const opening = slot(calendar.day('2016-06-14')!.firstSlot + 40)
const never = new AbortController().signal

let pack: Pack
beforeAll(async () => {
  pack = await borgoSole()
})

/** Borgo Sole, founded two days ago. */
async function inJune(more: { readonly seed?: number; readonly opensAt?: Slot } = {}): Promise<Stage> {
  const stage = await stageOf({ pack, seed: 7, from: sunday, opensAt: opening, ...more })
  await stage.demo.catchUp(never)
  return stage
}

describe('Borgo Sole opens', () => {
  let stage: Stage
  beforeAll(async () => {
    const { from, opensAt } = demoScript(pack, 60)
    stage = await stageOf({ pack, seed: 7, from, opensAt: slotOf(opensAt) })
    await stage.demo.catchUp(never)
  })

  test('with two months certified, May settled and waiting for the coordinator, and June up to now', () => {
    const { store } = stage.book
    const months = ['2016-03', '2016-04', '2016-05', '2016-06']
    const days = months.map((month) => settlementRecords(store, calendar.month(month)!))
    expect(days.map((records) => records.length)).toEqual([31, 30, 31, 14])
    expect(days.map((records) => records.filter(({ isCertified }) => isCertified).length)).toEqual([
      31, 30, 0, 0,
    ])
    expect(settledUntil(store)).toBe(opening)
    expect(stage.demo.clock.nowMs()).toBe(slotStart(opening))
    expect(stage.notes.filter(({ is }) => is === 'act-refused')).toEqual([])
  })

  test('with a May that balances to the Wh, and a book whose balances sum to 0', () => {
    const days = settlementRecords(stage.book.store, calendar.month('2016-05')!).map(
      ({ versions }) => versions[0]!,
    )
    const sum = (of: (day: (typeof days)[number]) => number | undefined): number =>
      days.reduce((before, day) => before + (of(day) ?? 0), 0)
    expect(sum((day) => day.slots)).toBe(2976)
    expect(sum((day) => day.quality.measured)).toBe(55 * 2976)
    expect(sum((day) => day.importWh)).toBe(23_460_287)
    expect(sum((day) => day.exportWh)).toBe(37_674_567)
    expect(sum((day) => day.sharedWh)).toBe(12_218_194)
    expect(
      ['building', 'street', 'transformer', 'substation'].map((ring) => sum((day) => day.ringWh[ring])),
    ).toEqual([2_115_642, 8_761_439, 953_301, 387_812])
    for (const day of days) {
      expect(day.importWh).toBe(day.sharedWh + day.ownWh + day.gridImportWh)
      expect(day.exportWh).toBe(day.sharedWh + day.ownWh + day.gridExportWh)
    }
    expect(sumOfBalances(stage.book.store)).toBe(0)
    expect(restatementsDue(stage.book.store, { firstSlot: slot(0), slots: opening })).toEqual([])
  })

  test('with what production meters saw at home, and not in the book', () => {
    expect(meters(stage.book.store)).toHaveLength(55)
    const month = calendar.month('2016-05')!
    const made = stage.household.read('casa-09-produzione', month)
    expect(made.exportWh.reduce((sum, energyWh) => sum + energyWh, 0)).toBe(837_730)
    expect(made.quality.every((quality) => quality === 1)).toBe(true)
  })
})

describe('Borgo Sole is played', () => {
  test('the same seed gives the same book, byte for byte, and another seed the same settlements', async () => {
    const books = [await inJune(), await inJune(), await inJune({ seed: 8 })].map(({ book }) => book.store)
    const digests = books.map(stateDigest)
    expect(digests[1]).toBe(digests[0])
    expect(digests[2]).not.toBe(digests[0])
    const roots = books.map((store) =>
      settlementRecords(store, calendar.month('2016-06')!).map((record) => record.versions[0]!.root),
    )
    expect(roots[2]).toEqual(roots[0])
  })

  test('a quarter hour is settled as it closes, from statements that each household signed herself', async () => {
    const stage = await inJune()
    // An hour of four quarter hours passes in a minute, at speed 60.
    await stage.play(60_000)
    const { store } = stage.book
    expect(settledUntil(store)).toBe(opening + 4)
    expect(settlementRecords(store, { firstSlot: opening, slots: 4 }).map(({ slots }) => slots)).toEqual([
      1, 1, 1, 1,
    ])
    const source = signerOf(store, 'casa-01', opening)
    expect(source?.by).toBe('casa-01')
    expect(source?.key).toBe(hex(keyPairFromSeed(demoKeySeed(7, 'casa-01')).publicKey))
    expect(signerOf(store, 'scuola', opening)?.by).toBe('comune')
    expect(sumOfBalances(store)).toBe(0)
    expect(stage.notes.filter(({ is }) => is === 'act-refused')).toEqual([])
  })

  test('nothing closes while the clock is halted, and at speed 900 a second is a quarter hour', async () => {
    const stage = await inJune()
    stage.demo.setClock({ speed: 900 })
    await stage.play(10_000)
    expect(settledUntil(stage.book.store)).toBe(opening + 10)
    const stops = stage.play(10_000)
    stage.demo.setClock({ isPaused: true })
    const shown = stage.demo.clock.nowMs()
    await stops
    expect(stage.demo.clock).toMatchObject({ isPaused: true, speed: 900 })
    expect(stage.demo.clock.nowMs()).toBe(shown)
    expect(settledUntil(stage.book.store)).toBe(slotOf(shown))
  })

  test('a play that was stopped goes on where its book stands', async () => {
    const before = await inJune()
    await before.play(30_000)
    const after = await stageOf({ pack, seed: 7, from: sunday, opensAt: opening, book: before.book })
    expect(after.demo.clock.nowMs()).toBe(slotStart(slot(opening + 2)))
    await after.play(30_000)
    expect(settledUntil(after.book.store)).toBe(opening + 4)
    expect(after.notes.filter(({ is }) => is === 'act-refused')).toEqual([])
  })

  test('the readings end with the year: then the clock stands still, and everything is settled', async () => {
    const end = pack.played.until
    const stage = await stageOf({ pack, seed: 7, from: slot(end - 8), opensAt: slot(end - 4) })
    await stage.demo.catchUp(never)
    await stage.play(600_000)
    expect(settledUntil(stage.book.store)).toBe(end)
    expect(stage.demo.clock.nowMs()).toBe(slotStart(end))
  })

  test('under a rule that settles hours, quarter hours wait for their hour', async () => {
    const stage = await inJune()
    const charter = { ...pack.document.charter, version: 2, from: opening + 4, rule: 'italy-cer' }
    const { store } = stage.book
    const amended = await stage.writer.act(coordinator, { kind: 'charter.amend', charter }, 'amend')
    expect(amended).toMatchObject({ ok: true })
    await stage.play(60_000 + 45_000)
    expect(settledUntil(store)).toBe(opening + 4)
    await stage.play(15_000)
    expect(settledUntil(store)).toBe(opening + 8)
    expect(settlementRecords(store, { firstSlot: slot(opening + 4), slots: 4 })).toHaveLength(1)
  })

  test('in every home with a roof the picture balances within the rounding of two registers', async () => {
    const { demo } = await inJune()
    const { byMeter } = demo.livePower()
    expect(byMeter.size).toBe(79)
    const power = (meter: string) => byMeter.get(meter) ?? { importW: Number.NaN, exportW: Number.NaN }
    for (const home of ['casa-09', 'casa-21', 'casa-42', 'albergo']) {
      const [net, made, used] = [home, `${home}-produzione`, `${home}-consumo`].map(power)
      expect(Math.abs(made!.exportW + net!.importW - used!.importW - net!.exportW), home).toBeLessThanOrEqual(
        8,
      )
    }
  })

  test('the founding names every member with her key, and the cooperative as coordinator', async () => {
    const { book } = await inJune()
    expect(communityHead(book.store)).toMatchObject({
      community: 'borgo-sole',
      coordinator,
      timezone: 'Europe/Rome',
    })
  })
})
