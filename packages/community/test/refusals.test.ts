import { canonicalBytes } from '@tri/units'
import { sign } from '@tri/units/crypto'
import { describe, expect, test } from 'vitest'

import {
  HOLDS_PER_ACCOUNT_MAX,
  OBJECTION_DAYS,
  OPERATION_DOMAIN,
  communityRefusals,
  settlementDraft,
  type Act,
  type CommunityRefusalName,
  type SettlementClaim,
} from '../src/index.ts'
import {
  JUNE_MS,
  MAY,
  PROVA_CHARTER,
  foundingOf,
  prova,
  proposing,
  refounding,
  seededKey,
  sketchedMember,
  stageFor,
  states,
  stewardsNamed,
  type Played,
  type Sketch,
  type Stage,
} from '../src/testing/index.ts'

type Refused = CommunityRefusalName | undefined

const DAY_MS = 86_400_000
const named = (played: Played): Refused => (played.ok ? undefined : played.refusal.is)
const charter = (changes: object): Act => ({
  kind: 'charter.amend',
  charter: { ...(PROVA_CHARTER as object), ...changes },
})
const key = (name: string): Uint8Array => seededKey(name).publicKey
const pay = (to: string, amount: number): Act => ({ kind: 'credit.transfer', to, amount })
const addKey = (name: string): Act => ({
  kind: 'member.key',
  member: 'home-1',
  change: 'add',
  memberKey: key(name),
})
const hold = (amount: number, holdExpiresAt = JUNE_MS + DAY_MS): Act => ({
  kind: 'credit.hold',
  to: 'home-2',
  amount,
  holdExpiresAt,
})

/** What the coordinator does in Prova after the acts before. */
function inProva(...acts: readonly (readonly [string, Act])[]): Refused {
  const stage = stageFor(prova())
  let last: Refused
  for (const [by, act] of acts) last = stage.refusalOf(by, act)
  return last
}

function founding(changes: Partial<Sketch>): Refused {
  const sketch = prova(changes)
  return stageFor(sketch, { isFounded: false }).refusalOf('coop', foundingOf(sketch))
}

/** Prova with both meters stated over some slots of May. */
function stated(slots: number, quality = 1, stage = stageFor(prova())): Stage {
  const wh = Array.from({ length: slots }, (_, t) => [t % 3 === 0 ? 0 : 90, t % 3 === 0 ? 200 : 0] as const)
  const back = wh.map(([taken, given]) => [given, taken] as const)
  stage.does(
    'coop',
    states([
      { meter: 'm1', firstSlot: MAY, wh, quality },
      { meter: 'm2', firstSlot: MAY, wh: back, quality },
    ]),
  )
  return stage
}

function settled(slots: number, quality = 1): Stage {
  const stage = stated(slots, quality)
  expect(named(stage.settles(MAY, slots))).toBeUndefined()
  return stage
}

function certified(): Stage {
  const stage = settled(4)
  stage.does('coop', { kind: 'energy.finalise', firstSlot: MAY, slots: 4 })
  return stage
}

const correction = (wh: number): Act => states([{ meter: 'm1', firstSlot: MAY, wh: [[wh, 0]] }], true)
const finalise = (firstSlot: number, slots: number): Act => ({ kind: 'energy.finalise', firstSlot, slots })
const objection = (firstSlot: number, slots: number): Act => ({
  kind: 'energy.object',
  firstSlot,
  slots,
  reason: 'The meter stood still.',
})

/** A settlement of four slots, with something else claimed than the book computes. */
function claiming(changes: (claim: SettlementClaim) => Partial<SettlementClaim>): Refused {
  const stage = stated(4)
  const draft = settlementDraft(stage.book.store, { firstSlot: MAY, slots: 4 }, stage.kernel)
  if (!draft.ok) return draft.refusal.is
  return stage.refusalOf('coop', {
    kind: 'energy.settle',
    ...draft.value.claim,
    ...changes(draft.value.claim),
  })
}

function restating(version: number, act?: Act): Refused {
  const stage = settled(4)
  const draft = {
    firstSlot: MAY,
    slots: 4,
    charterVersion: 1,
    readingsRoot: new Uint8Array(32),
    root: new Uint8Array(32),
    deltas: [],
  }
  if (act !== undefined) stage.does('coop', act)
  return stage.refusalOf('coop', { kind: 'energy.restate', version, ...draft })
}

const FOUR = ['coop', 'home-1', 'home-2', 'home-3']
const FIVE = [...FOUR, 'home-4'].map((id) => sketchedMember(id))
const amongFive = (changes: object): Refused =>
  named(stageFor(prova({ members: FIVE })).act('coop', { ...proposing(FOUR), ...changes }))

