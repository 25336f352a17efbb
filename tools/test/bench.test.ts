import { expect, test } from 'vitest'

import { bench, benchLedger, benchMeters, benchVault, pageWith, table } from '../bench.ts'

test('the bench runs at small sizes and gives every figure with its ratios to the yardsticks', async () => {
  const { machine, rows } = await bench(true)
  expect(machine.node).toMatch(/^v\d+/)
  for (const { name, value } of rows) expect(value, name).toBeGreaterThan(0)
  const ratios = rows.filter(({ unit }) => unit === 'ratio').map(({ name }) => name)
  expect(ratios).toEqual([
    'year, TypeScript : WebAssembly',
    'a meter-slot, dearest : cheapest size',
    'month, HiGHS : WebAssembly',
    'month, double loop : WebAssembly',
  ])
  expect(rows.filter(({ bar }) => bar !== undefined).length).toBeGreaterThanOrEqual(10)
})

test('figures are put between the two marks of their page, and again into what was put there', () => {
  const marks = ['<!-- figures: npm run bench -- --write -->', '<!-- end of figures -->']
  const page = `before\n${marks.join('\n')}\nafter`
  const once = pageWith(page, '| old |')
  expect(pageWith(once, '| new |')).toBe(`before\n${marks[0]}\n\n| new |\n\n${marks[1]}\nafter`)
  expect(() => pageWith('no marks', '')).toThrow('no place for figures')
})

test('the ledger’s bench runs at small sizes and gives every figure', async () => {
  const { rows } = await benchLedger(true)
  for (const { name, value } of rows) expect(value, name).toBeGreaterThan(0)
  const alone = rows.filter(
    ({ name }) => name.endsWith('one steward') || name.includes('proof of my balance'),
  )
  expect(alone.filter(({ bar }) => bar !== undefined).length).toBeGreaterThanOrEqual(3)
})

test('the vault’s bench runs at small sizes and gives every figure', () => {
  const { rows } = benchVault(true)
  for (const { name, value } of rows) expect(value, name).toBeGreaterThan(0)
  expect(rows.filter(({ bar }) => bar !== undefined).length).toBeGreaterThanOrEqual(6)
})

test('the gateway’s bench reads the captures that are at hand, and a street of devices', async () => {
  const { rows } = await benchMeters(true)
  for (const { name, value } of rows) expect(value, name).toBeGreaterThan(0)
  const ofStreet = rows.filter(({ name }) => name.includes('devices at 1 s'))
  expect(ofStreet.map(({ unit }) => unit)).toEqual(['/s', '%', 'MB'])
  const promised = rows.filter(({ bar }) => bar !== undefined)
  if (rows.length > ofStreet.length) expect(promised.length).toBeGreaterThanOrEqual(5)
})

test('a yardstick that cannot be had says why in its row, and the others stand', () => {
  const machine = { processor: 'a processor', cores: 2, node: 'v26', load: 0 }
  const told = table({
    machine,
    rows: [
      { name: 'ours', value: 1200, unit: '/s', bar: 1000 },
      { name: 'theirs', value: Number.NaN, unit: '/s', absent: 'no network' },
    ],
  })
  expect(told.split('\n').slice(-2)).toEqual([
    '| ours | 1 200 /s | >= 1 000 /s |',
    '| theirs | absent: no network |  |',
  ])
})
