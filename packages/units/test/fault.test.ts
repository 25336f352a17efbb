import { describe, expect, test } from 'vitest'

import { accept, Fault, faultSentence, must, present, refuse, unitsFaults } from '../src/index.ts'

describe('a fault', () => {
  test('names its code, what it concerns and what caused it', () => {
    const cause = new Error('the disk')
    const fault = new Fault('key-unusable', { length: 31 }, { cause })
    expect(fault.message).toBe('key-unusable length=31')
    expect(fault.cause).toBe(cause)
    expect(new Fault('key-unusable').message).toBe('key-unusable')
  })
  test('is told in the reader’s language, with its details filled in', () => {
    const details = { value: 0.5, unit: 'Wh' }
    expect(faultSentence(unitsFaults, 'quantity-not-exact', details)).toMatch(
      /^0.5 is not an exact amount of Wh/,
    )
    expect(faultSentence(unitsFaults, 'quantity-not-exact', details, 'it')).toMatch(
      /^0.5 non è una quantità esatta di Wh/,
    )
  })
  test('shows lists, objects and what is absent rather than hiding them', () => {
    const texts = { odd: { en: '{list} {object} {absent} {big}', it: '' } }
    const details = { list: [1, 'b'], object: { a: 1 }, absent: undefined, big: 2n }
    expect(faultSentence(texts, 'odd', details)).toBe('1, b {"a":1} {absent} 2')
  })
  test('without a sentence shows its code and details', () => {
    expect(faultSentence({}, 'odd', { meter: 'm1' })).toBe('odd meter=m1')
  })
  test('is not told with the words of a name every object has', () => {
    expect(faultSentence({}, 'toString', {})).toBe('toString')
  })
})

describe('what must be true', () => {
  test('passes silently when it is, and names the broken promise when it is not', () => {
    must(true, 'one is one')
    expect(() => must(false, 'the sum is 0', { sum: 1 })).toThrow('must promise=the sum is 0 sum=1')
  })
  test('a place that must be filled gives its value, also when that is 0 or empty', () => {
    expect(present(0, 'a count')).toBe(0)
    expect(present('', 'a name')).toBe('')
    for (const empty of [undefined, null]) expect(() => present(empty, 'a meter')).toThrow('must')
  })
})

describe('an outcome', () => {
  test('is a value or a refusal, and says which', () => {
    expect(accept(3)).toEqual({ ok: true, value: 3 })
    expect(refuse('too-late')).toEqual({ ok: false, refusal: 'too-late' })
  })
})
