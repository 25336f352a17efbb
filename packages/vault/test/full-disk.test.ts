import { describe, expect, test } from 'vitest'

import { seededVault } from '../src/testing/index.ts'
import { DAY, HOUSEHOLD, range, seconds } from './entries.ts'

const FULL = expect.objectContaining({ code: 'vault-disk-full' })

describe('a vault whose disk is full', () => {
  test('refuses by name, loses nothing it acknowledged, still shows it, and goes on by itself once there is room', () => {
    using kept = seededVault('full disk', { bytesMax: 120 * 1024 })
    const asked = { ...HOUSEHOLD, grain: 'second', ...range(0, DAY) } as const
    const stored = (vault = kept.vault): number => {
      const seen = vault.view(asked)
      return seen.ok ? seen.value.rows.length : -1
    }
    let acknowledged = 0
    expect(() => {
      for (;;) {
        kept.vault.append(seconds(acknowledged, 450))
        acknowledged += 450
      }
    }).toThrow(FULL)
    expect(acknowledged).toBeGreaterThan(0)
    expect(stored()).toBe(acknowledged)
    // It goes on being full, and goes on saying so.
    expect(() => kept.vault.append(seconds(acknowledged, 4000))).toThrow(FULL)
    expect(stored()).toBe(acknowledged)
    const roomy = kept.reopened({ bytesMax: 8 * 1024 * 1024 })
    expect(stored(roomy)).toBe(acknowledged)
    roomy.append(seconds(acknowledged, 4000))
    expect(stored(roomy)).toBe(acknowledged + 4000)
    expect(roomy.damage()).toEqual([])
  })

  test('goes on in the same process when room is made', () => {
    using kept = seededVault('room made', { bytesMax: 120 * 1024 })
    let next = 0
    const fill = (): void => {
      for (;;) {
        kept.vault.append(seconds(next, 900))
        next += 900
      }
    }
    expect(fill).toThrow(FULL)
    const { from, until } = range(0, DAY)
    const erased = kept.vault.erase({ owner: 'home-1', meter: 'm1', from, until, totals: true })
    expect(erased.ok).toBe(true)
    kept.vault.append(seconds(DAY / 1000, 10))
    const seen = kept.vault.view({ ...HOUSEHOLD, grain: 'second', ...range(0, 2 * DAY) })
    expect(seen.ok && seen.value.rows).toHaveLength(10)
  })

  test('shows the household its own readings without a receipt on the disk, and writes it when there is room', () => {
    using kept = seededVault('receipts', { bytesMax: 120 * 1024 })
    let next = 0
    expect(() => {
      for (;;) kept.vault.append(seconds((next += 900), 900))
    }).toThrow(FULL)
    const fillReceipts = (): void => {
      for (let at = 0; ; at++) {
        kept.vault.view({ ...HOUSEHOLD, by: `stranger-${at}`, grain: 'second', ...range(0, DAY) })
      }
    }
    // A stranger’s question is not answered at all when it cannot be written down.
    expect(fillReceipts).toThrow(FULL)
    const { from, until } = range(0, DAY)
    expect(kept.vault.view({ ...HOUSEHOLD, grain: 'slot', from, until }).ok).toBe(true)
    expect(() =>
      kept.vault.view({ ...HOUSEHOLD, purpose: 'settlement', grain: 'slot', from, until }),
    ).toThrow(FULL)
    const erased = kept.vault.erase({ owner: 'home-1', meter: 'm1', ...range(0, DAY), totals: true })
    expect(erased.ok).toBe(true)
    kept.vault.append(seconds(DAY / 1000, 1))
    const mine = kept.vault
      .receipts(kept.clock.at, (kept.clock.at + 1) as typeof kept.clock.at)
      .filter(({ by }) => by === 'home-1')
    expect(mine).toMatchObject([{ grain: 'slot', purpose: 'household', outcome: 'granted' }])
  })
})
