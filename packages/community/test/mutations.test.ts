import { typescriptKernel } from '@tri/exchange'
import { present, slotOf } from '@tri/units'
import { sign } from '@tri/units/crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  OPERATION_DOMAIN,
  apply,
  communityRefusals,
  memoryStore,
  overlayOn,
  restatementDraft,
  settlementDraft,
  stateDigest,
  type Act,
  type KeyValue,
  type OperationKind,
  type SignedOperation,
} from '../src/index.ts'
import {
  MAY,
  PROVA_CHARTER,
  foundingOf,
  proposing,
  refounding,
  prova,
  seededKey,
  sketchedMember,
  stageFor,
  states,
  stewardsNamed,
  type Stage,
} from '../src/testing/index.ts'

const MUTATIONS = 100_000
/** So many from one seed: the seed of those that fail is printed. */
const BATCH = 1_000
const SLOTS = 4
const FOUR = ['coop', 'home-1', 'home-2', 'home-3']
const members = [...FOUR, 'home-4'].map((id) => sketchedMember(id))
const sketch = prova({ members })
const ports = { kernel: typescriptKernel }

/** A book in which an operation of every kind would be applied next. */
function readyBook(): Stage {
  const stage = stageFor(sketch)
  const wh = [
    [0, 900],
    [0, 120],
    [50, 0],
    [0, 0],
  ] as const
  const back = wh.map(([taken, given]) => [given, taken] as const)
  const say = (firstSlot: number, correction = false): Act =>
    states(
      [
        { meter: 'm1', firstSlot, wh: correction ? back : wh },
        { meter: 'm2', firstSlot, wh: correction ? wh : back },
      ],
      correction,
    )
  for (const at of [MAY, MAY + 4, MAY + 8, MAY + 12]) stage.does('coop', say(at))
  for (const at of [MAY, MAY + 8, MAY + 12]) expect(stage.settles(at, SLOTS).ok).toBe(true)
  stage.does('coop', say(MAY, true))
  stage.does('coop', { kind: 'energy.finalise', firstSlot: MAY + 12, slots: SLOTS })
  const holdExpiresAt = stage.now() + 3_600_000
  stage.does('home-1', { kind: 'credit.hold', to: 'home-2', amount: 9, holdExpiresAt }, { id: 'drill' })
  stage.does('coop', proposing(FOUR))
  stage.does('home-1', proposing(['home-1']), { id: 'alone' })
  return stage
}

const stage = readyBook()
const { store } = stage.book
const range = (at: number): { readonly firstSlot: typeof MAY; readonly slots: number } => ({
  firstSlot: (MAY + at) as typeof MAY,
  slots: SLOTS,
})
const drafted = (draft: typeof settlementDraft, at: number) => {
  const found = draft(store, range(at), ports.kernel)
  if (!found.ok) throw new Error(found.refusal.is)
  return found.value.claim
}

/** One of every kind; the type asks for each, so a new kind is mutated or does not compile. */
const acts: { readonly [K in OperationKind]: readonly [by: string, act: Act & { readonly kind: K }] } = {
  'community.found': ['coop', foundingOf(sketch) as Act & { readonly kind: 'community.found' }],
  'member.join': ['coop', { kind: 'member.join', member: { ...sketchedMember('guest'), name: 'Èva' } }],
  'member.key': [
    'home-1',
    { kind: 'member.key', member: 'home-1', change: 'add', memberKey: seededKey('new').publicKey },
  ],
  'member.leave': ['home-4', { kind: 'member.leave', member: 'home-4' }],
  'site.add': [
    'coop',
    { kind: 'site.add', site: { id: 'casa-9', ring: 'home', parent: 'via-po', nanoOhm: 7 } },
  ],
  'meter.add': [
    'coop',
    { kind: 'meter.add', meter: { id: 'm9', member: 'home-3', site: 'casa-1', from: MAY + 99 } },
  ],
  'meter.retire': ['coop', { kind: 'meter.retire', meter: 'm2', until: MAY + 99 }],
  'charter.amend': [
    'coop',
    {
      kind: 'charter.amend',
      charter: {
        ...(PROVA_CHARTER as object),
        version: 2,
        from: slotOf(stage.now() as Parameters<typeof slotOf>[0]) + 9,
      },
    },
  ],
  'credit.transfer': ['home-1', { kind: 'credit.transfer', to: 'home-2', amount: 1_000, memo: 'uova' }],
  'credit.hold': [
    'home-1',
    { kind: 'credit.hold', to: 'home-2', amount: 70, holdExpiresAt: stage.now() + 60_000 },
  ],
  'credit.capture': ['home-2', { kind: 'credit.capture', hold: 'drill', amount: 4 }],
  'credit.release': ['home-2', { kind: 'credit.release', hold: 'drill' }],
  'credit.limit': ['coop', { kind: 'credit.limit', account: 'home-1', limit: 8_000_000 }],
  'energy.statements': [
    'home-1',
    states([
      {
        meter: 'm1',
        firstSlot: MAY + 16,
        wh: [
          [1, 0],
          [0, 2],
        ],
      },
    ]) as Act & { readonly kind: 'energy.statements' },
  ],
  'energy.settle': ['coop', { kind: 'energy.settle', ...drafted(settlementDraft, 4) }],
  'energy.restate': ['coop', { kind: 'energy.restate', version: 2, ...drafted(restatementDraft, 0) }],
  'energy.finalise': ['coop', { kind: 'energy.finalise', ...range(8) }],
  'energy.object': ['home-1', { kind: 'energy.object', ...range(12), reason: 'Il contatore era fermo.' }],
  'steward.propose': ['home-2', { kind: 'steward.propose', stewards: stewardsNamed(FOUR.toReversed()) }],
  'steward.approve': ['home-3', { kind: 'steward.approve', proposal: 'alone' }],
  'steward.refound': [
    'home-4',
    refounding(store, {
      stewards: stewardsNamed(['home-4']),
      signers: sketch.members.map(({ id }) => id),
      previous: { genesis: new Uint8Array(32).fill(1), height: 7, block: new Uint8Array(32).fill(2) },
    }),
  ],
}

