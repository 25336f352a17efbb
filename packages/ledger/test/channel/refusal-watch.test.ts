import { describe, expect, it } from 'vitest'

import { refusalWatch } from '../../src/channel/refusal-watch.ts'

/** Four stewards, of whom one may lie. */
const ofFour = () => refusalWatch(() => 1)

describe('the rule of “refused”', () => {
  it('asks again only after more stewards refused than may lie, each counted once', () => {
    const watch = ofFour()
    watch.says('a', 'refused')
    watch.says('a', 'refused')
    watch.says('b', 'unknown')
    watch.says('c', 'accepted')
    expect(watch.isAskingAgain).toBe(false)
    watch.says('b', 'refused')
    expect(watch.isAskingAgain).toBe(true)
  })

  it('believes it once as many said afterwards that it is neither in the book nor on its way', () => {
    const watch = ofFour()
    for (const steward of ['a', 'b']) watch.says(steward, 'refused')
    expect(watch.isRefusedAfterRound()).toBe(false)
    watch.says('a', 'refused')
    expect(watch.isRefusedAfterRound()).toBe(false)
    watch.says('a', 'refused')
    watch.says('c', 'unknown')
    expect(watch.isRefusedAfterRound()).toBe(true)
  })

  it('waits while a steward says that a copy is on its way, and not for ever', () => {
    const watch = ofFour()
    for (const steward of ['a', 'b']) watch.says(steward, 'refused')
    const rounds = [1, 2, 3].map(() => {
      for (const steward of ['a', 'b', 'c']) watch.says(steward, 'refused')
      watch.says('liar', 'accepted')
      return watch.isRefusedAfterRound()
    })
    expect(rounds).toEqual([false, false, true])
  })

  it('goes back to counting refusals when the stewards become more', () => {
    let liars = 0
    const watch = refusalWatch(() => liars)
    watch.says('a', 'refused')
    expect(watch.isAskingAgain).toBe(true)
    liars = 1
    expect(watch.isAskingAgain).toBe(false)
  })
})
