import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { hex, sha256 } from '@tri/units/crypto'

import { run } from './shell.ts'

// A time namespace moves the clock that counts from the start, not the one on the wall, and the engine asks for the time
// without a system call that could be caught. So the engine is built a second time from the same pinned sources, with one
// function changed: the one through which every time in a vote and in a block goes.

const SOURCES = fileURLToPath(new URL('../../../tools/cometbft/', import.meta.url))
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/tri/', import.meta.url))
const MODULE = 'github.com/cometbft/cometbft'
const NOW = 'Canonical(time.Now())'
const AHEAD = `package time

import (
	"os"
	"time"
)

var ahead, _ = time.ParseDuration(os.Getenv("TRI_CLOCK_AHEAD"))
`

/** The engine with a clock that TRI_CLOCK_AHEAD moves (`1h`, `-20s`); built once. Undefined without Go. */
export async function skewedEngine(): Promise<string | undefined> {
  const isGoHere = await run('go', 'version').then(
    () => true,
    () => false,
  )
  if (!isGoHere) return undefined
  const modules = await readFile(join(SOURCES, 'go.mod'), 'utf8')
  const program = join(
    CACHE,
    `cometbft-ahead-${hex(sha256(new TextEncoder().encode(modules + AHEAD))).slice(0, 12)}`,
  )
  const isBuilt = await run(program, 'version').then(
    () => true,
    () => false,
  )
  if (!isBuilt) await build(program, modules)
  return program
}

async function build(program: string, modules: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'tri-skewed-'))
  try {
    const go = (...options: readonly string[]): Promise<string> =>
      run('env', '-C', scratch, 'GOSUMDB=off', 'GOFLAGS=-mod=mod', 'CGO_ENABLED=0', 'go', ...options)
    for (const file of ['go.mod', 'go.sum', 'engine.go']) await cp(join(SOURCES, file), join(scratch, file))
    await go('mod', 'download', MODULE)
    const source = (await go('list', '-m', '-f', '{{.Dir}}', MODULE)).trim()
    const copy = join(scratch, 'cometbft')
    await run('cp', '-r', source, copy)
    await run('chmod', '-R', 'u+w', copy)
    const clock = join(copy, 'types/time/time.go')
    const before = await readFile(clock, 'utf8')
    if (!before.includes(NOW)) throw new Error('the engine reads its clock in another way than it did')
    await writeFile(clock, before.replace(NOW, 'Canonical(time.Now().Add(ahead))'))
    await writeFile(join(copy, 'types/time/ahead.go'), AHEAD)
    await writeFile(join(scratch, 'go.mod'), `${modules}\nreplace ${MODULE} => ./cometbft\n`)
    const version = /cometbft\/cometbft v([\d.]+)/.exec(modules)?.[1] ?? ''
    const flags = `-s -w -X ${MODULE}/version.TMCoreSemVer=${version}`
    await go('build', '-trimpath', '-ldflags', flags, '-o', join(scratch, 'engine'), `${MODULE}/cmd/cometbft`)
    await mkdir(CACHE, { recursive: true })
    await run('cp', join(scratch, 'engine'), `${program}.new`)
    await chmod(`${program}.new`, 0o755)
    await rename(`${program}.new`, program)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
