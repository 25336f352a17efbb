import { describe, expect, test } from 'vitest'

import { longFrame, mbusDialogue, TRIES_MAX, type MbusDialogue } from '../../src/mbus/mbus-dialogue.ts'

const ACKNOWLEDGED = Uint8Array.of(0xe5)
const first = longFrame(Uint8Array.fromHex('080172785634122d2c0104010000000406010000001f'))
const last = longFrame(Uint8Array.fromHex('080172785634122d2c010401000000040602000000'))

function sent({ step }: MbusDialogue): string {
  return step.is === 'send' ? step.bytes.toHex() : step.is
}

describe('the dialogue with a meter', () => {
  test('normalises it, asks, and asks on with the other frame count bit while more follows', () => {
    const dialogue = mbusDialogue({ by: 'primary', address: 1 })
    expect(sent(dialogue)).toBe('1040014116')
    dialogue.take(ACKNOWLEDGED)
    expect(sent(dialogue)).toBe('107b017c16')
    dialogue.take(first.subarray(0, 9))
    dialogue.take(first.subarray(9))
    expect(sent(dialogue)).toBe('105b015c16')
    dialogue.take(last)
    expect(dialogue.step).toMatchObject({ is: 'read', frames: [{ bytes: first }, { bytes: last }] })
  })

  test('selects it by its number, and then asks at the address of the selected', () => {
    const dialogue = mbusDialogue({ by: 'secondary', id: '12345678' })
    expect(sent(dialogue)).toBe('1040fd3d16')
    dialogue.take(ACKNOWLEDGED)
    expect(sent(dialogue)).toBe('680b0b6853fd5278563412ffffffffb216')
    dialogue.take(ACKNOWLEDGED)
    expect(sent(dialogue)).toBe('107bfd7816')
  })

  test('asks again with the same frame count bit when the answer is damaged', () => {
    const dialogue = mbusDialogue({ by: 'primary', address: 1 })
    dialogue.take(ACKNOWLEDGED)
    const damaged = last.slice()
    damaged[10] = 0xff
    dialogue.take(damaged)
    expect(sent(dialogue)).toBe('107b017c16')
    dialogue.take(last)
    expect(dialogue.step.is).toBe('read')
  })

  test('takes no echo of its question for an answer', () => {
    const dialogue = mbusDialogue({ by: 'primary', address: 1 })
    dialogue.take(ACKNOWLEDGED)
    dialogue.take(Uint8Array.fromHex('107b017c16'))
    expect(sent(dialogue)).toBe('107b017c16')
    dialogue.take(last)
    expect(dialogue.step.is).toBe('read')
  })

  test(`gives up after ${TRIES_MAX} questions without an answer, or with unusable ones`, () => {
    const silent = mbusDialogue({ by: 'primary', address: 1 })
    for (let question = 0; question < 2 * TRIES_MAX - 1; question++) silent.silence()
    expect(silent.step.is).toBe('send')
    silent.silence()
    expect(silent.step).toEqual({ is: 'refused', refusal: 'mbus-silent' })

    const noisy = mbusDialogue({ by: 'primary', address: 1 })
    noisy.take(ACKNOWLEDGED)
    const damaged = last.slice()
    damaged[10] = 0xff
    for (let question = 0; question < TRIES_MAX; question++) noisy.take(damaged)
    expect(noisy.step).toEqual({ is: 'refused', refusal: 'mbus-answer-unusable' })
  })
})
