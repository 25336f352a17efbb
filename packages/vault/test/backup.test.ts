import {
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { gatherAppends, openVault, restoreVault, vaultKeyFile, type Appended } from '../src/index.ts'
import { seededDice, seededVault, type SeededVault } from '../src/testing/index.ts'
import { DAY, HOUSEHOLD, range, reading, seconds } from './entries.ts'

const PASSPHRASE = 'cavallo giusto pila graffetta'

function code(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

function count(kept: Pick<SeededVault, 'vault'>): number {
  const seen = kept.vault.view({ ...HOUSEHOLD, grain: 'second', ...range(0, DAY) })
  return seen.ok ? seen.value.rows.length : -1
}

describe('a backup', () => {
  test('is made while readings go on, and has all that was acknowledged before', async () => {
    using kept = seededVault('backup')
    kept.vault.append(seconds(0, 5000))
    const to = join(kept.folder, 'copy.sqlite')
    const copying = kept.vault.backup({ to })
    kept.vault.append(seconds(5000, 100))
    await copying
    kept.vault.append(seconds(5100, 100))
    const restored = join(kept.folder, 'restored.sqlite')
    restoreVault({ from: to, to: restored })
    using vault = openVault({ ...kept.ports, path: restored })
    expect(count({ vault })).toBeGreaterThanOrEqual(5000)
    expect(vault.append(seconds(0, 5200)).known).toBeGreaterThanOrEqual(5000)
    expect(count({ vault })).toBe(5200)
    expect(count(kept)).toBe(5200)
  })

  test('holds no key, unless it was asked for with a passphrase, and then wrapped', async () => {
    using kept = seededVault('carried key')
    kept.vault.append(seconds(0, 10))
    const [bare, carrying] = [join(kept.folder, 'bare.sqlite'), join(kept.folder, 'carrying.sqlite')]
    await kept.vault.backup({ to: bare })
    await kept.vault.backup({ to: carrying, passphrase: PASSPHRASE })
    for (const path of [bare, carrying]) expect(readFileSync(path).includes(kept.ports.key)).toBe(false)
    const [to, keyFile] = [join(kept.folder, 'vault-2.sqlite'), join(kept.folder, 'vault-2.key')]
    const carried = { passphrase: PASSPHRASE, keyFile }
    expect(code(() => restoreVault({ from: bare, to, carried }))).toBe('backup-without-key')
    const wrong = { passphrase: `${PASSPHRASE}!`, keyFile }
    expect(code(() => restoreVault({ from: carrying, to, carried: wrong }))).toBe('passphrase-wrong')
    expect(existsSync(to) || existsSync(keyFile)).toBe(false)
    restoreVault({ from: carrying, to, carried })
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    using vault = openVault({ ...kept.ports, path: to, key: vaultKeyFile(keyFile, seededDice('unused')) })
    expect(count({ vault })).toBe(10)
  })

  test('is not written over anything, and a damaged one is told from a whole one', async () => {
    using kept = seededVault('damaged backup')
    kept.vault.append(seconds(0, 9000))
    const from = join(kept.folder, 'copy.sqlite')
    await kept.vault.backup({ to: from })
    await expect(kept.vault.backup({ to: from })).rejects.toMatchObject({ code: 'backup-exists' })
    await expect(
      kept.vault.backup({ to: join(kept.folder, 'x'), passphrase: 'short' }),
    ).rejects.toMatchObject({
      code: 'passphrase-too-short',
    })
    expect(code(() => restoreVault({ from, to: kept.ports.path }))).toBe('backup-exists')
    const half = join(kept.folder, 'half.sqlite')
    copyFileSync(from, half)
    truncateSync(half, 4096 * 12)
    const to = join(kept.folder, 'restored.sqlite')
    expect(code(() => restoreVault({ from: half, to }))).toBe('vault-unreadable')
    writeFileSync(half, 'no database at all, but long enough to be looked at as one. '.repeat(40))
    expect(code(() => restoreVault({ from: half, to }))).toBe('vault-unreadable')
    expect(existsSync(to)).toBe(false)
  })
})

describe('the file of a vault’s key', () => {
  test('is made once, for its owner alone, and read again', () => {
    using kept = seededVault('key file')
    const path = join(kept.folder, 'vault.key')
    const key = vaultKeyFile(path, seededDice('key'))
    expect(key).toHaveLength(32)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(vaultKeyFile(path, seededDice('other'))).toEqual(key)
  })

  test('that others may read, or that holds no key, is refused', () => {
    using kept = seededVault('exposed key')
    const path = join(kept.folder, 'vault.key')
    vaultKeyFile(path, seededDice('key'))
    chmodSync(path, 0o640)
    expect(code(() => vaultKeyFile(path, seededDice('key')))).toBe('vault-key-exposed')
    chmodSync(path, 0o600)
    truncateSync(path, 31)
    expect(code(() => vaultKeyFile(path, seededDice('key')))).toBe('vault-key-unreadable')
  })
})

describe('devices that share one wait for the disk', () => {
  test('are acknowledged together, once what they put is on the disk', async () => {
    using kept = seededVault('gathering')
    let calls = 0
    let run: (() => void) | undefined
    const append = (entries: Parameters<typeof kept.vault.append>[0]): Appended => {
      calls++
      return kept.vault.append(entries)
    }
    const put = gatherAppends({ append }, (flush) => {
      run = flush
    })
    const devices = Array.from({ length: 200 }, (_, i) => put([reading({ at: 0, meter: `m${i}` })]))
    expect(calls).toBe(0)
    run?.()
    expect(calls).toBe(1)
    for (const { stored } of await Promise.all(devices)) expect(stored).toBe(200)
    expect(kept.reopened().meters()).toHaveLength(200)
  })

  test('do not suffer from one that says nonsense', async () => {
    using kept = seededVault('nonsense')
    let run: (() => void) | undefined
    const put = gatherAppends(kept.vault, (flush) => {
      run = flush
    })
    const good = put([reading({ at: 0 })])
    const bad = put([reading({ at: 0, meter: 'no such name' })])
    const failed = expect(bad).rejects.toMatchObject({ code: 'entry-unusable' })
    run?.()
    await failed
    expect(await good).toMatchObject({ stored: 1 })
  })
})
