import { hex } from '@tri/units/crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  STEWARD_COUNTS,
  apply,
  approvalsNeeded,
  memoryStore,
  protocolSteps,
  stateDigest,
  stewardChanges,
  stewardProposals,
  stewardsOf,
  type Act,
  type StewardEntry,
} from '../src/index.ts'
import {
  JUNE_MS,
  foundingOf,
  proposing,
  prova,
  refounding,
  seededKey,
  sketchedMember,
  stageFor,
  stewardsNamed,
  type Stage,
} from '../src/testing/index.ts'

const MEMBERS = ['coop', ...Array.from({ length: 15 }, (_, n) => `home-${n + 1}`)]
const sketch = prova({ members: MEMBERS.map((id) => sketchedMember(id)) })
const namesOf = ({ book }: Stage): readonly string[] =>
  stewardsOf(book.store).stewards.map(({ member }) => member)
const upgrade = (version: number, height: number): Act => ({
  kind: 'steward.propose',
  stewards: stewardsNamed(['coop']),
  protocol: { version, height },
})
const approve = (proposal: string): Act => ({ kind: 'steward.approve', proposal })

describe('the stewards of a community', () => {
  test('are at first the coordinator alone, with the key that signed the founding', () => {
    const spare = seededKey('coop/spare')
    const members = [
      { id: 'coop', kind: 'cooperative' as const, keys: [seededKey('coop').publicKey, spare.publicKey] },
    ]
    const own = prova({ members, meters: [] })
    const stage = stageFor(own, { isFounded: false })
    stage.does('coop', foundingOf(own))
    stage.does('coop', {
      kind: 'member.key',
      member: 'coop',
      change: 'add',
      memberKey: seededKey('x').publicKey,
    })
    const { version, stewards } = stewardsOf(stage.book.store)
    expect([version, stewards.map(({ member, key }) => [member, hex(key)])]).toEqual([
      0,
      [['coop', hex(seededKey('coop').publicKey)]],
    ])
  })

  test('of a book from before they were recorded are the coordinator with her first key', () => {
    const { store } = stageFor(sketch).book
    const recorded = stewardsOf(store)
    store.delete('stewards')
    expect(stewardsOf(store)).toEqual(recorded)
  })

  test('grow from one to four by the one’s own proposal, and the event names them', () => {
    const stage = stageFor(sketch)
    const events = stage.does('coop', proposing(['home-1', 'home-2', 'home-3', 'coop']), { id: 'grow' })
    expect(events).toEqual([
      { is: 'stewards-proposed', proposal: 'grow', by: 'coop', approvals: 1, needed: 1 },
      { is: 'stewards-changed', version: 1, stewards: stewardsNamed(['home-1', 'home-2', 'home-3', 'coop']) },
    ])
    expect(namesOf(stage)).toEqual(['home-1', 'home-2', 'home-3', 'coop'])
  })

  test('change only when more than two thirds agree; the coordinator proposes without a voice', () => {
    const stage = stageFor(sketch)
    const four = ['home-1', 'home-2', 'home-3', 'home-4']
    stage.does('coop', proposing(four))
    const next = ['home-1', 'home-2', 'home-3', 'home-5']
    expect(stage.does('coop', proposing(next), { id: 'replace' })).toMatchObject([
      { approvals: 0, needed: 3 },
    ])
    expect(stage.refusalOf('coop', approve('replace'))).toBe('not-a-steward')
    stage.does('home-4', approve('replace'))
    stage.does('home-1', approve('replace'))
    expect(namesOf(stage)).toEqual(four)
    expect(stewardProposals(stage.book.store)).toMatchObject([
      { id: 'replace', approvals: ['home-4', 'home-1'] },
    ])
    expect(stage.does('home-2', approve('replace'))).toMatchObject([
      {},
      { is: 'stewards-changed', version: 2 },
    ])
    expect(namesOf(stage)).toEqual(next)
    expect(stage.refusalOf('home-3', approve('replace'))).toBe('proposal-superseded')
    expect(stewardProposals(stage.book.store)).toEqual([])
    expect(stewardChanges(stage.book.store)).toEqual([2, 6])
  })

  test('agree on a box’s new key or address as on any other change', () => {
    const stage = stageFor(sketch)
    const [own] = stewardsNamed(['coop'])
    stage.does('coop', proposing(['coop']))
    const rotated = { ...own!, key: seededKey('coop/new box').publicKey, addresses: ['[fd00::7%eth0]:26656'] }
    stage.does('coop', { kind: 'steward.propose', stewards: [rotated] })
    expect(stewardsOf(stage.book.store)).toEqual({ version: 2, stewards: [rotated] })
  })

  test('who proposes again withdraws what she proposed before, and only that', () => {
    const stage = stageFor(sketch)
    stage.does('coop', proposing(['home-1', 'home-2', 'home-3', 'home-4']))
    stage.does('home-1', proposing(['home-1']), { id: 'first' })
    stage.does('home-2', proposing(['home-2']), { id: 'other' })
    stage.does('home-1', proposing(['home-5']), { id: 'second' })
    expect(stewardProposals(stage.book.store).map(({ id }) => id)).toEqual(['other', 'second'])
    expect(stage.refusalOf('home-3', approve('first'))).toBe('proposal-unknown')
  })

  test('cannot put in force a set of which a member has left meanwhile', () => {
    const stage = stageFor(prova({ members: sketch.members, meters: [] }))
    stage.does('coop', proposing(['home-1', 'home-2', 'home-3', 'home-4']))
    stage.does('home-1', proposing(['home-5']), { id: 'gone' })
    stage.does('home-5', { kind: 'member.leave', member: 'home-5' })
    expect(stage.refusalOf('home-2', approve('gone'))).toBe('member-left')
    expect(stage.refusalOf('home-2', proposing(['home-5']))).toBe('member-left')
    expect(stage.refusalOf('home-2', proposing(['nobody']))).toBe('member-unknown')
  })

  test('schedule a new version of the rules at a height, with the set as it is', () => {
    const stage = stageFor(sketch)
    stage.does('coop', proposing(['coop']))
    expect(stage.does('coop', upgrade(2, 500))).toMatchObject([
      { is: 'stewards-proposed' },
      { is: 'protocol-scheduled', version: 2, height: 500 },
    ])
    for (const [version, height] of [
      [2, 501],
      [3, 500],
    ] as const)
      expect(stage.refusalOf('coop', upgrade(version, height))).toBe('protocol-out-of-turn')
    stage.does('coop', upgrade(3, 1_000_000))
    expect(protocolSteps(stage.book.store)).toEqual([
      { version: 2, height: 500 },
      { version: 3, height: 1_000_000 },
    ])
  })

  test.each(Array.from({ length: 17 }, (_, n) => n))('%i of them are allowed or refused by name', (count) => {
    const refusal = stageFor(sketch).refusalOf('coop', proposing(MEMBERS.slice(0, count)))
    if (STEWARD_COUNTS.includes(count)) expect(refusal).toBeUndefined()
    else expect(refusal).toBe(count === 2 || count === 3 ? 'stewards-two-or-three' : 'steward-count-unusable')
  })

  test.each([
    ['[fe80::1%wlan0]:26656', true],
    ['10.0.0.7:1', true],
    ['casa.local:26656', true],
    ['casa.local', false],
    ['casa.local:026656', false],
    ['a:1"\nmoniker="x', false],
    [`${'a'.repeat(123)}:26656`, false],
    ['fe80::1:26656', false],
  ])('have addresses of a host and a port: %s', (address, isAllowed) => {
    const [own] = stewardsNamed(['coop'])
    const stewards = [{ ...own!, addresses: [address] }]
    const refusal = stageFor(sketch).refusalOf('coop', { kind: 'steward.propose', stewards })
    expect(refusal).toBe(isAllowed ? undefined : 'malformed')
  })
})

