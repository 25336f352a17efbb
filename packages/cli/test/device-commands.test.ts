import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { answerServer, p1Telegram, smlTelegram, telegramServer } from '@tri/meters'
import { shownFace } from '@tri/meters/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { EXIT } from '../src/exit-code.ts'
import { documentOf, tri } from './listening-terminal.ts'
import { prova } from './prova.ts'

const shows = () => shownFace
let folder = ''
let node: readonly string[] = []
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tri-cli-device-'))
  const community = join(folder, 'prova.json')
  writeFileSync(community, JSON.stringify(prova))
  node = ['--data', join(folder, 'node')]
  await tri(['community', 'init', community, ...node])
})
afterAll(() => rmSync(folder, { recursive: true }))

const capture = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

describe('tri device', () => {
  it('finds a meter with its live value, and tells what to type next', async () => {
    await using meter = await telegramServer(shows, p1Telegram)
    await using silent = await answerServer(shows, () => '{}')
    const hosts = [meter.port, silent.port].map((port) => `127.0.0.1:${port}`)
    const said = await tri([
      'device',
      'scan',
      '--host',
      ...hosts,
      '--serial',
      '/dev/null',
      '--seconds',
      '0.5',
      '--json',
    ])
    expect(said.exit).toBe(EXIT.ok)
    expect(documentOf(said)['found']).toMatchObject([
      { template: 'p1', on: `tcp://127.0.0.1:${meter.port}`, seen: { importWh: 1_234_567, powerW: -450 } },
    ])
    const people = await tri([
      'device',
      'scan',
      '--host',
      hosts[0] ?? '',
      '--serial',
      '/dev/null',
      '--seconds',
      '0.5',
    ])
    expect(people.out).toContain(
      `next: tri device add NAME --template p1 --on 'tcp://127.0.0.1:${meter.port}'`,
    )
    expect(people.out).toMatch(/-450 W +1234\.567 kWh +89\.000 kWh/)
  })

  it('adds a device after it spoke, lists it and takes it away again', async () => {
    await using meter = await telegramServer(shows, smlTelegram)
    const on = `tcp://127.0.0.1:${meter.port}`
    const wish = [
      '--template',
      'sml',
      '--on',
      on,
      '--meter',
      'm1',
      '--member',
      'home-1',
      '--seconds',
      '5',
      ...node,
    ]
    const added = await tri(['device', 'add', 'house', ...wish, '--json'])
    expect(documentOf(added)).toMatchObject({
      id: 'house',
      role: 'grid',
      meter: 'm1',
      on,
      seen: { exportWh: 89_000 },
    })
    expect(statSync(join(folder, 'node', 'devices.json')).mode & 0o077).toBe(0)
    const again = await tri(['device', 'add', 'house', ...wish])
    expect(again.exit).toBe(EXIT.refused)
    const listed = await tri(['device', 'list', ...node])
    expect(listed.out).toMatch(/house +sml +grid +m1/)
    const removed = await tri(['device', 'remove', 'house', ...node])
    expect(removed.exit).toBe(EXIT.ok)
    expect(documentOf(await tri(['device', 'list', '--json', ...node]))['devices']).toEqual([])
    expect((await tri(['device', 'remove', 'house', ...node])).exit).toBe(EXIT.notFound)
  })

  it('says why a device said nothing, and keeps it only when asked to', async () => {
    await using meter = await telegramServer(shows, p1Telegram)
    const wish = ['--template', 'sml', '--on', `tcp://127.0.0.1:${meter.port}`, '--seconds', '0.3', ...node]
    const silent = await tri(['device', 'add', 'wrong', ...wish])
    expect(silent.exit).toBe(EXIT.network)
    expect(silent.err).toContain('nothing')
    const kept = await tri(['device', 'add', 'wrong', ...wish, '--untested', '--member', 'home-1'])
    expect(kept.exit).toBe(EXIT.ok)
    await tri(['device', 'remove', 'wrong', ...node])
  })

  it('refuses what makes no device, by its reason', async () => {
    const cases = [
      ['nowhere', 'p1', 'ttyUSB0', EXIT.usage],
      ['unknown', 'no-such-meter', '/dev/ttyUSB0', EXIT.usage],
      ['wrongly', 'sunspec-meter', '/dev/ttyUSB0', EXIT.usage],
      ['Wrong Name', 'p1', '/dev/ttyUSB0', EXIT.usage],
    ] as const
    for (const [name, template, on, exit] of cases) {
      const said = await tri([
        'device',
        'add',
        name,
        '--template',
        template,
        '--on',
        on,
        '--untested',
        ...node,
      ])
      expect([name, said.exit]).toEqual([name, exit])
      expect(said.err.trim().length).toBeGreaterThan(20)
    }
    const foreign = [
      '--template',
      'p1',
      '--on',
      '/dev/ttyUSB0',
      '--meter',
      'm2',
      '--member',
      'home-1',
      '--untested',
    ]
    expect((await tri(['device', 'add', 'mine', ...foreign, ...node])).exit).toBe(EXIT.notFound)
  })

  it('takes a password from the environment, and shows it nowhere', async () => {
    const secret = 'sesame-open'
    const asked = [
      'device',
      'add',
      'wizard',
      '--template',
      'homewizard-p1',
      '--on',
      'http://127.0.0.1:1/api/v1/data',
    ]
    const environment = { TRI_DEVICE_PASSWORD: secret }
    const said = await tri(
      [...asked, '--user', 'me', '--untested', '--member', 'home-1', ...node, '--json'],
      { environment },
    )
    expect(said.exit).toBe(EXIT.ok)
    expect(said.out + said.err).not.toContain(secret)
    expect(readFileSync(join(folder, 'node', 'devices.json'), 'utf8')).toContain(secret)
    const listed = await tri(['device', 'list', '--json', ...node])
    expect(listed.out).not.toContain(secret)
  })

  it('names the kinds of device it knows', async () => {
    const said = await tri(['device', 'list', '--templates'])
    for (const kind of ['p1', 'sml', 'linky', 'sunspec-inverter', 'shelly-3em'])
      expect(said.out).toContain(kind)
  })
})

