import { mkdirSync, mkdtempSync, rmSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { typescriptKernel } from '@tri/exchange'
import { hex, sha256 } from '@tri/units/crypto'
import { localQuorum, openReplica } from '../src/index.ts'
import { benchTown } from './bench-town.ts'
const folder = mkdtempSync('/tmp/prof-')
const count = Number(process.argv[2] ?? 4)
for (let n = 1; n <= count; n++) mkdirSync(join(folder, `steward-${n}`))
const town = benchTown(1101)
const q = await localQuorum({ count, folder, openReplica: (_, at) => openReplica(join(at, 'book.sqlite'), { kernel: typescriptKernel }), chainId: 'tri-bench', log: { info: () => {}, error: (f: object, m: string) => console.log('LOG', Math.round(performance.now()), m, JSON.stringify(f).slice(0, 200)) }, time: Date.now() as never, changes: JSON.parse(process.argv[3] ?? '{}') })
const cpu = () => { let t = 0; for (const s of q.stewards) { const st = s.ordering.process.state; if (st.is === 'running') { const f = readFileSync(`/proc/${st.pid}/stat`, 'utf8').split(') ')[1]!.split(' '); t += (Number(f[11]) + Number(f[12])) * 10 } } const u = process.cpuUsage(); return { node: (u.user + u.system) / 1000, engines: t } }
const fin = async (op: any, all = true) => { const r = await q.steward(1).ordering.submit(op); if (!r.ok) throw new Error(JSON.stringify(r)); const d = hex(sha256(op.bytes)); await Promise.all(q.stewards.map(s => s.ordering.settled(d, AbortSignal.timeout(100000)))) }
await fin(town.founding())
const run = async (name: string, n: number, work: () => Promise<void>) => { const a = cpu(), t = performance.now(), h = q.steward(1).replica.height; await work(); const b = cpu(); const ms = performance.now() - t; console.log(name, n, 'wall/op', (ms / n).toFixed(2), 'node cpu/op', ((b.node - a.node) / n).toFixed(2), 'engine cpu/op', ((b.engines - a.engines) / n).toFixed(2), 'blocks', q.steward(1).replica.height - h) }
const idle = await run('idle 5s', 5, () => new Promise(r => setTimeout(r, 5000)))
await run('lone', 20, async () => { for (let i = 0; i < 20; i++) await fin(town.payment(i)) })
const signed = Array.from({ length: 5000 }, (_, i) => town.payment(i % 1101))
if (!process.env.NOPAY) await run('payments', 5000, async () => { const uw = new Set<Promise<void>>(); for (const p of signed) { const one: Promise<void> = fin(p).then(() => void uw.delete(one)); uw.add(one); if (uw.size >= 1000) await Promise.race(uw) } await Promise.all(uw) })
await run('settle', 10, async () => { for (let n = 0; n < 10; n++) { await fin(town.statements(n)); await fin(town.settlement(n, q.steward(1).replica.store, typescriptKernel)) } })
await q[Symbol.asyncDispose](); rmSync(folder, { recursive: true })
