import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

import { hasCaptures } from '@tri/meters/testing'

// `npx node tools/conformance.ts`: reads every capture of ../shared/data/meters, compares each value with what others decoded,
// and keeps the counts in docs/protocols/README.md. The tests of each run hold that table to the captures.

const ROOT = join(import.meta.dirname, '..')

if (hasCaptures)
  execFileSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      'conformance.test',
      'payload-protocols.test',
      '--no-file-parallelism',
    ],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, TRI_CONFORMANCE: 'write' } },
  )
else console.log('the captures of real meters are not at hand: nothing to compare')
