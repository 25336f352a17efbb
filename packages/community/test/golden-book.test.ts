import { expect, test } from 'vitest'

import { stateDigest, type Act } from '../src/index.ts'
import {
  MAY,
  proposing,
  prova,
  sketchedMember,
  stageFor,
  states,
  unblinded,
  type Sketch,
} from '../src/testing/index.ts'

const members = ['coop', 'home-1', 'home-2', 'home-3'].map((id) => sketchedMember(id))

/** An ordinary life: a payment, a hold, statements, a settlement and its correction, stewards who change. */
const LIFE: readonly (readonly [by: string, act: Act])[] = [
  ['home-1', { kind: 'credit.transfer', to: 'home-2', amount: 250_000, memo: 'è il trapano' }],
  ['home-2', { kind: 'credit.hold', to: 'home-1', amount: 9, holdExpiresAt: 1_780_400_000_000 }],
  ['coop', { kind: 'meter.add', meter: { id: 'm3', member: 'home-3', site: 'casa-1', from: MAY } }],
  ['coop', { kind: 'credit.limit', account: 'home-3', limit: 7_000_000 }],
  [
    'coop',
    states([
      {
        meter: 'm1',
        firstSlot: MAY,
        wh: [
          [0, 500],
          [0, 80],
        ],
      },
      {
        meter: 'm2',
        firstSlot: MAY,
        wh: [
          [300, 0],
          [90, 10],
        ],
      },
      {
        meter: 'm3',
        firstSlot: MAY,
        wh: [
          [70, 0],
          [0, 0],
        ],
        quality: 2,
      },
    ]),
  ],
  ['coop', proposing(['coop', 'home-1', 'home-2', 'home-3'])],
]

// Stewards that run different releases side by side must write the same bytes. When this digest changes, they would not:
// then the rules get a new version that begins at a height, and the old one stays beside it.
function digestOfLife(sketch: Sketch): string {
  const stage = stageFor(sketch)
  for (const [by, act] of LIFE) stage.does(by, act)
  expect(stage.settles(MAY, 2).ok).toBe(true)
  stage.does('home-1', states([{ meter: 'm1', firstSlot: MAY, wh: [[0, 450]] }], true))
  expect(stage.restates(MAY, 2).ok).toBe(true)
  stage.does('coop', { kind: 'energy.finalise', firstSlot: MAY, slots: 2 })
  return stateDigest(stage.book.store)
}

test('the same life gives the same book, byte for byte, in every release', () => {
  expect(digestOfLife(prova({ members }))).toBe(
    'b3b10fd1a970b4cc8b76bfaee629c4854e8e7928f33ea9f95c9f07c8d105d561',
  )
})

test('the same life in a community of the time before leaves were blinded gives the book that it gave then', () => {
  expect(digestOfLife(unblinded(prova({ members })))).toBe(
    '7d3ab9cea7c484c0ec60de25b837423985d2b948010a7a504c8f321f5e0983b6',
  )
})