describe('tri device decode', () => {
  it('prints every frame with the verdict of its check, energy in Wh and power in W', async () => {
    const damaged = p1Telegram(shows())
    damaged[250] = 0x39
    const file = capture('two.bin', Buffer.concat([p1Telegram(shows()), damaged]))
    const said = await tri(['device', 'decode', file, '--json'])
    expect(said.exit).toBe(EXIT.ok)
    const { protocol, frames, counts } = documentOf(said)
    expect([protocol, counts]).toEqual(['dsmr', { valid: 1, invalid: 1, absent: 0, usable: 1 }])
    expect(frames).toMatchObject([
      { check: 'valid' },
      { check: 'invalid', problem: 'crc-mismatch', values: [] },
    ])
    const [first] = Array.isArray(frames) ? frames : []
    expect(first).toMatchObject({
      values: expect.arrayContaining([
        { obis: '1-0:1.8.1', value: 1_234_567, unit: 'Wh' },
        { obis: '1-0:2.7.0', value: 450, unit: 'W' },
      ]),
    })
  })

  it('refuses a file that is no capture, a protocol that it does not know and a key that is none', async () => {
    const text = capture('letter.txt', new TextEncoder().encode('Dear neighbour, the oven is free.'))
    expect((await tri(['device', 'decode', text])).exit).toBe(EXIT.failed)
    expect((await tri(['device', 'decode', join(folder, 'absent.bin')])).exit).toBe(EXIT.notFound)
    expect((await tri(['device', 'decode', text, '--protocol', 'morse'])).exit).toBe(EXIT.usage)
    const key = await tri(['device', 'decode', text, '--key', '00112233'])
    expect(key.exit).toBe(EXIT.usage)
    expect(key.err).not.toContain('00112233')
  })
})
