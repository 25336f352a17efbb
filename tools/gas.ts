import { readFileSync, writeFileSync } from 'node:fs'

import { gasFigures, type GasRow } from '../packages/ledger/bench/gas-figures.ts'

// `npm run gas [-- --json] [-- --write]`: what the checkpoint contract costs, measured on an EVM node started for it.
// Gas depends on no machine: a test compares the page with a run.

const PAGE = new URL('../docs/benchmarks.md', import.meta.url)
const [BEGIN, END] = ['<!-- gas: npm run gas -- --write -->', '<!-- end of gas -->']

/** The figures as a table of the page. */
export function gasTable(rows: readonly GasRow[]): string {
  const lines = rows.map(({ name, gas, trial }) => `| ${name} | ${shown(gas)} | ${shown(trial)} |`)
  return ['| what | gas | a trial by other hands |', '| --- | ---: | ---: |', ...lines].join('\n')
}

function shown(gas: number | undefined): string {
  return gas === undefined ? '' : gas.toLocaleString('en').replaceAll(',', ' ')
}

/** What stands between the marks of docs/benchmarks.md. */
export function gasTableOf(page: string): string {
  const from = page.indexOf(BEGIN)
  const until = page.indexOf(END)
  if (from < 0 || until < from) throw new Error('docs/benchmarks.md has no place for gas')
  return page.slice(from + BEGIN.length, until).trim()
}

if (import.meta.main) {
  const rows = await gasFigures()
  const asked = new Set(process.argv.slice(2))
  console.log(asked.has('--json') ? JSON.stringify(rows, null, 2) : gasTable(rows))
  if (asked.has('--write')) {
    const page = readFileSync(PAGE, 'utf8')
    writeFileSync(
      PAGE,
      page.replace(gasTableOf(page), () => gasTable(rows)),
    )
  }
}
