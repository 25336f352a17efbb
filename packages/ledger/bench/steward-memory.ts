import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { typescriptKernel } from '@tri/exchange'
import { epochMs, must } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import { localQuorum, openReplica } from '../src/index.ts'
import { benchTown } from './bench-town.ts'

// Run as a process of its own: node steward-memory.ts OPERATIONS prints in MB what one steward holds after so many payments,
// this process and its engine's together. The payments are signed here too, one batch at a time.
const operations = Number(process.argv[2])
const MEMBERS = 1101
const BATCH = 1000
const PATIENCE_MS = 120_000
const folder = mkdtempSync(join(tmpdir(), 'tri-memory-'))
mkdirSync(join(folder, 'steward-1'))
const town = benchTown(MEMBERS)
try {
  await using quorum = await localQuorum({
    count: 1,
    folder,
    openReplica: (_, at) => openReplica(join(at, 'book.sqlite'), { kernel: typescriptKernel }),
    chainId: 'tri-memory',
    time: epochMs(Date.now()),
  })
  const { ordering } = quorum.steward(1)
  const final = async (batch: readonly { readonly bytes: Uint8Array; readonly signature: Uint8Array }[]) => {
    for (const one of batch) must((await ordering.submit(one)).ok, 'a payment is taken')
    for (const { bytes } of batch)
      await ordering.settled(hex(sha256(bytes)), AbortSignal.timeout(PATIENCE_MS))
  }
  await final([town.founding()])
  for (let done = 0; done < operations; done += BATCH)
    await final(Array.from({ length: BATCH }, (_, i) => town.payment((done + i) % MEMBERS)))
  const { state } = ordering.process
  must(state.is === 'running', 'the engine runs')
  console.log(megabytes('self') + megabytes(String(state.pid)))
} finally {
  rmSync(folder, { recursive: true })
}

function megabytes(pid: string): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000
}
