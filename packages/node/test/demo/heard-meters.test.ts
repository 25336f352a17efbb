import { memoryStore } from '@tri/community'
import { epochMs, slot, slotStart, type Slot } from '@tri/units'
import { beforeAll, describe, expect, test } from 'vitest'

import { calendarOf } from '../../src/calendar.ts'
import { HeardMeters } from '../../src/demo/heard-meters.ts'
import type { Pack } from '../../src/demo/pack.ts'
import { householdReadings } from '../../src/household/household-readings.ts'
import { borgoSole } from './borgo-sole-book.ts'

const noon = slot(calendarOf('Europe/Rome').day('2016-06-14')!.firstSlot + 48)

let pack: Pack
beforeAll(async () => {
  pack = await borgoSole()
})

function street() {
  const household = householdReadings(memoryStore())
  return { household, heard: new HeardMeters(pack.document, pack.played, household) }
}

const connections = () => pack.document.meters.filter(({ role }) => role === undefined)

/** What a meter was heard to count is what the year says it counted. */
function expectHeard(heard: HeardMeters, of: Slot) {
  for (const { id } of connections())
    expect(heard.readingsOf(id, { firstSlot: of, slots: 1 }), id).toEqual(
      pack.played.readingsOf(id, { firstSlot: of, slots: 1 }),
    )
}

describe('the meters of Borgo Sole, heard through their drivers', () => {
  test('state each quarter hour to the Wh, whether it was listened to in between or not', () => {
    const { heard } = street()
    for (const of of [noon, slot(noon + 1), slot(noon + 2)]) {
      for (let ms = of === noon ? 20_000 : 0; ms < 900_000; ms += 60_000)
        heard.hear(epochMs(slotStart(of) + ms))
      heard.hearEnds(of)
      expectHeard(heard, of)
    }
  })

  test('state the last quarter hour of the year', () => {
    const { heard } = street()
    const last = slot(pack.played.until - 1)
    heard.hearEnds(last)
    expectHeard(heard, last)
  })

  test('say nothing of a quarter hour that nobody listened to', () => {
    const { heard } = street()
    heard.hearEnds(noon)
    for (const of of [noon - 1, noon + 1])
      expect(heard.readingsOf('casa-01', { firstSlot: slot(of), slots: 1 })).toMatchObject({
        quality: Uint8Array.of(0),
      })
    expect(heard.readingsOf('casa-99', { firstSlot: noon, slots: 1 })).toBeUndefined()
  })

  test('show the power of the quarter hour, within the steps in which a meter tells it', () => {
    const { heard } = street()
    const { byMeter } = heard.livePower(slotStart(noon))
    expect(byMeter.size).toBe(79)
    for (const { id } of pack.document.meters) {
      const shown = pack.played.faceAt(id, slotStart(noon))!.powerW
      const { importW, exportW } = byMeter.get(id)!
      expect(Math.abs(importW - exportW - shown), id).toBeLessThanOrEqual(Math.abs(shown) > 32_767 ? 5 : 0)
    }
  })

  test('tell their household, and nobody else, what plant and clamp counted, once a further reading bears it out', () => {
    const { heard, household } = street()
    heard.hearEnds(noon)
    const range = { firstSlot: noon, slots: 1 }
    expect(household.read('casa-09-produzione', range).quality).toEqual(Uint8Array.of(0))
    heard.hear(epochMs(slotStart(slot(noon + 1)) + 1000))
    for (const id of ['casa-09-produzione', 'casa-09-consumo'])
      expect(household.read(id, range), id).toEqual(pack.played.readingsOf(id, range))
    expect(household.read('casa-09', range).quality).toEqual(Uint8Array.of(0))
  })
})
