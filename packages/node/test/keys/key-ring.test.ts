import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Fault } from '@tri/units'
import { isSignedBy, sign } from '@tri/units/crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { createKeyRing, KEY_FILE, readKeyRing } from '../../src/keys/key-ring.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tri-keys-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const seedOf = (member: string) => new Uint8Array(32).fill(member.length)
const text = new TextEncoder().encode('a statement')

describe('the keys of a node', () => {
  it('sign the same after they were written and read again', async () => {
    const [made, read] = [await createKeyRing(folder, ['ada', 'bruno'], seedOf), await readKeyRing(folder)]
    expect(read.members).toEqual(['ada', 'bruno'])
    for (const member of read.members) {
      const [before, after] = [made.keyOf(member), read.keyOf(member)]
      if (before === undefined || after === undefined) throw new TypeError('no key')
      expect(after.publicKey).toEqual(before.publicKey)
      expect(isSignedBy(before.publicKey, 'tri/test/1', text, sign(after, 'tri/test/1', text))).toBe(true)
    }
  })

  it('are of those members only whose node this is', async () => {
    const ring = await createKeyRing(folder, ['ada'], seedOf)
    expect(ring.keyOf('bruno')).toBeUndefined()
    expect(ring.keyOf('constructor')).toBeUndefined()
  })

  it('are readable by their owner only, also where a laxer file stood', async () => {
    writeFileSync(join(folder, `${KEY_FILE}.new`), '')
    chmodSync(join(folder, `${KEY_FILE}.new`), 0o644)
    await createKeyRing(folder, ['ada'], seedOf)
    expect(statSync(join(folder, KEY_FILE)).mode & 0o777).toBe(0o600)
  })

  it('that cannot be read are told by their file, never by what stands in it', async () => {
    await createKeyRing(folder, ['ada'], seedOf)
    const path = join(folder, KEY_FILE)
    const torn = readFileSync(path, 'utf8').slice(0, -9)
    for (const content of [
      torn,
      '{"format":"tri/keys/9","seeds":{}}',
      '{"format":"tri/keys/1","seeds":{"ada":"x"}}',
    ]) {
      writeFileSync(path, content)
      const fault = await readKeyRing(folder).catch((cause: unknown) => cause)
      if (!(fault instanceof Fault)) throw new TypeError('read')
      expect([fault.code, fault.details, fault.cause]).toEqual(['keys-unreadable', { path }, undefined])
    }
  })
})