/** Somebody proposes a set of a size that may or may not do, or approves some proposal made before. */
const anyStep = fc.oneof(
  fc.record({
    by: fc.constantFrom(...MEMBERS),
    set: fc
      .tuple(fc.constantFrom(1, 3, 4, 4, 7), fc.shuffledSubarray(MEMBERS, { minLength: MEMBERS.length }))
      .map(([size, shuffled]) => shuffled.slice(0, size)),
    isRotated: fc.boolean(),
  }),
  fc.record({ by: fc.constantFrom(...MEMBERS), nth: fc.nat(6) }),
  fc.record({ steward: fc.nat(12), nth: fc.nat(3) }),
)

test('whoever proposes and approves what, in any order: the set has an allowed size, changes by one version and by more than two thirds of its own, and the log replayed gives the same book', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 8, maxLength: 40 }), (steps) => {
      const stage = stageFor(sketch, { at: JUNE_MS })
      const { store } = stage.book
      const ids: string[] = []
      for (const [n, step] of steps.entries()) {
        const before = stewardsOf(store)
        const voices = before.stewards.map(({ member }) => member)
        const by = 'by' in step ? step.by : (voices[step.steward % voices.length] ?? 'coop')
        const proposal = 'set' in step ? `p-${n}` : (ids.at(-1 - step.nth) ?? 'none')
        if ('set' in step) ids.push(proposal)
        const named = (set: readonly string[], isRotated: boolean): StewardEntry[] =>
          stewardsNamed(set).map((one) =>
            isRotated ? { ...one, key: seededKey(`${proposal}/${one.member}`).publicKey } : one,
          )
        const digest = stateDigest(store)
        const played = stage.act(
          by,
          'set' in step
            ? { kind: 'steward.propose', stewards: named(step.set, step.isRotated) }
            : approve(proposal),
          { id: 'set' in step ? proposal : `a-${n}` },
        )
        const after = stewardsOf(store)
        if (!played.ok) expect(stateDigest(store)).toBe(digest)
        const changed = played.ok ? played.value.find(({ is }) => is === 'stewards-changed') : undefined
        expect(after.version).toBe(before.version + (changed === undefined ? 0 : 1))
        expect(STEWARD_COUNTS).toContain(after.stewards.length)
        const [event] = played.ok ? played.value : []
        if (event?.is !== 'stewards-proposed' && event?.is !== 'stewards-approved') continue
        expect(event.needed).toBe(approvalsNeeded(before.stewards.length))
        expect(3 * event.needed).toBeGreaterThan(2 * before.stewards.length)
        expect(changed !== undefined).toBe(event.approvals >= event.needed)
      }
      const again = memoryStore()
      for (const operation of stage.book.operations(1))
        expect(apply(again, operation, { kernel: stage.kernel }).ok).toBe(true)
      expect(stateDigest(again)).toBe(stateDigest(store))
    }),
    { numRuns: 40, endOnFailure: true },
  )
})

