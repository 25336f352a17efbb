import { describe, expect, it } from 'vitest'

import { mayMakeNamespaces, twoNamespaces } from './two-namespaces.ts'

const isPossible = mayMakeNamespaces()

describe.skipIf(!isPossible)('two boxes on one cable without addresses, router or internet', () => {
  it.each(['beacon', 'name'] as const)(
    'find each other by %s, and again when the cable was out',
    async (way) => {
      await using net = twoNamespaces()
      const steward = net.box(0, 'steward', way)
      await steward.says('open')
      const member = net.box(1, 'member', way)
      expect(await member.says('in as')).toBe('in as member at a link-local address')
      net.cable(1, 'down')
      await member.says('out')
      net.cable(1, 'up')
      expect(await member.says('in as')).toBe('in as member at a link-local address')
      net.cable(0, 'down')
      await member.says('out')
      net.cable(0, 'up')
      expect(await member.says('in as')).toBe('in as member at a link-local address')
    },
  )

  it('let a newcomer with the text on paper prove her balance at a door that only says it is a steward’s', async () => {
    await using net = twoNamespaces()
    const town = net.box(0, 'town', 'beacon')
    await town.says('open')
    const newcomer = net.box(1, 'newcomer', 'beacon')
    expect(await newcomer.says('proved')).toBe('proved 0')
  })
})
