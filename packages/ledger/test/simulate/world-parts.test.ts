import { present } from '@tri/units'
import { describe, expect, test } from 'vitest'

import { agendaFrom } from '../../simulate/agenda.ts'
import { diceOf } from '../../simulate/dice.ts'

function throws(seed: number, purpose: string): number[] {
  const dice = diceOf(seed, purpose)
  return Array.from({ length: 20 }, () => dice.below(1_000_000))
}

describe('the dice of a simulation', () => {
  test('fall alike for the same seed and purpose, and otherwise for another', () => {
    expect(throws(7, 'network')).toEqual(throws(7, 'network'))
    expect(throws(7, 'network')).not.toEqual(throws(8, 'network'))
    expect(throws(7, 'network')).not.toEqual(throws(7, 'weather'))
  })

  test('show every side about as often', () => {
    const dice = diceOf(1, 'fair')
    const sides = new Uint32Array(6)
    for (let i = 0; i < 60_000; i++) {
      const side = dice.below(6)
      sides[side] = present(sides[side], 'a die has six sides') + 1
    }
    for (const count of sides) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  })

  test('shuffle without losing anything', () => {
    const list = Array.from({ length: 50 }, (_, i) => i)
    const shuffled = diceOf(3, 'cards').shuffled(list)
    expect(shuffled).not.toEqual(list)
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(list)
  })
})

describe('the agenda of a simulation', () => {
  test('lets things happen by time, and those of one moment in the order they were planned', () => {
    const agenda = agendaFrom(1_000)
    const happened: string[] = []
    const note = (name: string) => (): void => void happened.push(`${name} at ${agenda.now}`)
    agenda.plan(30, note('late'))
    agenda.plan(10, note('first'))
    agenda.plan(10, note('second'))
    agenda.plan(20, () => agenda.plan(0, note('planned on the way')))
    while (agenda.step());
    expect(happened).toEqual([
      'first at 1010',
      'second at 1010',
      'planned on the way at 1020',
      'late at 1030',
    ])
  })
})
