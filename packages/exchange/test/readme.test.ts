import { readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

import { settlement } from './readme-example.ts'

const textOf = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the README’s example is the one that runs, and prints what it says', () => {
  expect(textOf('../README.md')).toContain(textOf('./readme-example.ts'))
  expect(settlement.totals).toMatchObject({ sharedWh: 300, gridExportWh: 200 })
  expect(settlement.members[0]?.creditMicroCredit).toBe(33_000)
  expect(settlement.members[1]?.creditMicroCredit).toBe(-33_000)
})
