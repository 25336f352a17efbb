import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { filledDisk } from './filled-disk.ts'
import { killedFolder, killedLives } from './killed-lives.ts'

// `node packages/vault/chaos/chaos.ts [--seed WORD] [--kills 200]`: kills a process that streams readings into a vault, at
// moments of the seed's, and fails when one acknowledged reading is missing or there twice. `--full-disk` instead fills a small
// file system, makes room, and looks whether it goes on; that needs root.
const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? otherwise : (process.argv[at + 1] ?? otherwise)
}

/** Kills a writing process, and says how often. */
async function killed(): Promise<string> {
  const [seed, kills] = [option('seed', 'stream'), Number(option('kills', '200'))]
  const folder = killedFolder()
  try {
    const { acknowledged } = await killedLives(join(folder, 'vault.sqlite'), { kills, seed })
    return `seed ${seed}: ${kills} kills, ${acknowledged} entries acknowledged, each there once`
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Fills a disk, and says what was kept. */
function filled(): string {
  const { acknowledged, refused } = filledDisk()
  return `a full disk refused ${refused} times; ${acknowledged} entries acknowledged before, each there once, and it goes on`
}

const begun = performance.now()
const said = process.argv.includes('--full-disk') ? filled() : await killed()
process.stdout.write(`${said}, ${((performance.now() - begun) / 1000).toFixed(1)} s\n`)
