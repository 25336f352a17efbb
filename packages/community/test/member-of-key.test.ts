import { describe, expect, it } from 'vitest'

import { memberOfKey } from '../src/index.ts'
import { prova, seededKey, stageFor } from '../src/testing/index.ts'

describe('the member of a key', () => {
  it('is who has it in force, and nobody once it is removed', () => {
    const stage = stageFor(prova())
    const phone = seededKey('phone')
    expect(memberOfKey(stage.book.store, phone.publicKey)).toBeUndefined()
    const change = { kind: 'member.key', member: 'home-1', memberKey: phone.publicKey } as const
    stage.does('home-1', { ...change, change: 'add' })
    expect(memberOfKey(stage.book.store, phone.publicKey)?.id).toBe('home-1')
    stage.does('home-1', { ...change, change: 'remove' })
    expect(memberOfKey(stage.book.store, phone.publicKey)).toBeUndefined()
  })
})