describe('a founding anew', () => {
  const four = ['home-1', 'home-2', 'home-3', 'home-4']
  const previous = { genesis: new Uint8Array(32).fill(3), height: 40, block: new Uint8Array(32).fill(4) }
  const anew = ({ book }: Stage, signers: readonly string[]): Act =>
    refounding(book.store, { stewards: stewardsNamed(['home-5']), signers, previous })

  test('puts one steward in the place of four who are gone, when more than half of the members signed', () => {
    const stage = stageFor(sketch)
    stage.does('coop', proposing(four))
    stage.does('home-1', proposing(['home-1']), { id: 'before' })
    expect(stage.refusalOf('home-5', anew(stage, MEMBERS.slice(0, 8)))).toBe('refounding-signatures-few')
    expect(stage.does('home-5', anew(stage, MEMBERS.slice(0, 9)))).toEqual([
      { is: 'community-refounded', height: 40 },
      { is: 'stewards-changed', version: 2, stewards: stewardsNamed(['home-5']) },
    ])
    expect(namesOf(stage)).toEqual(['home-5'])
    expect(stage.refusalOf('home-5', approve('before'))).toBe('proposal-superseded')
    expect(stewardChanges(stage.book.store)).toHaveLength(2)
  })

  test('counts only members who are there and have a key, and none under other terms', () => {
    const gone = MEMBERS.slice(6)
    const stage = stageFor(prova({ members: MEMBERS.map((id) => sketchedMember(id)), meters: [] }))
    stage.does('coop', proposing(four))
    for (const id of gone) stage.does(id, { kind: 'member.leave', member: id })
    const enough = anew(stage, ['coop', 'home-1', 'home-2', 'home-5'])
    const elsewhere = { ...enough, previous: { ...previous, height: 41 } } as Act
    expect(stage.refusalOf('home-5', elsewhere)).toBe('refounding-signature-wrong')
    expect(stage.refusalOf('home-5', anew(stage, [...gone, 'coop']))).toBe('refounding-signature-wrong')
    expect(stage.act('home-5', enough).ok).toBe(true)
  })
})