interface Sample extends SignedOperation {
  /** The book in which it would be applied. */
  readonly store: KeyValue
}

const samples: readonly Sample[] = Object.values(acts).map(([by, act]) => ({
  ...stage.signed(by, act),
  store: act.kind === 'community.found' ? memoryStore() : store,
}))

/** Numbers that look random and are the same for the same seed. */
function dice(seed: number): (sides: number) => number {
  let state = seed | 1
  return (sides) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % sides
  }
}

type Roll = ReturnType<typeof dice>

const INTERESTING = [
  0x00, 0x17, 0x18, 0x1b, 0x40, 0x5f, 0x60, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xf7, 0xfb, 0xff,
]

/** Bytes with one to three pieces of damage: flipped bits, other bytes, cuts, insertions, repeats, parts of others. */
function damaged(whole: Uint8Array, other: Uint8Array, roll: Roll): Uint8Array {
  let bytes = [...whole]
  for (let left = 1 + roll(3); left > 0; left--) {
    const at = roll(bytes.length + 1)
    const length = 1 + roll(12)
    switch (roll(7)) {
      case 0:
      case 1:
        if (at < bytes.length) bytes[at] = present(bytes[at], 'a byte') ^ (1 << roll(8))
        break
      case 2:
        if (at < bytes.length) bytes[at] = INTERESTING[roll(INTERESTING.length)] ?? 0
        break
      case 3:
        bytes.splice(at, length)
        break
      case 4:
        bytes.splice(at, 0, ...Array.from({ length }, () => roll(256)))
        break
      case 5:
        bytes.splice(at, 0, ...bytes.slice(at, at + length))
        break
      default: {
        const from = roll(other.length)
        bytes = [...bytes.slice(0, at), ...other.slice(from, from + length), ...bytes.slice(at + length)]
      }
    }
  }
  return Uint8Array.from(bytes)
}

const never = (): never => {
  throw new Error('a refused operation has written')
}

/** A store on which nothing may be written. */
function untouched(below: KeyValue): KeyValue {
  return { ...below, set: never, delete: never }
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

function forged(
  { bytes, signature }: Sample,
  other: Sample,
  roll: Roll,
): Pick<SignedOperation, 'bytes' | 'signature'> {
  const way = roll(8)
  if (way === 0) return { bytes, signature: damaged(signature, other.signature, roll) }
  if (way === 1) return { bytes, signature: other.signature }
  return { bytes: damaged(bytes, other.bytes, roll), signature: way === 2 ? other.signature : signature }
}

describe('a hundred thousand damaged operations of every kind', () => {
  const before = samples.map((sample) => stateDigest(sample.store))

  test('would be applied as they were signed', () => {
    for (const { bytes, signature, store: book } of samples)
      expect(apply(overlayOn(book), { bytes, signature }, ports)).toMatchObject({ ok: true })
  })

  test('are refused by name without leaving a trace, and none passes for what somebody signed', () => {
    const met = new Set<string>()
    const batch = fc.nat().map((seed) => dice(seed))
    fc.assert(
      fc.property(batch, (roll) => {
        for (let n = 0; n < BATCH; n++) {
          const sample = present(samples[roll(samples.length)], 'a sample')
          const other = present(samples[roll(samples.length)], 'a sample')
          const forgery = forged(sample, other, roll)
          if (isSame(forgery.bytes, sample.bytes) && isSame(forgery.signature, sample.signature)) continue
          const played = apply(untouched(sample.store), forgery, ports)
          if (played.ok) throw new Error(`a forgery of ${sample.operation.kind} was taken`)
          met.add(played.refusal.is)
        }
      }),
      { numRuns: MUTATIONS / BATCH, endOnFailure: true },
    )
    expect(samples.map((sample) => stateDigest(sample.store))).toEqual(before)
    expect([...met].filter((name) => !Object.hasOwn(communityRefusals, name))).toEqual([])
    expect([...met]).toEqual(
      expect.arrayContaining(['malformed', 'signature-wrong', 'key-not-hers', 'nonce-used']),
    )
  })

  test('are answered, whatever they say, when their author signs the damage herself', () => {
    fc.assert(
      fc.property(
        fc.nat().map((seed) => dice(seed)),
        (roll) => {
          for (let n = 0; n < BATCH / 10; n++) {
            const sample = present(samples[roll(samples.length)], 'a sample')
            const bytes = damaged(
              sample.bytes,
              present(samples[roll(samples.length)], 'a sample').bytes,
              roll,
            )
            const signature = sign(seededKey(sample.operation.by), OPERATION_DOMAIN, bytes)
            const played = apply(overlayOn(sample.store), { bytes, signature }, ports)
            if (!played.ok) expect(communityRefusals).toHaveProperty([played.refusal.is])
          }
        },
      ),
      { numRuns: MUTATIONS / BATCH / 2, endOnFailure: true },
    )
    expect(samples.map((sample) => stateDigest(sample.store))).toEqual(before)
  })
})
