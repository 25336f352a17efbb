import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { killedFolder, killedLives } from './killed-lives.ts'

// `node packages/vault/chaos/chaos.ts [--seed WORD] [--kills 200]`: kills a process that streams readings into a vault, at
// moments of the seed's, and fails when one acknowledged reading is missing or there twice.
const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? otherwise : (process.argv[at + 1] ?? otherwise)
}
const [seed, kills] = [option('seed', 'stream'), Number(option('kills', '200'))]
const folder = killedFolder()
try {
  const begun = performance.now()
  const { acknowledged } = await killedLives(join(folder, 'vault.sqlite'), { kills, seed })
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  process.stdout.write(
    `seed ${seed}: ${kills} kills, ${acknowledged} entries acknowledged, each there once, ${seconds} s\n`,
  )
} finally {
  rmSync(folder, { recursive: true })
}
