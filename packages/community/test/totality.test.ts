import { typescriptKernel } from '@tri/exchange'
import { canonicalBytes } from '@tri/units'
import { hex, sha256, sign } from '@tri/units/crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { OPERATION_BYTES_MAX, OPERATION_DOMAIN, apply, stateDigest } from '../src/index.ts'
import { MAY, foundingOf, prova, seededKey, stageFor, states } from '../src/testing/index.ts'

const stage = stageFor(prova())
const { store } = stage.book
const before = stateDigest(store)
const ports = { kernel: typescriptKernel }
const samples = [
  stage.signed('coop', foundingOf(prova())),
  stage.signed('home-1', states([{ meter: 'm1', firstSlot: MAY, wh: [[1, 2]] }])),
  stage.signed('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 1 }),
  stage.signed('coop', { kind: 'charter.amend', charter: { rule: 'static', keys: { m1: '1' } } }),
  stage.signed('coop', { kind: 'energy.finalise', firstSlot: MAY, slots: 4 }),
]

const leaf = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 40 }),
)
const anyValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 8 }), tie('value'), { maxKeys: 4 }),
  ),
})).value

describe('apply is total', () => {
  test('any bytes are refused or applied, never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 70 }), (bytes, signature) => {
        expect(apply(store, { bytes, signature }, ports)).toMatchObject({
          ok: false,
          refusal: { is: 'malformed' },
        })
      }),
      { numRuns: 300 },
    )
    expect(stateDigest(store)).toBe(before)
  })

  test('an operation with any bit flipped is refused', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.boolean(),
        ({ bytes, signature }, at, inSignature) => {
          const flipped = (whole: Uint8Array): Uint8Array =>
            whole.map((byte, i) => (i === Math.floor(at / 8) % whole.length ? byte ^ (1 << (at % 8)) : byte))
          const changed = inSignature
            ? { bytes, signature: flipped(signature) }
            : { bytes: flipped(bytes), signature }
          expect(apply(store, changed, ports).ok).toBe(false)
        },
      ),
      { numRuns: 500 },
    )
    expect(stateDigest(store)).toBe(before)
  })

  test('a signed operation with any field replaced by anything is answered, not thrown at', () => {
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.nat(20), anyValue, ({ operation }, nth, value) => {
        const fields = Object.keys(operation)
        const field = fields[nth % fields.length] ?? 'kind'
        const bytes = canonicalBytes({ ...operation, [field]: value } as never)
        const signature = sign(seededKey(operation.by), OPERATION_DOMAIN, bytes)
        expect(apply(stageFor(prova()).book.store, { bytes, signature }, ports)).toHaveProperty('ok')
      }),
      { numRuns: 300 },
    )
  })

  test('a charter of any content is refused by name or accepted', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 8 }), anyValue, { maxKeys: 5 }), (extra) => {
        const charter = { rule: 'neighbour-first', creditPerKwh: {}, version: 2, from: MAY, ...extra }
        expect(stageFor(prova()).act('coop', { kind: 'charter.amend', charter } as never)).toHaveProperty(
          'ok',
        )
      }),
      { numRuns: 200 },
    )
  })

  test('a caller’s word for a signature is taken for exactly the bytes and the signature it was asked about', () => {
    const stage = stageFor(prova())
    const { bytes, signature } = stage.signed('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 1 })
    const asked: unknown[] = []
    const forged = { bytes, signature: new Uint8Array(64) }
    const isSigned = (signed: unknown, digest: string): boolean => asked.push([signed, digest]) > 1
    const verifying = apply(stage.book.store, forged, { ...ports, isSigned })
    expect(verifying).toMatchObject({ refusal: { is: 'signature-wrong' } })
    expect(apply(stage.book.store, forged, { ...ports, isSigned })).toMatchObject({ ok: true })
    expect(asked).toEqual(Array.from({ length: 2 }, () => [forged, hex(sha256(bytes))]))
    expect(signature).not.toEqual(forged.signature)
  })

  test('more bytes than an operation may have are not even read', () => {
    const bytes = new Uint8Array(OPERATION_BYTES_MAX + 1)
    expect(apply(store, { bytes, signature: new Uint8Array(64) }, ports)).toMatchObject({
      refusal: { is: 'malformed', details: { expected: `at most ${OPERATION_BYTES_MAX} bytes` } },
    })
  })
})
