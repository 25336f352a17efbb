import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { keyValueSuite } from '@tri/community/testing'
import { describe, expect, test } from 'vitest'

import { openSqliteStore } from '../../src/store/sqlite-store.ts'

keyValueSuite('on SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tri-store-'))
  const store = openSqliteStore(join(folder, 'book.sqlite'))
  return {
    store,
    close() {
      store.close()
      rmSync(folder, { recursive: true })
    },
  }
})

describe('the file of the book', () => {
  test('is refused when it is not one of ours', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tri-store-'))
    const path = join(folder, 'book.sqlite')
    writeFileSync(path, 'not a database at all, but long enough to be looked at as one: '.repeat(20))
    expect(() => openSqliteStore(path)).toThrow(expect.objectContaining({ code: 'book-unreadable' }))
    rmSync(folder, { recursive: true })
  })

  test('is refused when a newer program wrote it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tri-store-'))
    const path = join(folder, 'book.sqlite')
    const store = openSqliteStore(path)
    store.database.exec('PRAGMA user_version = 2')
    store.close()
    expect(() => openSqliteStore(path)).toThrow(expect.objectContaining({ code: 'book-newer' }))
    rmSync(folder, { recursive: true })
  })

  test('forgets what was written before a failure within one transaction', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tri-store-'))
    const store = openSqliteStore(join(folder, 'book.sqlite'))
    store.set('kept', Uint8Array.of(1))
    const failing = (): void =>
      store.write(() => {
        store.set('lost', Uint8Array.of(1))
        throw new Error('the power fails')
      })
    expect(failing).toThrow('the power fails')
    expect(store.get('kept')).toEqual(Uint8Array.of(1))
    expect(store.get('lost')).toBeUndefined()
    store.close()
    rmSync(folder, { recursive: true })
  })
})
