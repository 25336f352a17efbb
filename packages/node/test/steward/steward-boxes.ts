import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { TEST_LEAF_SECRET, seededKey } from '@tri/community/testing'
import { findEngine } from '@tri/ledger'
import { epochMs } from '@tri/units'
import { sha256 } from '@tri/units/crypto'

import { communityFromDocument } from '../../src/community-file/read-community-file.ts'
import { foundIn } from '../../src/daemon/init-community.ts'
import { openNode, type OpenNode } from '../../src/daemon/open-node.ts'
import { openSeat, type OpenSeat } from '../../src/steward/open-seat.ts'

const HOMES = 8
/** 1 June 2026. */
const FOUNDED_AT = epochMs(1_780_272_000_000)

/** Whether the ordering engine is on this machine; under CI it must be. */
export async function hasEngine(): Promise<boolean> {
  try {
    return (await findEngine()) !== undefined
  } catch (cause) {
    if (process.env['CI'] === 'true') throw cause
    return false
  }
}

/** A folder that is gone after the test, with every box in it. */
export function boxesFolder(): { readonly at: (name: string) => string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'tri-boxes-'))
  return { at: (name) => join(path, name), [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

/** `[::1]:port` where this port and the one above are free. */
export async function freeAddress(): Promise<string> {
  for (;;) {
    const first = await listening(0)
    const { port } = first.address() as { port: number }
    const second = await listening(port + 1).catch(() => undefined)
    await closed(first)
    if (second === undefined) continue
    await closed(second)
    return `[::1]:${port}`
  }
}

async function listening(port: number): Promise<Server> {
  const server = createServer().listen(port, '::1')
  await once(server, 'listening')
  return server
}

async function closed(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}

/** A community of a cooperative and eight homes, founded by the cooperative, which keeps the book alone. */
export async function foundedAt(path: string): Promise<void> {
  const homes = Array.from({ length: HOMES }, (_, i) => `home-${i + 1}`)
  const document = communityFromDocument({
    format: 'tri/community/1',
    id: 'prova',
    name: 'Prova',
    timezone: 'Europe/Rome',
    network: [
      { id: 'cabina', kind: 'transformer' },
      { id: 'via-po', kind: 'street', parent: 'cabina', ohm: 0.021 },
      ...homes.map((home) => ({ id: `site-${home}`, kind: 'site', parent: 'via-po', ohm: 0.004 })),
    ],
    members: [{ id: 'coop', kind: 'cooperative' }, ...homes.map((id) => ({ id, kind: 'household' }))],
    meters: homes.map((home) => ({ id: `m-${home}`, member: home, site: `site-${home}` })),
    charter: {
      rule: 'neighbour-first',
      creditPerKwh: {
        home: '0.09',
        building: '0.10',
        street: '0.11',
        transformer: '0.12',
        substation: '0.13',
      },
      limit: '5',
    },
  })
  if (!document.ok) throw new Error(JSON.stringify(document.refusal))
  await foundIn(path, {
    document: document.value,
    coordinator: 'coop',
    seedOf: (member) => sha256(seededKey(member).publicKey),
    leafSecret: TEST_LEAF_SECRET,
    at: FOUNDED_AT,
    id: 'founding',
  })
}

/** A box that runs: its node, and its door where it is a steward's. */
export interface RunningBox extends AsyncDisposable {
  readonly node: OpenNode
  readonly seat: OpenSeat
  readonly failures: unknown[]
}

/** Starts a box, without its pages. */
export async function startedBox(path: string): Promise<RunningBox> {
  const failures: unknown[] = []
  const failed = (cause: unknown) => void failures.push(cause)
  const node = await openNode(path, { failed })
  const seat = await openSeat(node, failed, [])
  if (seat === undefined) throw new Error('this box is no steward’s')
  return {
    node,
    seat,
    failures,
    [Symbol.asyncDispose]: async () => {
      await seat[Symbol.asyncDispose]()
      await node[Symbol.asyncDispose]()
    },
  }
}
