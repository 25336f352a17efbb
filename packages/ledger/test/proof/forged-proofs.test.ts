import { present } from '@tri/units'
import { beforeAll, describe, expect, test } from 'vitest'

import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { PROOF_BYTES_MAX } from '../../src/proof/proof-bytes.ts'
import { proofOf } from '../../src/proof/proof-of.ts'
import { verifyProof } from '../../src/proof/verify-proof.ts'
import { FOUR, lived, OTHER_SEVEN, SEVEN, stewardTown } from '../../src/testing/steward-town.ts'

const MUTATED = 100_000
const places = new Map<string, Uint8Array>()
let text = ''
let short = new Uint8Array()
let long = new Uint8Array()

beforeAll(async () => {
  const young = lived(stewardTown())
  text = young.text
  short = Uint8Array.from(present(await proofOf(young.source, 'account/home-1'), 'home 1 has an account'))
  const old = lived(stewardTown(), FOUR, SEVEN, OTHER_SEVEN)
  long = Uint8Array.from(present(await proofOf(old.source, 'account/home-2'), 'home 2 has an account'))
})

/** The place that is named when bytes are not believed. */
function placeOf(bytes: Uint8Array): string | undefined {
  const outcome = verifyProof(bytes, text, nodePrimitives)
  return outcome.ok ? undefined : outcome.refusal.place
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

describe('a forged proof', () => {
  test('is refused with its place when any one bit is another', () => {
    for (let bit = 0; bit < short.length * 8; bit++) {
      const place = placeOf(flipped(short, bit))
      if (place === undefined || place === '') expect.fail(`bit ${bit} was not missed`)
      places.set(place, short)
    }
    const named = [
      'genesis',
      'header',
      'header.appHash',
      'header.chainId',
      'header.validatorsHash',
      'validators',
    ]
    expect([...places.keys()]).toEqual(
      expect.arrayContaining([...named, 'commit.signature[0]', 'leaf', 'path.step[4]']),
    )
  })

  test('of a longer history names the change of stewards and the signature that is wrong', () => {
    const named = new Set<string>()
    for (let bit = 3; bit < long.length * 8; bit += 61) {
      const place = placeOf(flipped(long, bit))
      if (place === undefined) expect.fail(`bit ${bit} was not missed`)
      named.add(place)
    }
    expect([...named]).toEqual(
      expect.arrayContaining([
        'set-change[1].commit.signature[2]',
        'set-change[2].validators',
        'commit.signature[4]',
      ]),
    )
  })

  test('is never believed and never breaks the program, in a hundred thousand mutations', () => {
    const random = dice(20_261_122)
    let refused = 0
    for (let i = 0; i < MUTATED; i++) if (placeOf(mutated(random)) !== undefined) refused++
    expect(refused).toBe(MUTATED)
  })

  test('may claim any size and any depth: nothing is set aside for a claim', () => {
    const claims = [
      Uint8Array.of(0x9b, 0, 0, 0, 255, 255, 255, 255, 255),
      Uint8Array.of(0x5b, 0, 0, 0, 255, 255, 255, 255, 255),
      new Uint8Array(PROOF_BYTES_MAX).fill(0x81),
      new Uint8Array(PROOF_BYTES_MAX + 1),
      new Uint8Array(),
    ]
    expect(claims.map(placeOf)).toEqual(claims.map(() => 'proof'))
  })
})

type Dice = (below: number) => number

/** Mulberry32: the same mutations tomorrow. */
function dice(seed: number): Dice {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const MUTATIONS: readonly ((bytes: Uint8Array, random: Dice) => Uint8Array)[] = [
  (bytes, random) => flipped(bytes, random(bytes.length * 8)),
  (bytes, random) => flipped(flipped(bytes, random(bytes.length * 8)), random(bytes.length * 8)),
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => Uint8Array.of(...bytes, ...bytes.subarray(0, 1 + random(20))),
  (bytes, random) => bytes.with(random(bytes.length), random(256)),
  (bytes, random) => spliced(bytes, random(bytes.length), { cut: 1 + random(8) }),
  (bytes, random) => spliced(bytes, random(bytes.length), { put: [random(256), random(256)] }),
  (bytes, random) => {
    const [at, from] = [random(bytes.length - 64), random(bytes.length - 64)]
    const copy = Uint8Array.from(bytes)
    copy.set(bytes.subarray(from, from + 1 + random(63)), at)
    return copy
  },
  (bytes, random) => {
    const at = random(Math.min(bytes.length, long.length))
    return Uint8Array.of(...bytes.subarray(0, at), ...long.subarray(at))
  },
]

function spliced(
  bytes: Uint8Array,
  at: number,
  { cut = 0, put = [] }: { readonly cut?: number; readonly put?: readonly number[] },
): Uint8Array {
  return Uint8Array.of(...bytes.subarray(0, at), ...put, ...bytes.subarray(at + cut))
}

/** A proof with one thing done to it; what comes out unchanged is tried again. */
function mutated(random: Dice): Uint8Array {
  for (;;) {
    const bytes = random(16) === 0 ? long : short
    const mutation = MUTATIONS[random(MUTATIONS.length)] ?? flippedFirst
    const result = mutation(bytes, random)
    if (Buffer.compare(result, short) !== 0 && Buffer.compare(result, long) !== 0) return result
  }
}

function flippedFirst(bytes: Uint8Array): Uint8Array {
  return flipped(bytes, 0)
}
