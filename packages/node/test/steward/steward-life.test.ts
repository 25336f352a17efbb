import { cpSync } from 'node:fs'

import { stewardsOf } from '@tri/community'
import { present } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { describe, expect, it } from 'vitest'

import { backUp, restoreBackup } from '../../src/steward/backup.ts'
import {
  addCandidates,
  approveProposal,
  removeStewards,
  replaceSteward,
  rotateOwnKey,
} from '../../src/steward/steward-acts.ts'
import { stewardReport } from '../../src/steward/steward-tasks.ts'
import { grownTo, joiningBox, reached, soleBox } from './growing-boxes.ts'
import { boxesFolder, hasEngine, startedBox, type RunningBox } from './steward-boxes.ts'

const isPossible = await hasEngine()

function keyOf({ node }: RunningBox, member: string): string {
  const { stewards } = stewardsOf(node.ledger.store)
  return hex(
    present(
      stewards.find((one) => one.member === member),
      'is a steward',
    ).key,
  )
}

/** The names of the nodes that a box's engine is linked to. */
function linkedTo({ node }: RunningBox): unknown {
  return node.ordering.status().details['peers']
}

const pays = { kind: 'credit.transfer', to: 'home-4', amount: 1 } as const

describe.skipIf(!isPossible)('a steward’s box among four', () => {
  it(
    'takes a new key, makes room for another, and leaves, while the book goes on',
    { timeout: 180_000, retry: 1 },
    async () => {
      using boxes = boxesFolder()
      await using first = await soleBox(boxes.at('coop'))
      await grownTo(first, ['home-1', 'home-2', 'home-3'], boxes.at)
      await using second = await startedBox(boxes.at('home-1'))
      await using third = await startedBox(boxes.at('home-2'))
      const fourth = await startedBox(boxes.at('home-3'))
      await using closing = new AsyncDisposableStack()
      closing.use(fourth)
      const { writer } = first.node

      // Rotating: proposed by one, approved by two more; then the box signs with its new key.
      const before = keyOf(second, 'home-1')
      expect(await rotateOwnKey(second)).toMatchObject({ approvals: 1, needed: 3, isInForce: false })
      await reached(third.node.ledger, second.node.ledger.replica.height)
      await reached(first.node.ledger, second.node.ledger.replica.height)
      await approveProposal(first)
      await reached(third.node.ledger, first.node.ledger.replica.height)
      expect(await approveProposal(third)).toMatchObject({ approvals: 3, isInForce: true })
      await reached(second.node.ledger, third.node.ledger.replica.height)
      await reached(first.node.ledger, third.node.ledger.replica.height)
      expect(keyOf(first, 'home-1')).not.toBe(before)
      await writer.mustAct('home-5', pays)
      await expect.poll(() => second.node.ledger.me, { timeout: 40_000 }).toBe(keyOf(first, 'home-1'))
      await expect.poll(() => second.node.ordering.status().state, { timeout: 40_000 }).toBe('running')

      // Replacing: a fifth box is invited, fetches the book, and takes the place of the fourth.
      const fifth = await joiningBox(first, 'home-6', boxes.at('home-6'))
      await fifth.ready
      expect(await fifth.joined).toMatchObject({ isSteward: false })
      await using another = await startedBox(boxes.at('home-6'))
      await reached(another.node.ledger, first.node.ledger.replica.height)
      await replaceSteward(first, { old: 'home-3', by: 'home-6' })
      await reached(second.node.ledger, first.node.ledger.replica.height)
      await approveProposal(second)
      await reached(third.node.ledger, second.node.ledger.replica.height)
      expect(await approveProposal(third)).toMatchObject({
        stewards: ['coop', 'home-1', 'home-2', 'home-6'],
        isInForce: true,
      })
      // Whoever left is no longer linked, though her box runs on; the newcomer is, without a restart by hand.
      const left = hex((await fourth.seat.entry()).node)
      const came = hex((await another.seat.entry()).node)
      for (const box of [first, second, third]) {
        await expect.poll(() => linkedTo(box), { timeout: 50_000 }).toContain(came)
        await expect.poll(() => linkedTo(box), { timeout: 50_000 }).not.toContain(left)
      }
      await closing.disposeAsync()
      await writer.mustAct('home-5', pays)
      await writer.mustAct('home-7', pays)
      await reached(another.node.ledger, first.node.ledger.replica.height)
      expect(stewardReport({ node: another.node, steward: another.seat })).toMatchObject({
        engine: 'cometbft',
        mayFail: 1,
        ready: [],
      })
      // Removing down to two is refused; down to one is a size there is.
      await expect(removeStewards(first, ['home-1', 'home-2'])).rejects.toThrow('candidates-too-few')
      await expect(removeStewards(first, ['home-8'])).rejects.toThrow('steward-unknown')
      await expect(addCandidates(first)).rejects.toThrow('candidates-too-few')

      // A copy of a steward's disk, and a copy put back, do not sign.
      await backUp(boxes.at('home-2'), boxes.at('copy'))
      const restored = await restoreBackup(boxes.at('copy'), boxes.at('restored'))
      expect(restored.files).not.toContain('engine')
      expect(restored.files).not.toContain('steward.json')
      expect(restored).toMatchObject({ goesOn: false })
      await expect(startedBox(boxes.at('restored'))).rejects.toThrow('steward-copied')
      cpSync(boxes.at('home-2'), boxes.at('clone'), {
        recursive: true,
        filter: (path) => !path.endsWith('.sock'),
      })
      await expect(startedBox(boxes.at('clone'))).rejects.toThrow('steward-copied')
    },
  )
})
