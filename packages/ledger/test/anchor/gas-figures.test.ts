import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { gasTable, gasTableOf } from '../../../../tools/gas.ts'
import { gasFigures } from '../../bench/gas-figures.ts'
import { anvilPath } from '../../src/testing/anvil.ts'

test.skipIf(anvilPath() === undefined)(
  'the gas figures of docs/benchmarks.md are what a run gives',
  async () => {
    const page = readFileSync(new URL('../../../../docs/benchmarks.md', import.meta.url), 'utf8')
    expect(gasTableOf(page)).toBe(gasTable(await gasFigures()))
  },
)
