import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { expect, test } from 'vitest'

import { seededKey } from '@tri/community/testing'
import { hex, sha256 } from '@tri/units/crypto'

import { findEngine } from '../../src/cometbft/engine-binary.ts'
import { engineConfig, type EngineNetwork } from '../../src/cometbft/engine-config.ts'
import {
  homeFiles,
  prepareHome,
  signStateIn,
  stewardIdentity,
  type EngineChain,
} from '../../src/cometbft/engine-home.ts'
import { NOON, engineTest } from './town.ts'

const run = promisify(execFile)

const chain: EngineChain = {
  chainId: 'tri-home',
  initialHeight: 21,
  stateRoot: sha256(Uint8Array.of(1)),
  time: NOON,
  stewards: [seededKey('one').publicKey, seededKey('two').publicKey],
  protocol: 1,
}

const node = 'ab'.repeat(20)
const network: EngineNetwork = {
  appSocket: '/run/tri/app',
  rpcSocket: '/run/tri/rpc',
  listen: '[fd00::1]:26656',
  peers: [{ node, address: '[fd00::2]:26656' }],
}

async function inHome(work: (home: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'tri-home-'))
  try {
    await work(home)
  } finally {
    await rm(home, { recursive: true })
  }
}

const jsonAt = async (home: string, path: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(home, path), 'utf8'))

test('a home’s keys are made once, and only their owner may read them', async () => {
  await inHome(async (home) => {
    const made = await stewardIdentity(home)
    const again = await stewardIdentity(home, {
      key: sha256(Uint8Array.of(2)),
      node: sha256(Uint8Array.of(3)),
    })
    expect(hex(again.key)).toBe(hex(made.key))
    expect(hex(again.node)).toBe(hex(made.node))
    expect(made.node).toHaveLength(20)
    await prepareHome(home, chain, network)
    for (const path of Object.values(homeFiles))
      expect([path, (await stat(join(home, path))).mode & 0o777]).toEqual([path, 0o600])
    for (const path of ['', 'config', 'data']) expect((await stat(join(home, path))).mode & 0o777).toBe(0o700)
    expect(await signStateIn(home)).toEqual({ height: 0, round: 0, step: 0 })
  })
})

engineTest('the engine itself reads our keys to the same names', async () => {
  const { path } = await findEngine()
  await inHome(async (home) => {
    const { key, node: name } = await stewardIdentity(home)
    await prepareHome(home, chain, network)
    const { stdout: id } = await run(path, ['show-node-id', '--home', home])
    expect(id.trim()).toBe(hex(name))
    const { stdout: validator } = await run(path, ['show-validator', '--home', home])
    expect(JSON.parse(validator)).toEqual({
      type: 'tendermint/PubKeyEd25519',
      value: Buffer.from(key).toString('base64'),
    })
  })
})

test('the genesis goes on where the history before it ended, and another one is refused', async () => {
  await inHome(async (home) => {
    await stewardIdentity(home)
    await prepareHome(home, chain, network)
    const genesis = await jsonAt(home, homeFiles.genesis)
    expect(genesis).toMatchObject({
      chain_id: 'tri-home',
      initial_height: '21',
      app_hash: hex(chain.stateRoot).toUpperCase(),
      genesis_time: '2026-06-01T12:00:00.000Z',
    })
    expect(genesis['validators']).toHaveLength(2)
    // The configuration may change with every start; the chain never does.
    await prepareHome(home, chain, { ...network, peers: [] })
    for (const other of [
      { ...chain, initialHeight: 22 },
      { ...chain, chainId: 'tri-other' },
      { ...chain, stewards: chain.stewards.slice(1) },
    ])
      await expect(prepareHome(home, other, network)).rejects.toThrow('engine-other-chain')
  })
})

test('the configuration knows private peers only, speaks on Unix sockets, and makes no empty blocks', () => {
  const lines = engineConfig(network).split('\n')
  for (const line of [
    'proxy_app = "unix:///run/tri/app"',
    'laddr = "unix:///run/tri/rpc"',
    'laddr = "tcp://[fd00::1]:26656"',
    `persistent_peers = "${node}@[fd00::2]:26656"`,
    'pex = false',
    'addr_book_strict = false',
    'filter_peers = true',
    'create_empty_blocks = false',
    'prometheus = false',
    'unsafe = false',
    'indexer = "null"',
    'enable = false',
  ])
    expect(lines).toContain(line)
  const changed = engineConfig({ ...network, changes: { 'consensus.timeout_propose': '3s' } })
  expect(changed).toContain('timeout_propose = "3s"')
  const hash = sha256(Uint8Array.of(5))
  const syncing = engineConfig({ ...network, stateSync: { height: 40, hash, sockets: ['/run/a', '/run/b'] } })
  expect(syncing).toContain('rpc_servers = "unix:///run/a,unix:///run/b"')
  expect(syncing).toContain(`trust_hash = "${hex(hash).toUpperCase()}"`)
})

test('a file that is no steward’s file is named, and nothing is made up for it', async () => {
  await inHome(async (home) => {
    await stewardIdentity(home)
    for (const text of ['{}', '{"height":"-1","round":0,"step":0}', 'half a fi'])
      await expect(
        writeFile(join(home, homeFiles.signState), text).then(() => signStateIn(home)),
      ).rejects.toThrow('steward-home-unreadable')
    await writeFile(join(home, homeFiles.signingKey), '{"priv_key":{"value":"AAAA"}}')
    await expect(stewardIdentity(home)).rejects.toThrow('steward-home-unreadable')
  })
})
