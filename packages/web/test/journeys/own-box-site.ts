import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { beginMemberBox, connectToOwner, initCommunity, runMemberBox, runNode } from '@tri/node'

import type { Site } from './site.ts'

const SILENT = { info: () => undefined, error: () => undefined }
const quiet = () => undefined

/** Two homes in one street; the first one's box keeps the book. */
const community = {
  format: 'tri/community/1',
  id: 'prova',
  name: 'Prova',
  timezone: 'Europe/Rome',
  network: [
    { id: 'cabina', kind: 'transformer' },
    { id: 'casa-1', kind: 'site', parent: 'cabina', ohm: 0.004 },
    { id: 'casa-2', kind: 'site', parent: 'cabina', ohm: 0.006 },
  ],
  members: [
    { id: 'home-1', name: 'Bea', kind: 'household' },
    { id: 'home-2', name: 'Ada', kind: 'household' },
  ],
  meters: [
    { id: 'm1', member: 'home-1', site: 'casa-1' },
    { id: 'm2', member: 'home-2', site: 'casa-2' },
  ],
  charter: {
    rule: 'neighbour-first',
    creditPerKwh: { home: '0.09', building: '0.10', street: '0.11', transformer: '0.12', substation: '0.13' },
    limit: '5',
  },
}

/** The pages of Ada's own box, which follows a steward's node; it can be left alone. */
export interface OwnBoxSite extends Site {
  /** Ends the steward's node: from then on nobody answers the box. */
  stopSteward(): Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '::1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** A steward's node and the box of one of its members, both real, with a door between them. */
export async function openOwnBox(): Promise<OwnBoxSite> {
  const folder = mkdtempSync(join(tmpdir(), 'tri-own-box-'))
  const [file, node, home] = ['prova.json', 'node', 'home'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(file, JSON.stringify(community))
  await initCommunity({ file, folder: node })
  {
    await using owner = await connectToOwner(node)
    await owner.run('steward-init', { address: `[::1]:${await freePort()}` }, quiet)
  }
  const steward = await runNode({ folder: node, port: 0, lan: false, log: SILENT })
  await using owner = await connectToOwner(node)
  const { text } = await owner.run('member-invite', { member: 'home-2' }, quiet)
  await beginMemberBox({ invitation: text, folder: home })
  const signal = new AbortController().signal
  const pages = { port: 0, lan: false }
  const box = await runMemberBox({ folder: home, signal, ways: [], everyMs: 100, pages, log: SILENT })
  const { origin } = new URL(box.link?.url ?? '')
  const path = (): string => {
    const { pathname, hash } = new URL(box.link?.url ?? '')
    return pathname + hash
  }
  let isStopped = false
  const stopSteward = async (): Promise<void> => {
    if (isStopped) return
    isStopped = true
    await steward[Symbol.asyncDispose]()
  }
  return {
    origin,
    householdPath: path,
    coordinatorPath: path,
    stopSteward,
    [Symbol.asyncDispose]: async () => {
      await box[Symbol.asyncDispose]()
      await stopSteward()
      rmSync(folder, { recursive: true })
    },
  }
}
