import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { apply, meters, overlayOn, type Act, type KeyValue } from '../src/index.ts'
import { registryView } from '../src/registry-view.ts'
import { MAY, anyCommunity, prova, stageFor, type Stage } from '../src/testing/index.ts'

/** The view as it is read, and as it is read by somebody who remembers nothing. */
function bothViews({ book }: Stage): readonly unknown[] {
  const forgetful = overlayOn(book.store)
  forgetful.delete('registry')
  return [registryView(book.store), registryView(forgetful)]
}

const idsOf = (store: KeyValue): readonly string[] => registryView(store).meters.map(({ id }) => id)

const newMeter = (id: string, site = 'casa-1'): Act => ({
  kind: 'meter.add',
  meter: { id, member: 'home-1', site, from: MAY },
})

const anyAct = fc.oneof(
  fc.nat(9).map((n) => newMeter(`new-${n}`, n % 2 === 0 ? 'casa-1' : 'casa-2')),
  fc.nat(9).map((n): Act => ({ kind: 'meter.retire', meter: `new-${n}`, until: MAY + n })),
  fc.nat(3).map((n): Act => ({
    kind: 'site.add',
    site: { id: `casa-${n}`, ring: 'home', parent: 'via-po', nanoOhm: n },
  })),
  fc.constant<Act>({ kind: 'credit.transfer', to: 'home-1', amount: 1 }),
)

describe('the registry as settlements see it', () => {
  test('is what the book holds, whatever was added, retired or refused', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { minLength: 3, maxLength: 12 }), (acts) => {
        const stage = stageFor(prova())
        for (const act of acts) {
          stage.act('coop', act)
          const [kept, read] = bothViews(stage)
          expect(kept).toEqual(read)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('is that of the very community, of all that live in one process', () => {
    fc.assert(
      fc.property(anyCommunity, (sketch) => {
        const [kept, read] = bothViews(stageFor(sketch))
        expect(kept).toEqual(read)
      }),
    )
  })

  test('of two futures of one book, each its own', () => {
    const stage = stageFor(prova())
    const ports = { kernel: stage.kernel }
    const [left, right] = [overlayOn(stage.book.store), overlayOn(stage.book.store)]
    apply(left, stage.signed('coop', newMeter('left')), ports)
    apply(right, stage.signed('coop', newMeter('right', 'casa-2')), ports)
    expect([idsOf(left), idsOf(right), idsOf(stage.book.store)]).toEqual([
      ['left', 'm1', 'm2'],
      ['m1', 'm2', 'right'],
      ['m1', 'm2'],
    ])
  })

  test('of a book from before its mark is read every time, and marked with the next meter', () => {
    const stage = stageFor(prova())
    stage.book.store.delete('registry')
    expect(registryView(stage.book.store).meters).toEqual(meters(stage.book.store))
    stage.does('coop', newMeter('m3'))
    expect(stage.book.store.get('registry')).toHaveLength(32)
    const [kept, read] = bothViews(stage)
    expect(kept).toEqual(read)
  })
})
