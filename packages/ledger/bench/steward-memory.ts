import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { SignedOperation } from '@tri/community'
import { typescriptKernel } from '@tri/exchange'
import { epochMs, must } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import { localQuorum, openReplica } from '../src/index.ts'

// Run as a process of its own: node steward-memory.ts OPERATIONS prints in MB what one steward holds after so many payments,
// this process and its engine's together. The payments are signed by another process, as members' boxes would.
const operations = Number(process.argv[2])
const BATCH = 1000
const PATIENCE_MS = 120_000
const folder = mkdtempSync(join(tmpdir(), 'tri-memory-'))
mkdirSync(join(folder, 'steward-1'))
const signer = fork(fileURLToPath(new URL('payment-signer.ts', import.meta.url)), {
  serialization: 'advanced',
})
try {
  await using quorum = await localQuorum({
    count: 1,
    folder,
    openReplica: (_, at) => openReplica(join(at, 'book.sqlite'), { kernel: typescriptKernel }),
    chainId: 'tri-memory',
    time: epochMs(Date.now()),
  })
  const { ordering } = quorum.steward(1)
  const final = async (batch: readonly SignedOperation[]) => {
    for (const one of batch) must((await ordering.submit(one)).ok, 'a payment is taken')
    const patience = AbortSignal.timeout(PATIENCE_MS)
    for (const { bytes } of batch) await ordering.settled(hex(sha256(bytes)), patience)
  }
  await final(await signed(1))
  for (let done = 0; done < operations; done += BATCH)
    await final(await signed(Math.min(BATCH, operations - done)))
  const { state } = ordering.process
  must(state.is === 'running', 'the engine runs')
  console.log(megabytes('self') + megabytes(String(state.pid)))
} finally {
  signer.kill()
  rmSync(folder, { recursive: true })
}

async function signed(count: number): Promise<SignedOperation[]> {
  signer.send(count)
  const [batch] = await once(signer, 'message')
  return batch
}

function megabytes(pid: string): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000
}
