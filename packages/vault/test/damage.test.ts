import { readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import { present } from '@tri/units'
import { describe, expect, test } from 'vitest'

import type { Vault } from '../src/index.ts'
import { seededVault, type SeededVault } from '../src/testing/index.ts'
import { DAY, HOUSEHOLD, MAY, range, reading, seconds } from './entries.ts'

const QUARTER = 900_000

function checked(vault: Vault) {
  const check = vault.check()
  let step = check.next()
  while (step.done !== true) step = check.next()
  return step.value
}

function seen(vault: Vault) {
  const found = vault.view({ ...HOUSEHOLD, grain: 'second', ...range(0, DAY) })
  if (!found.ok) throw new Error(found.refusal)
  return found.value
}

/** Eight quarter hours of seconds, and what the file holds of one of them. */
function eightBlocks(kept: SeededVault): void {
  for (let block = 0; block < 8; block++) kept.vault.append(seconds(900 * block, 900))
  kept.vault.close()
}

/** Flips one bit of the file in the middle of the bytes that a query gives. */
function flipBit(path: string, query: string): void {
  const database = new DatabaseSync(path)
  const bytes = present(database.prepare(query).get()?.['bytes'], 'the bytes are there')
  database.close()
  if (!(bytes instanceof Uint8Array)) throw new Error('not bytes')
  const file = readFileSync(path)
  const at = file.indexOf(bytes.subarray(0, 64))
  expect(at).toBeGreaterThan(0)
  file[at + 40] = (file[at + 40] ?? 0) ^ 4
  writeFileSync(path, file)
}

describe('a file with a damaged block', () => {
  test('gives every other block, and names the channel and the range of what is lost', () => {
    using kept = seededVault('one bit')
    eightBlocks(kept)
    flipBit(kept.ports.path, 'SELECT bytes FROM blocks WHERE number = 3')
    const again = kept.reopened()
    const lost = {
      meter: 'm1',
      resolution: 'second',
      from: MAY + 3 * QUARTER,
      until: MAY + 4 * QUARTER,
      block: 3,
      reason: 'is not what was signed',
    }
    expect(seen(again).rows).toHaveLength(7 * 900)
    expect(seen(again).damaged).toEqual([lost])
    const { blocks, damaged, unsigned, isLogWhole } = checked(again)
    expect({ blocks, damaged, unsigned, isLogWhole }).toEqual({
      blocks: 7,
      damaged: [lost],
      unsigned: [],
      isLogWhole: true,
    })
  })

  test('goes on taking readings of the range that is lost', () => {
    using kept = seededVault('mended')
    eightBlocks(kept)
    flipBit(kept.ports.path, 'SELECT bytes FROM blocks WHERE number = 3')
    const again = kept.reopened()
    expect(again.append(seconds(2700, 900))).toMatchObject({ stored: 900 })
    expect(seen(again).rows).toHaveLength(8 * 900)
  })

  test('is checked in steps, between which readings go on', () => {
    using kept = seededVault('steps')
    for (let block = 0; block < 70; block++) kept.vault.append(seconds(900 * block, 900))
    const check = kept.vault.check()
    expect(check.next()).toEqual({ done: false, value: 64 })
    kept.vault.append(seconds(63_000, 900))
    expect(check.next()).toEqual({ done: false, value: 70 })
    expect(check.next().value).toMatchObject({ blocks: 70, isLogWhole: true, damaged: [], unsigned: [] })
    expect(checked(kept.vault)).toMatchObject({ blocks: 71, isLogWhole: true })
  })

  test('shows when a leaf or a signature was put in place of another, or a block is missing', () => {
    using kept = seededVault('forged')
    eightBlocks(kept)
    const tamper = (sql: string): ReturnType<typeof checked> => {
      const database = new DatabaseSync(kept.ports.path)
      database.exec(sql)
      database.close()
      const report = checked(kept.reopened())
      kept.vault.close()
      return report
    }
    expect(tamper('UPDATE leaves SET signature = zeroblob(64) WHERE number = 2')).toMatchObject({
      unsigned: [2],
      isLogWhole: true,
    })
    expect(tamper('UPDATE leaves SET leaf = zeroblob(32) WHERE number = 4')).toMatchObject({
      unsigned: [2, 4],
      isLogWhole: false,
    })
    expect(tamper('DELETE FROM leaves WHERE number = 7')).toMatchObject({ isLogWhole: false })
  })

  test('and with damage in what is in no block yet, names that too', () => {
    using kept = seededVault('tail')
    kept.vault.append(seconds(0, 900))
    kept.vault.append(seconds(900, 60))
    kept.vault.append([reading({ at: 2000_000 })])
    kept.vault.append(seconds(1860, 60))
    kept.vault.close()
    flipBit(kept.ports.path, 'SELECT bytes FROM tail ORDER BY length(bytes) DESC')
    const { rows, damaged } = seen(kept.reopened())
    expect(rows.length).toBe(961)
    expect(damaged).toMatchObject([
      { meter: 'm1', from: MAY + 2 * QUARTER, until: MAY + 3 * QUARTER, block: null },
    ])
  })

  test('and with whole pages of it spoilt, either reads what it can or says that it cannot', () => {
    using kept = seededVault('pages')
    eightBlocks(kept)
    const whole = readFileSync(kept.ports.path)
    for (let page = 1; page < whole.length / 4096; page++) {
      const spoilt = Buffer.from(whole)
      spoilt.fill(0x5a, page * 4096, (page + 1) * 4096)
      writeFileSync(kept.ports.path, spoilt)
      let said = ''
      try {
        const again = kept.reopened()
        const { rows, damaged } = seen(again)
        // What is not shown is named: nothing goes missing in silence, unless the index itself is gone, which the check tells.
        if (rows.length + 900 * damaged.length < 7200) said = JSON.stringify(checked(again).isLogWhole)
        else said = 'named'
      } catch (error) {
        said = String(error)
      }
      expect(said, `page ${page}`).toMatch(/^(?:named|false|vault-|Fault: vault-|block-|Fault: block-)/)
      kept.vault.close()
    }
  })
})
