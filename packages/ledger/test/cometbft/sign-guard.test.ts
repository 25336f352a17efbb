import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { seededKey } from '@tri/community/testing'
import { hex } from '@tri/units/crypto'

import { homeFiles, type SignState } from '../../src/cometbft/engine-home.ts'
import type { PeerMemory } from '../../src/cometbft/peer-memory.ts'
import { BOX_FILE, mustBeTheOnlySigner, thisBox } from '../../src/cometbft/sign-guard.ts'
import { makeStewardHome } from '../../src/cometbft/steward-home.ts'
import { engineTest, inTown } from './town.ts'

const nobody: PeerMemory = {
  lastSignedBy: async () => undefined,
  aliveElsewhere: async () => false,
}
const saw = (state: SignState): PeerMemory => ({ ...nobody, lastSignedBy: async () => state })
const { publicKey: key } = seededKey('guarded')

async function inHome(work: (home: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tri-guard-'))
  try {
    const home = join(folder, 'engine')
    await makeStewardHome(home)
    await work(home, folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const remember = (home: string, { height, round, step }: SignState): Promise<void> =>
  writeFile(join(home, homeFiles.signState), JSON.stringify({ height: String(height), round, step }))

test('a home may sign where it was made, also when its folder was moved', async () => {
  await inHome(async (home, folder) => {
    await mustBeTheOnlySigner({ home, key, memory: nobody })
    const moved = join(folder, 'moved')
    await rename(home, moved)
    await mustBeTheOnlySigner({ home: moved, key, memory: nobody })
  })
})

test('a copy of a home may not sign, nor the same disk on another machine, nor a home bound to no box', async () => {
  await inHome(async (home, folder) => {
    const copy = join(folder, 'copy')
    await cp(home, copy, { recursive: true, preserveTimestamps: true })
    await expect(mustBeTheOnlySigner({ home: copy, key, memory: nobody })).rejects.toThrow(
      /steward-copied.*inode/,
    )
    const box = { ...(await thisBox(home)), machine: 'another' }
    await expect(mustBeTheOnlySigner({ home, key, memory: nobody, box })).rejects.toThrow(
      /steward-copied.*machine/,
    )
    await rm(join(home, BOX_FILE))
    await expect(mustBeTheOnlySigner({ home, key, memory: nobody })).rejects.toThrow(
      /steward-copied.*missing/,
    )
  })
})

test('a home that remembers what the others saw may sign; one step less, and it is an old copy', async () => {
  await inHome(async (home) => {
    const own = { height: 12, round: 1, step: 2 }
    await remember(home, own)
    await mustBeTheOnlySigner({ home, key, memory: saw(own) })
    for (const later of [
      { ...own, step: 3 },
      { ...own, round: 2, step: 1 },
      { height: 13, round: 0, step: 1 },
    ])
      await expect(mustBeTheOnlySigner({ home, key, memory: saw(later) })).rejects.toThrow(
        'steward-behind-itself',
      )
    await mustBeTheOnlySigner({ home, key, memory: saw({ height: 11, round: 9, step: 3 }) })
  })
})

test('a key at work elsewhere is waited for, and refused when it stays', async () => {
  await inHome(async (home) => {
    let asked = 0
    const leaving: PeerMemory = { ...nobody, aliveElsewhere: async () => ++asked < 2 }
    await mustBeTheOnlySigner({ home, key, memory: leaving, patienceMs: 60_000 })
    expect(asked).toBe(2)
    const staying: PeerMemory = { ...nobody, aliveElsewhere: async () => true }
    await expect(mustBeTheOnlySigner({ home, key, memory: staying, patienceMs: 0 })).rejects.toThrow(
      'steward-alive-elsewhere',
    )
  })
})

engineTest('a steward restored from an old copy is refused: the others saw her sign later', async () => {
  await inTown({ guardPatienceMs: 0 }, async ({ quorum, pay }, folder) => {
    const third = quorum.steward(3)
    await pay(third)
    await third.stop()
    const old = join(folder, 'old')
    await cp(third.home, old, { recursive: true })
    await third.start()
    for (let i = 0; i < 3; i++) await pay(third)
    await third.stop()
    // As an image of the disk would put it back: the same folder, with what it held before.
    for (const part of ['config', 'data']) {
      await rm(join(third.home, part), { recursive: true })
      await cp(join(old, part), join(third.home, part), { recursive: true })
    }
    await expect(third.start()).rejects.toThrow('steward-behind-itself')
    expect(third.isRunning).toBe(false)
    // The same as a copied folder: it lies elsewhere on the disk.
    await rename(third.home, join(folder, 'aside'))
    await cp(old, third.home, { recursive: true })
    await expect(third.start()).rejects.toThrow('steward-copied')
    // The three go on without her.
    expect(await pay(quorum.steward(1))).toMatchObject({ is: 'final' })
  })
})

engineTest('a clone beside the running original is refused, even bound to its box anew', async () => {
  await inTown({ guardPatienceMs: 0 }, async ({ quorum, pay }, folder) => {
    await pay()
    const original = quorum.steward(3)
    const clone = join(folder, 'clone')
    await mkdir(clone)
    await cp(join(original.home, 'config'), join(clone, 'config'), { recursive: true })
    await cp(join(original.home, 'data'), join(clone, 'data'), { recursive: true })
    const { key: cloned } = await makeStewardHome(clone)
    expect(hex(cloned)).toBe(hex(original.identity.key))
    await expect(
      mustBeTheOnlySigner({ home: clone, key: cloned, memory: quorum.memory, patienceMs: 0 }),
    ).rejects.toThrow('steward-alive-elsewhere')
  })
})
