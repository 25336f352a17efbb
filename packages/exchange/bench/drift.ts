import { matchTotals, type MatchRun } from '../src/match-kernel.ts'
import { typescriptKernel } from '../src/typescript-kernel.ts'
import { townRun } from './town.ts'

// node drift.ts: how far the sums of whole parts are from the sums of exact shares, after 120 days from the first of
// April. Its figures stand in docs/maths/rounding.md.

const run = townRun(1101, 120 * 96, 90)
for (const split of ['systematic', 'largest-remainder'] as const) {
  const drift = driftWh({ ...run, split })
  const square = drift.reduce((sum, wh) => sum + wh * wh, 0) / drift.length
  console.log(
    `${split}: largest ${Math.max(...drift.map(Math.abs)).toFixed(0)} Wh, rms ${Math.sqrt(square).toFixed(1)} Wh`,
  )
}

function driftWh(of: MatchRun): Float64Array {
  const { tree, slots } = of
  const meters = tree.meters.length
  const flowWh = new Int32Array(tree.rings.length * meters * slots)
  typescriptKernel.match(of, matchTotals(tree), flowWh)
  const rest = Int32Array.from(of.netWh)
  const drift = new Float64Array(meters)
  for (const [g, ring] of tree.groupRing.entries()) {
    const columns = tree.order.subarray(tree.groupFrom[g], tree.groupUntil[g])
    for (let t = 0; t < slots; t++) {
      let need = 0
      let surplus = 0
      for (const column of columns) {
        need += Math.max(rest[column * slots + t]!, 0)
        surplus += Math.max(-rest[column * slots + t]!, 0)
      }
      const short = Math.min(need, surplus)
      if (short === 0) continue
      for (const column of columns) {
        const net = rest[column * slots + t]!
        if (net === 0) continue
        const flow = flowWh[(ring * meters + column) * slots + t]!
        drift[column]! += Math.abs(flow) - (Math.abs(net) * short) / (net > 0 ? need : surplus)
        rest[column * slots + t] = net - flow
      }
    }
  }
  return drift
}
