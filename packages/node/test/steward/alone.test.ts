import { stewardsOf } from '@tri/community'
import { describe, expect, it } from 'vitest'

import { addCandidates, rotateOwnKey } from '../../src/steward/steward-acts.ts'
import { soleBox } from './growing-boxes.ts'
import { boxesFolder } from './steward-boxes.ts'

describe('a steward alone', () => {
  it('does not hand over to herself when nobody is ready, nor exchange the key that founded the community', async () => {
    using boxes = boxesFolder()
    await using box = await soleBox(boxes.at('coop'))
    const { version } = stewardsOf(box.node.ledger.store)
    const tooFew = { code: 'candidates-too-few', details: { ready: 0, count: 1, missing: 3 } }
    await expect(addCandidates(box)).rejects.toMatchObject(tooFew)
    await expect(rotateOwnKey(box)).rejects.toMatchObject(tooFew)
    expect(stewardsOf(box.node.ledger.store).version).toBe(version)
    await box.node.writer.mustAct('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 1 })
    expect(box.node.ordering.status()).toMatchObject({ engine: 'single', state: 'running' })
  })
})
