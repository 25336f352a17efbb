import { describe, expect, test } from 'vitest'

import { apply, communityHead, members, meters, network, nextNonce, operationSequence } from '../src/index.ts'
import { MAY, prova, seededKey, sketchedMember, stageFor } from '../src/testing/index.ts'

describe('a founding', () => {
  test('leaves names, members, meters and network in the book, and a genesis to prove everything from', () => {
    const { store } = stageFor(prova()).book
    expect(communityHead(store)).toMatchObject({
      community: 'prova',
      coordinator: 'coop',
      sequence: 1,
      settledUntil: 0,
    })
    expect(communityHead(store)?.genesis).toMatch(/^[0-9a-f]{64}$/)
    expect(members(store).map(({ id }) => id)).toEqual(['coop', 'home-1', 'home-2'])
    expect(meters(store)).toMatchObject([
      { id: 'm1', member: 'home-1' },
      { id: 'm2', site: 'casa-2' },
    ])
    expect(network(store)).toHaveLength(4)
  })
})

describe('a member’s keys', () => {
  const spare = seededKey('home-1/phone')
  const change = (what: 'add' | 'remove', key = spare) =>
    ({ kind: 'member.key', member: 'home-1', change: what, memberKey: key.publicKey }) as const

  test('can be changed by her, and a new one signs at once', () => {
    const stage = stageFor(prova())
    stage.does('home-1', change('add'))
    const withSpare = stage.signed(
      'home-1',
      { kind: 'credit.transfer', to: 'home-2', amount: 1 },
      { key: spare.publicKey, nonce: 1 },
    )
    expect(apply(stage.book.store, withSpare, { kernel: stage.kernel })).toMatchObject({
      refusal: { is: 'signature-wrong' },
    })
    expect(nextNonce(stage.book.store, spare.publicKey)).toBe(1)
    stage.does('home-1', change('remove', seededKey('home-1')))
    expect(stage.refusalOf('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 1 })).toBe(
      'key-not-hers',
    )
  })

  test('are given anew by the coordinator when she lost hers; a removed one is never anybody’s again', () => {
    const stage = stageFor(prova())
    stage.does('coop', change('add'))
    stage.does('coop', change('remove', seededKey('home-1')))
    const lost = {
      kind: 'member.key',
      member: 'home-2',
      change: 'add',
      memberKey: seededKey('home-1').publicKey,
    } as const
    expect(stage.refusalOf('home-2', lost)).toBe('key-known')
  })
})

describe('a network that grows', () => {
  test('takes a new house, its member and its meter, from a slot that is not settled yet', () => {
    const stage = stageFor(prova())
    stage.does('coop', {
      kind: 'site.add',
      site: { id: 'casa-3', ring: 'home', parent: 'via-po', nanoOhm: 5 },
    })
    stage.does('coop', { kind: 'member.join', member: sketchedMember('home-3') })
    stage.does('coop', {
      kind: 'meter.add',
      meter: { id: 'm3', member: 'home-3', site: 'casa-3', from: MAY },
    })
    expect(meters(stage.book.store).at(-1)).toMatchObject({ id: 'm3', from: MAY, added: 4 })
  })

  test('refuses a meter that would open a ring without a price', () => {
    const charter = { rule: 'neighbour-first', creditPerKwh: { street: '0.11' } }
    const stage = stageFor(prova({ charter }))
    const second = {
      kind: 'meter.add',
      meter: { id: 'm3', member: 'home-1', site: 'casa-1', from: MAY },
    } as const
    expect(stage.act('coop', second)).toMatchObject({
      refusal: { is: 'charter-unusable', details: { reason: 'ring-price-missing', about: 'home' } },
    })
  })
})

test('an operation is found by its id, and by its number in the log', () => {
  const stage = stageFor(prova())
  stage.does('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 1 }, { id: 'eggs' })
  expect(operationSequence(stage.book.store, 'eggs')).toBe(2)
  expect(operationSequence(stage.book.store, 'milk')).toBeUndefined()
})
