import { chaos, chaosTrials, FULL, QUICK, reportLines } from '../packages/ledger/chaos/chaos.ts'
import { missing } from '../packages/ledger/chaos/needs.ts'
import { skewedEngine } from '../packages/ledger/chaos/skewed-engine.ts'

// `npm run chaos [-- --quick] [-- --json] [-- --only WORDS]`: real stewards in network namespaces of this run's own
// making, and everything that can happen to them. Ends with 1 when a promise did not hold. Needs root and the engine;
// outside CI it says so and ends quietly.

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

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
process.exit(report.broken === 0 && report.trials.length > 0 ? 0 : 1)
