import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { killedFolder, killedLives } from '../chaos/killed-lives.ts'

// Two hundred kills: `node packages/vault/chaos/chaos.ts`.
const KILLS = 8

describe('a vault whose process is killed while readings stream', () => {
  test('has every reading that it acknowledged, once, and blocks that are whole', async () => {
    const folder = killedFolder()
    try {
      const { acknowledged } = await killedLives(join(folder, 'vault.sqlite'), { kills: KILLS, seed: 'test' })
      expect(acknowledged).toBeGreaterThan(KILLS)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
