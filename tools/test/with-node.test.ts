import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { isRecord, stringsIn } from '../tidy/tree.ts'

const ROOT = join(import.meta.dirname, '..', '..')

function manifest(): Record<string, unknown> {
  const json: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  return isRecord(json) ? json : {}
}

describe('the pinned Node', () => {
  test('a script runs with the Node of the lock file, even where the machine has an older one first on its path', () => {
    const options = { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } } as const
    const version = execFileSync(join(ROOT, 'tools', 'with-node'), ['node', '--version'], options)
    expect(Object.values(stringsIn(manifest(), 'optionalDependencies'))).toContain(version.trim().slice(1))
  })
  test('every script that is not made of other scripts asks for the pinned Node, but for the one that asks for Go', () => {
    const { 'build:engine': engine, ...scripts } = stringsIn(manifest(), 'scripts')
    expect(engine).toBe('tools/cometbft/build')
    for (const script of Object.values(scripts))
      for (const command of script.split(' && '))
        expect(command).toMatch(/^(?:tools\/with-node |npm run --silent )/)
  })
})
