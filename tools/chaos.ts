import { readFileSync, writeFileSync } from 'node:fs'

import { chaos, chaosTrials, FULL, QUICK, reportLines, reportTable } from '../packages/ledger/chaos/chaos.ts'
import { missing } from '../packages/ledger/chaos/needs.ts'
import { skewedEngine } from '../packages/ledger/chaos/skewed-engine.ts'

// `npm run chaos [-- --quick] [-- --json] [-- --only WORDS] [-- --write]`: real stewards in network namespaces of this run's own
// making, and everything that can happen to them. Ends with 1 when a promise did not hold. Needs root and the engine;
// outside CI it says so and ends quietly.

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

const PAGE = new URL('../docs/chaos.md', import.meta.url)
const [BEGIN, END] = ['<!-- chaos: npm run chaos -- --write -->', '<!-- end of chaos -->']

const asked = process.argv.slice(2)
const isJson = asked.includes('--json')
const only = asked.includes('--only') ? asked[asked.indexOf('--only') + 1] : undefined

const absent = await missing()
if (absent !== undefined) {
  console.error(`chaos: not played, ${absent}`)
  process.exit(process.env['CI'] === 'true' ? 1 : 0)
}
const skewed = await skewedEngine()
if (skewed === undefined) console.error('chaos: the clocks stay right, Go is not installed')
const trials = chaosTrials(asked.includes('--quick') ? QUICK : FULL, skewed).filter(
  ({ name }) => only === undefined || name.includes(only),
)
const report = await chaos(trials, (one) => {
  if (!isJson) console.log(reportLines(one).join('\n'))
})
console.log(
  isJson
    ? JSON.stringify(report, null, 2)
    : `chaos: ${report.trials.length} trials in ${report.seconds.toFixed(0)} s, ${report.broken} broken promises`,
)
if (asked.includes('--write')) {
  const page = readFileSync(PAGE, 'utf8')
  writeFileSync(PAGE, pageWith(page, reportTable(report)))
}
process.exit(report.broken === 0 && report.trials.length > 0 ? 0 : 1)

/** The page with its report between the two marks replaced. */
function pageWith(page: string, table: string): string {
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (before < 0 || after < before) throw new Error('docs/chaos.md has no place for a report')
  return `${page.slice(0, before)}${BEGIN}\n\n${table}\n\n${page.slice(after)}`
}
