import { memoryStore } from '@tri/community'
import type { Follower, ProvedRecord } from '@tri/ledger'
import { accept, refuse } from '@tri/units'
import { describe, expect, it } from 'vitest'

import { OWN_LINES_MAX, ownLines } from '../../src/member-box/own-lines.ts'

const signal = new AbortController().signal

/** A payment of 1 µCC a line, as a proof shows it. */
function lineOf(number: number): ProvedRecord {
  const values = {
    number,
    operation: `pay-${number}`,
    sequence: number + 1,
    at: 1_780_272_000_000 + number,
    posting: 'transfer',
    amount: 1,
    balance: number,
    firstSlot: undefined,
    slots: undefined,
    version: undefined,
    rings: undefined,
    other: 'home-2',
    memo: undefined,
  }
  return { kind: 'posting', account: 'home-1', values }
}

/** A follower whose stewards show so many lines of hers, and which keeps what it has fetched. */
function following(shown: { lines: number }) {
  const kept = new Set<number>()
  const follower: Follower = {
    view: undefined,
    proof: undefined,
    sync: async () => refuse({ is: 'no-steward-answers', lies: [] }),
    record: async (wanted) => {
      if (wanted.is !== 'line' || wanted.number > shown.lines)
        return refuse({ is: 'no-steward-answers', lies: [] })
      kept.add(wanted.number)
      return accept(lineOf(wanted.number))
    },
    held: (wanted) =>
      wanted.is === 'line' && kept.has(wanted.number)
        ? { record: lineOf(wanted.number), proof: Uint8Array.of(1) }
        : undefined,
    forget: (wanted) => void (wanted.is === 'line' && kept.delete(wanted.number)),
    community: async () => refuse({ is: 'no-steward-answers', lies: [] }),
    totals: async () => refuse({ is: 'no-steward-answers', lies: [] }),
    [Symbol.dispose]: () => undefined,
  }
  return { follower, kept }
}

const numbers = (page: { readonly lines: readonly { readonly number: number }[] }) =>
  page.lines.map(({ number }) => number)

describe('the lines that a member’s box holds', () => {
  it('come in their order, go on after a steward fell silent, and are there after a restart', async () => {
    const shown = { lines: 2 }
    const { follower } = following(shown)
    const disk = memoryStore()
    const lines = ownLines(disk, follower)
    expect(await lines.fetch(5, signal)).toHaveLength(2)
    expect(lines.newest).toBe(2)
    shown.lines = 5
    expect((await lines.fetch(5, signal)).map(({ number }) => number)).toEqual([3, 4, 5])
    const again = ownLines(disk, follower)
    const page = again.page({ limit: 2 })
    expect([numbers(page), page.next]).toEqual([[5, 4], 3])
    expect(numbers(again.page({ cursor: 3, limit: 10 }))).toEqual([3, 2, 1])
    expect(again.ofOperation('pay-4')).toMatchObject({ number: 4, other: 'home-2' })
    expect(again.ofOperation('pay-9')).toBeUndefined()
    expect(again.proofOf('pay-4')).toEqual(Uint8Array.of(1))
  })

  it(`are the newest ${OWN_LINES_MAX}: older ones are forgotten, with their proofs`, async () => {
    const shown = { lines: OWN_LINES_MAX }
    const { follower, kept } = following(shown)
    const lines = ownLines(memoryStore(), follower)
    await lines.fetch(OWN_LINES_MAX, signal)
    expect(lines.ofOperation('pay-1')).toMatchObject({ number: 1 })
    shown.lines += 3
    await lines.fetch(shown.lines, signal)
    expect([lines.held, lines.newest, kept.size]).toEqual([OWN_LINES_MAX, OWN_LINES_MAX + 3, OWN_LINES_MAX])
    expect(lines.ofOperation('pay-3')).toBeUndefined()
    expect(numbers(lines.page({ cursor: 4, limit: 10 }))).toEqual([4])
  })

  it('begin anew where a box was away for longer than it keeps', async () => {
    const shown = { lines: 10 }
    const { follower, kept } = following(shown)
    const lines = ownLines(memoryStore(), follower)
    await lines.fetch(10, signal)
    shown.lines = OWN_LINES_MAX + 50
    await lines.fetch(shown.lines, signal)
    expect([lines.held, kept.size, kept.has(10), kept.has(51)]).toEqual([
      OWN_LINES_MAX,
      OWN_LINES_MAX,
      false,
      true,
    ])
  })
})