/** A community whose book four of its members keep. */
function kept(sketch: Sketch): Stage {
  const stage = stageFor(sketch)
  stage.does('coop', proposing(FOUR))
  return stage
}

/** Home 4 takes the book over, with these members’ signatures. */
const anew = ({ book }: Stage, signers: readonly string[]): Act =>
  refounding(book.store, {
    stewards: stewardsNamed(['home-4']),
    signers,
    previous: { genesis: new Uint8Array(32), height: 9, block: new Uint8Array(32) },
  })

/** One way to meet each refusal. The type asks for every name: a new refusal without a test does not compile. */
const reached: Readonly<Record<CommunityRefusalName, () => Refused>> = {
  malformed: () =>
    named(stageFor(prova()).book.apply({ bytes: new Uint8Array(9), signature: new Uint8Array(64) })),
  'version-unknown': () => {
    const { operation } = stageFor(prova()).signed('home-1', pay('home-2', 1))
    const bytes = canonicalBytes({ ...operation, v: 2 } as never)
    return named(
      stageFor(prova()).book.apply({ bytes, signature: sign(seededKey('home-1'), OPERATION_DOMAIN, bytes) }),
    )
  },
  'not-founded': () => stageFor(prova(), { isFounded: false }).refusalOf('coop', pay('home-1', 1)),
  'already-founded': () => stageFor(prova()).refusalOf('coop', foundingOf(prova())),
  'other-community': () => stageFor(prova()).refusalOf('home-1', pay('home-2', 1), { community: 'altrove' }),
  'id-taken': () => {
    const stage = stageFor(prova())
    stage.does('home-1', pay('home-2', 1), { id: 'once' })
    return stage.refusalOf('home-1', pay('home-2', 2), { id: 'once' })
  },
  'signer-unknown': () => stageFor(prova()).refusalOf('nobody', pay('home-2', 1)),
  'key-not-hers': () => stageFor(prova()).refusalOf('home-1', pay('home-2', 1), { key: key('home-2') }),
  expired: () => stageFor(prova()).refusalOf('home-1', pay('home-2', 1), { at: 1, expiresAt: JUNE_MS }),
  'nonce-used': () => stageFor(prova()).refusalOf('coop', pay('home-2', 1), { nonce: 1 }),
  'signature-wrong': () => {
    const stage = stageFor(prova())
    const { bytes } = stage.signed('home-1', pay('home-2', 1))
    return named(stage.book.apply({ bytes, signature: sign(seededKey('home-1'), 'tri/other/1', bytes) }))
  },
  'member-left': () => {
    const stage = stageFor(prova({ meters: [] }))
    stage.does('home-1', { kind: 'member.leave', member: 'home-1' })
    return stage.refusalOf('home-1', hold(1))
  },
  'coordinator-only': () => inProva(['home-1', { kind: 'credit.limit', account: 'home-1', limit: 9 }]),
  'not-your-own': () => inProva(['home-2', states([{ meter: 'm1', firstSlot: MAY, wh: [[1, 0]] }])]),
  'member-id-reserved': () => founding({ members: [...prova().members, sketchedMember('commons')] }),
  'member-known': () => inProva(['coop', { kind: 'member.join', member: sketchedMember('home-1') }]),
  'member-unknown': () => inProva(['coop', { kind: 'member.leave', member: 'nobody' }]),
  'coordinator-unknown': () => founding({ coordinator: 'home-1' }),
  'coordinator-stays': () => inProva(['coop', { kind: 'member.leave', member: 'coop' }]),
  'member-has-meters': () => inProva(['home-1', { kind: 'member.leave', member: 'home-1' }]),
  'key-known': () => inProva(['home-1', addKey('home-2')]),
  'keys-too-many': () => {
    return inProva(...Array.from({ length: 8 }, (_, n) => ['home-1', addKey(`spare-${n}`)] as const))
  },
  'last-key': () =>
    inProva(['home-1', { kind: 'member.key', member: 'home-1', change: 'remove', memberKey: key('home-1') }]),
  'site-known': () =>
    inProva([
      'coop',
      { kind: 'site.add', site: { id: 'casa-1', ring: 'home', parent: 'via-po', nanoOhm: 0 } },
    ]),
  'network-unusable': () =>
    inProva([
      'coop',
      { kind: 'site.add', site: { id: 'casa-3', ring: 'home', parent: 'nowhere', nanoOhm: 0 } },
    ]),
  'meter-known': () =>
    inProva([
      'coop',
      { kind: 'meter.add', meter: { id: 'm1', member: 'home-1', site: 'casa-1', from: MAY } },
    ]),
  'meter-unknown': () => inProva(['coop', states([{ meter: 'm9', firstSlot: MAY, wh: [[1, 0]] }])]),
  'meter-retired': () => {
    const retire: Act = { kind: 'meter.retire', meter: 'm1', until: MAY }
    return inProva(['coop', retire], ['coop', retire])
  },
  'slot-settled': () => settled(4).refusalOf('coop', { kind: 'meter.retire', meter: 'm1', until: MAY + 3 }),
  'charter-unusable': () => inProva(['coop', charter({ version: 2, from: MAY, rule: 'by-mood' })]),
  'charter-out-of-turn': () => inProva(['coop', charter({ version: 3, from: MAY })]),
  'account-unknown': () => inProva(['home-1', pay('nobody', 1)]),
  'payer-is-payee': () => inProva(['home-1', pay('home-1', 1)]),
  'hold-past': () => inProva(['home-1', hold(1, JUNE_MS)]),
  'holds-too-many': () =>
    inProva(...Array.from({ length: HOLDS_PER_ACCOUNT_MAX + 1 }, () => ['home-1', hold(1)] as const)),
  'hold-unknown': () => inProva(['home-2', { kind: 'credit.release', hold: 'never' }]),
  'hold-exceeded': () => {
    const stage = stageFor(prova())
    stage.does('home-1', hold(10), { id: 'drill' })
    return stage.refusalOf('home-2', { kind: 'credit.capture', hold: 'drill', amount: 11 })
  },
  'limit-exceeded': () => inProva(['home-1', pay('home-2', 5_000_001)]),
  'credit-out-of-range': () => {
    const far = { rule: 'neighbour-first', creditPerKwh: { street: '9000000' } }
    const stage = stated(2, 1, stageFor(prova({ charter: far })))
    const most = states(
      [
        { meter: 'm1', firstSlot: MAY, wh: [[0, 10_000_000]] },
        { meter: 'm2', firstSlot: MAY, wh: [[10_000_000, 0]] },
      ],
      true,
    )
    stage.does('coop', most)
    return named(stage.settles(MAY, 2))
  },
  'statement-misshapen': () => inProva(['coop', states([{ meter: 'm1', firstSlot: MAY, wh: [] }])]),
  'statement-unusable': () => inProva(['coop', states([{ meter: 'm1', firstSlot: MAY, wh: [[-1, 0]] }])]),
  'meter-not-active': () => {
    const sketch = prova({ meters: [{ id: 'm1', member: 'home-1', site: 'casa-1', from: MAY + 1 }] })
    return stageFor(sketch).refusalOf('coop', states([{ meter: 'm1', firstSlot: MAY, wh: [[1, 0]] }]))
  },
  'slot-not-over': () =>
    inProva(['coop', states([{ meter: 'm1', firstSlot: Math.floor(JUNE_MS / 900_000), wh: [[1, 0]] }])]),
  'slot-certified': () => certified().refusalOf('coop', correction(7)),
  'statement-conflict': () =>
    stated(1).refusalOf('coop', states([{ meter: 'm1', firstSlot: MAY, wh: [[7, 0]] }])),
  'already-settled': () => named(settled(4).settles(MAY + 2, 4)),
  'not-settled': () => named(settled(4).restates(MAY, 3)),
  'version-not-next': () => restating(3, correction(7)),
  'settlement-too-large': () => {
    const many = Array.from({ length: 11_300 }, (_, n) => ({
      id: `m${n}`,
      member: 'home-1',
      site: 'casa-1',
      from: 0,
    }))
    return named(stageFor(prova({ meters: many })).settles(MAY, 2_976))
  },
  'no-meters': () => named(stageFor(prova({ meters: [] })).settles(MAY, 4)),
  'charter-changes-within': () => {
    const stage = stated(4)
    stage.does('coop', charter({ version: 2, from: MAY + 2 }))
    return named(stage.settles(MAY, 4))
  },
  'charter-version-wrong': () => claiming(() => ({ charterVersion: 2 })),
  'interval-not-whole': () => {
    const hourly = { ...(PROVA_CHARTER as object), rule: 'italy-cer' }
    return named(stated(4, 1, stageFor(prova({ charter: hourly }))).settles(MAY + 1, 3))
  },
  incomplete: () => named(stated(3).settles(MAY, 4)),
  'slot-too-large': () => {
    const many = Array.from({ length: 220 }, (_, n) => ({
      id: `m${n}`,
      member: 'home-1',
      site: 'casa-1',
      from: 0,
    }))
    const stage = stageFor(prova({ meters: many }))
    stage.does(
      'coop',
      states(many.map(({ id }) => ({ meter: id, firstSlot: MAY, wh: [[0, 10_000_000]] as const }))),
    )
    return named(stage.settles(MAY, 1))
  },
  'readings-root-mismatch': () => claiming(() => ({ readingsRoot: new Uint8Array(32) })),
  'nothing-to-restate': () => restating(2),
  'root-mismatch': () => claiming(() => ({ root: new Uint8Array(32) })),
  'deltas-mismatch': () => claiming(({ deltas }) => ({ deltas: deltas.slice(1) })),
  'period-not-settled': () => settled(4).refusalOf('coop', finalise(MAY, 8)),
  'restatement-due': () => {
    const stage = settled(4)
    stage.does('coop', correction(7))
    return stage.refusalOf('coop', finalise(MAY, 4))
  },
  'quality-not-final': () => settled(4, 3).refusalOf('coop', finalise(MAY, 4)),
  'period-certified': () => certified().refusalOf('coop', finalise(MAY, 4)),
  'period-differs': () => {
    const stage = certified()
    stage.does('home-1', objection(MAY, 1))
    return stage.refusalOf('coop', finalise(MAY, 3))
  },
  'not-certified': () => settled(4).refusalOf('home-1', objection(MAY, 1)),
  'objection-too-late': () => {
    const stage = certified()
    stage.pass((OBJECTION_DAYS + 1) * DAY_MS)
    stage.does('coop', pay('home-1', 1))
    return stage.refusalOf('home-1', objection(MAY, 1))
  },
  'member-is-steward': () => {
    const stage = kept(prova({ meters: [], members: FIVE }))
    return stage.refusalOf('home-1', { kind: 'member.leave', member: 'home-1' })
  },
  'not-a-steward': () => inProva(['home-1', proposing(['home-1'])]),
  'stewards-two-or-three': () => inProva(['coop', proposing(['coop', 'home-1', 'home-2'])]),
  'steward-count-unusable': () => inProva(['coop', proposing([])]),
  'steward-twice': () => inProva(['coop', proposing(['coop', 'home-1', 'home-2', 'home-1'])]),
  'steward-key-twice': () => {
    const [first, ...others] = stewardsNamed(FOUR)
    return amongFive({ stewards: [{ ...first!, tls: others[0]!.key }, ...others] })
  },
  'steward-key-unusable': () =>
    amongFive({ stewards: stewardsNamed(FOUR).map((one) => ({ ...one, tls: new Uint8Array(32) })) }),
  'stewards-unchanged': () => inProva(['coop', proposing(['coop'])], ['coop', proposing(['coop'])]),
  'protocol-out-of-turn': () => amongFive({ protocol: { version: 1, height: 9 } }),
  'proposal-unknown': () => inProva(['coop', { kind: 'steward.approve', proposal: 'never' }]),
  'proposal-superseded': () => {
    const stage = stageFor(prova())
    stage.does('coop', proposing(['home-1']), { id: 'over' })
    return stage.refusalOf('home-1', { kind: 'steward.approve', proposal: 'over' })
  },
  'approved-already': () => {
    const stage = kept(prova({ members: FIVE }))
    stage.does('home-1', proposing(['home-1']), { id: 'alone' })
    return stage.refusalOf('home-1', { kind: 'steward.approve', proposal: 'alone' })
  },
  'refounding-stale': () => {
    const stage = kept(prova({ members: FIVE }))
    const act = anew(stage, ['home-1', 'home-2', 'home-3'])
    stage.does('home-4', act)
    return stage.refusalOf('home-4', act)
  },
  'refounding-signature-wrong': () => {
    const stage = kept(prova({ members: FIVE }))
    return stage.refusalOf('home-4', anew(stage, ['home-1', 'home-2', 'home-1']))
  },
  'refounding-signatures-few': () => {
    const stage = kept(prova({ members: FIVE }))
    return stage.refusalOf('home-4', anew(stage, ['home-1', 'home-2']))
  },
}

describe('every refusal of the book', () => {
  for (const [name, reach] of Object.entries(reached)) {
    test(`${name} can be met`, () => expect(reach()).toBe(name))
  }

  test('has its sentence, and no sentence is left over', () => {
    expect(Object.keys(communityRefusals).toSorted()).toEqual(Object.keys(reached).toSorted())
  })
})
