import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { sessionStoreSuite } from '@tri/platform/testing'
import { Fault } from '@tri/units'
import { afterAll, describe, expect, it } from 'vitest'

import { openSessionStore } from '../src/sessions.ts'

sessionStoreSuite('on SQLite', () => openSessionStore(':memory:'))

describe('the session store on a disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tri-sessions-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('signs nobody out at a restart', () => {
    const path = join(folder, 'kept.sqlite')
    const session = {
      digest: 's',
      role: 'household',
      member: 'home-1',
      expiresAt: 9,
      language: 'it',
    } as const
    const before = openSessionStore(path)
    before.addSession(session)
    before.close()
    const after = openSessionStore(path)
    expect(after.session('s')).toEqual(session)
    after.close()
  })

  it('is readable by its own user only', () => {
    const path = join(folder, 'private.sqlite')
    const store = openSessionStore(path)
    store.addLink({ digest: 'a', role: 'household', member: 'home-1', expiresAt: 9 })
    for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o777).toBe(0o600)
    store.close()
  })

  it('a file that is no database is named in the fault', () => {
    const path = join(folder, 'torn.sqlite')
    writeFileSync(path, 'not a database, and longer than the header that SQLite looks at: '.repeat(4))
    expect(() => openSessionStore(path)).toThrow(Fault)
    expect(() => openSessionStore(path)).toThrow(path)
  })
})
