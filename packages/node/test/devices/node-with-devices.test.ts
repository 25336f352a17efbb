import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { deviceShape, p1Telegram, telegramServer } from '@tri/meters'
import { shownFace, until } from '@tri/meters/testing'
import { expect, onTestFinished, test } from 'vitest'

import { initCommunity } from '../../src/daemon/init-community.ts'
import { runNode } from '../../src/daemon/run-node.ts'
import { devicesPath, writeDevices } from '../../src/devices/devices-file.ts'
import { connectToOwner } from '../../src/owner/connect.ts'

const shows = () => shownFace
const prova = {
  format: 'tri/community/1',
  id: 'prova',
  name: 'Prova',
  timezone: 'Europe/Rome',
  network: [
    { id: 'cabina', kind: 'transformer' },
    { id: 'casa-1', kind: 'site', parent: 'cabina', ohm: 0.02 },
  ],
  members: [{ id: 'home-1', kind: 'household' }],
  meters: [{ id: 'm1', member: 'home-1', site: 'casa-1' }],
  charter: { rule: 'neighbour-first', creditPerKwh: { transformer: '0.12' } },
}
const quiet = { info: () => undefined, error: () => undefined }
const listen = { port: 0, lan: false, metrics: true }

async function folder(): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'tri-devices-'))
  onTestFinished(() => rmSync(scratch, { recursive: true, force: true }))
  const file = join(scratch, 'prova.json')
  writeFileSync(file, JSON.stringify(prova))
  await initCommunity({ file, folder: join(scratch, 'node') })
  return join(scratch, 'node')
}

test('a node reads the meter that its folder names, keeps what it says, and tells monitors how it goes', async () => {
  await using meter = await telegramServer(shows, p1Telegram)
  const path = await folder()
  const line = { over: 'tcp', host: '127.0.0.1', port: meter.port }
  const device = deviceShape.parse({ id: 'house', template: 'p1', meter: 'm1', line })
  await writeDevices(path, { member: 'home-1', devices: [device] })
  await using node = await runNode({ ...listen, folder: path, log: quiet })
  await using owner = await connectToOwner(path)
  const devices = async () => await owner.run('list-devices', {}, () => undefined)
  let seen = await devices()
  for (let look = 0; look < 500 && typeof seen[0]?.powerW !== 'number'; look++) {
    meter.tick()
    seen = await devices()
  }
  expect(seen).toMatchObject([{ id: 'house', state: 'up', importWh: 1_234_567, powerW: -450 }])
  const metrics = await (await fetch(`${node.url}/metrics`)).text()
  expect(metrics).toContain('tri_device_frames_total{device="house",check="valid"}')
  expect(metrics).toContain('tri_statements_waiting 0')
  const added = deviceShape.parse({ id: 'again', template: 'p1', line })
  await owner.run('add-device', { settings: added }, () => undefined)
  await owner.run('remove-device', { id: 'house' }, () => undefined)
  expect((await devices()).map(({ id }) => id)).toEqual(['again'])
})

test('a damaged file of devices is told, and stops no book', async () => {
  const path = await folder()
  writeFileSync(devicesPath(path), '{"version": 1, "member": "home-1", "devices": [{"id": "?"}]}', {
    mode: 0o600,
  })
  const told: string[] = []
  const error = (fields: Readonly<Record<string, unknown>>) => void told.push(String(fields['fault']))
  await using node = await runNode({ ...listen, folder: path, log: { info: () => undefined, error } })
  await until(
    () => told.includes('devices-file-damaged'),
    () => told.join(' '),
  )
  expect((await fetch(`${node.url}/api/v1/state`)).status).toBe(200)
})
