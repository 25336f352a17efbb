import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { anchorKeyFrom, deployCheckpoints, newAnchorKey } from '@tri/ledger/evm-anchor'
import { anvilPath, startAnvil } from '@tri/ledger/testing/anvil'
import { hex } from '@tri/units/crypto'
import { describe, expect, test } from 'vitest'

import { runOwnerTask } from '../../src/owner/tasks.ts'
import type { OpenNode } from '../../src/daemon/open-node.ts'
import { openStreet, paid, smallStreet } from '../services/small-street.ts'

const NOW = '2026-05-20T12:00:00Z'
const street = { ...smallStreet, charter: { ...smallStreet.charter, limit: '10' } }

/** Runs a task of the owner's, as the command line does. */
function ask(node: OpenNode, task: string, input: object = {}): Promise<unknown> {
  return runOwnerTask({ node, url: null }, task, input, () => undefined)
}

function settle(folder: string, settings: object): void {
  writeFileSync(join(folder, 'anchor.json'), JSON.stringify({ format: 'tri/anchor/1', ...settings }))
}

async function grow(node: OpenNode, key: string): Promise<void> {
  await paid(node, { from: 'coop', to: 'home-1', amountMicroCredit: 5, memo: 'x', key })
}

describe('a community with an anchor in a file', () => {
  test('hangs its newest checkpoint, and finds its own block there', async () => {
    await using here = await openStreet(NOW, street)
    const { node, folder } = here
    const path = join(folder, 'stick.jsonl')
    settle(folder, { kind: 'file', path })
    expect(await ask(node, 'anchor-verify')).toMatchObject({ found: null, agrees: true })
    await grow(node, 'first')
    const placed = await ask(node, 'anchor-place', { votes: [] })
    expect(placed).toMatchObject({ is: 'placed', receipt: { place: { is: 'line', line: 1 } } })
    await grow(node, 'second')
    expect(await ask(node, 'anchor-verify')).toMatchObject({ agrees: true, compared: true, standing: 'held' })
    expect(await ask(node, 'anchor-status')).toMatchObject({ kind: 'file', waiting: null, isDeep: false })
    expect(await ask(node, 'anchor-place', { votes: [] })).toMatchObject({
      receipt: { place: { is: 'line', line: 2 } },
    })
  })

  test('a file that was written with another history is not taken for its own', async () => {
    await using here = await openStreet(NOW, street)
    const { node, folder } = here
    const path = join(folder, 'stick.jsonl')
    settle(folder, { kind: 'file', path })
    await grow(node, 'first')
    await ask(node, 'anchor-place', { votes: [] })
    const text = readFileSync(path, 'utf8')
    writeFileSync(
      path,
      text.replace(/"header":"(..)/, (_, first: string) => `"header":"${first === '00' ? '01' : '00'}`),
    )
    await expect(ask(node, 'anchor-verify')).rejects.toMatchObject({ code: 'anchor-file-damaged' })
  })

  test('a stick that is not there leaves the checkpoint waiting', async () => {
    await using here = await openStreet(NOW, street)
    const { node, folder } = here
    settle(folder, { kind: 'file', path: join(folder, 'absent', 'stick.jsonl') })
    await grow(node, 'first')
    expect(await ask(node, 'anchor-place', { votes: [] })).toMatchObject({ is: 'waiting', receipt: null })
    expect(await ask(node, 'anchor-status')).toMatchObject({ waiting: expect.any(Number), placed: null })
  })
})

describe('a community without a usable anchor', () => {
  test('says that it has none', async () => {
    await using here = await openStreet(NOW, street)
    await grow(here.node, 'first')
    expect(await ask(here.node, 'anchor-status')).toMatchObject({ kind: 'none' })
    await expect(ask(here.node, 'anchor-place', { votes: [] })).rejects.toMatchObject({
      code: 'anchor-is-none',
    })
    await expect(ask(here.node, 'anchor-vote')).rejects.toMatchObject({ code: 'anchor-key-absent' })
  })

  test('names the field that is wrong, and never what it holds', async () => {
    await using here = await openStreet(NOW, street)
    const key = hex(newAnchorKey().secret)
    settle(here.folder, { kind: 'evm', url: 'http://localhost:1', chain: 1, contract: '0x12', key })
    const refused = await ask(here.node, 'anchor-status').catch((cause: unknown) => cause)
    expect(refused).toMatchObject({
      code: 'anchor-settings-unusable',
      details: { reason: 'contract, firstKeys' },
    })
    expect(JSON.stringify(refused)).not.toContain(key)
  })
})

describe.skipIf(anvilPath() === undefined)('a community with an anchor in a contract', () => {
  test('is registered, voted for by two stewards, placed and verified', async () => {
    await using anvil = await startAnvil(anvilPath() ?? '')
    await using here = await openStreet(NOW, street)
    const { node, folder } = here
    const payer = await anvil.payer()
    const { contract } = await deployCheckpoints({ url: anvil.url, payer, timeoutMs: 5000 })
    const [mine, hers] = [newAnchorKey(), newAnchorKey()]
    const settingsOf = (key: typeof mine) => ({
      kind: 'evm',
      url: anvil.url,
      chain: anvil.chain,
      contract,
      firstKeys: [mine.address, hers.address],
      key: hex(key.secret),
      payer: hex(payer.secret),
    })
    await grow(node, 'first')
    // The other steward has the same book on a box of her own; here the same folder plays her part.
    settle(folder, settingsOf(hers))
    const vote = await ask(node, 'anchor-vote')
    expect(vote).toMatchObject({ vote: expect.stringMatching(/^tri-anchor:\d+:0x/) })
    settle(folder, settingsOf(mine))
    await expect(ask(node, 'anchor-place', { votes: [] })).rejects.toMatchObject({
      code: 'too-few-signatures',
    })
    await expect(ask(node, 'anchor-place', { votes: ['tri-anchor:1:nonsense'] })).rejects.toMatchObject({
      code: 'anchor-vote-unusable',
    })
    const votes = typeof vote === 'object' && vote !== null && 'vote' in vote ? [vote.vote] : []
    expect(await ask(node, 'anchor-place', { votes })).toMatchObject({
      is: 'placed',
      receipt: { place: { is: 'transaction', contract, chain: anvil.chain } },
    })
    expect(await ask(node, 'anchor-verify')).toMatchObject({
      agrees: true,
      compared: true,
      standing: 'shallow',
    })
    expect(anchorKeyFrom(mine.secret).address).toBe(mine.address)
  })
})
