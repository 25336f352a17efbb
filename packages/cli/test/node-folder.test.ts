import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { documentOf, everythingSaid, tri, type Said } from './listening-terminal.ts'
import { mayReadings, prova } from './prova.ts'

let folder = ''
let nodeFolder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tri-cli-'))
  nodeFolder = join(folder, 'node')
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const on = (...words: string[]): Promise<Said> => tri([...words, '--data', nodeFolder])
async function fails(code: number, ...words: string[]): Promise<string> {
  const { exit, out, err } = await on(...words)
  expect([words.join(' '), exit, out]).toEqual([words.join(' '), code, ''])
  return err
}
async function gives(code: number, ...words: string[]): Promise<Readonly<Record<string, unknown>>> {
  const said = await on(...words, '--json')
  expect([words.join(' '), said.exit, said.err]).toEqual([words.join(' '), code, expect.any(String)])
  return documentOf(said)
}

describe('a community in a data folder', () => {
  // A month goes one way: founded, imported, filled, published, objected to, corrected, paid with, taken out, tampered with.
  it('is brought by its coordinator from the founding to a verified month', async () => {
    expect(await fails(3, 'status')).toContain('tri community init')
    const found = ['community', 'init', file('prova.json', JSON.stringify(prova))]
    expect(await fails(3, ...found, '--coordinator', 'nobody')).toContain('nobody')
    const init = await on(...found)
    expect(init.out).toContain('Prova is founded')
    expect(statSync(join(nodeFolder, 'keys.json')).mode & 0o777).toBe(0o600)
    expect(await fails(1, 'community', 'init', join(folder, 'prova.json'))).toContain('is not empty')

    const may = file('may.csv', mayReadings({ withGap: true }))
    const dry = await gives(0, 'energy', 'import', may, '--dry-run')
    expect(await fails(3, 'settle', 'check', '2024-05')).toContain('2024-05')
    const brought = await gives(0, 'energy', 'import', may)
    expect(brought).toEqual(dry)
    expect(brought).toMatchObject({ meters: 2, slots: 31 * 96, missing: 2, months: ['2024-05'] })

    expect(await gives(5, 'settle', 'check', '2024-05')).toMatchObject({ missing: 2, ready: false })
    expect(await fails(5, 'settle', 'publish', '2024-05')).toContain('2')
    expect(await gives(0, 'settle', 'fill', '2024-05', '--rule', 'last-week')).toMatchObject({
      ready: true,
      substituted: 2,
    })
    expect(await fails(2, 'settle', 'preview', '2024-05', '--rule', 'by-luck')).toContain('by-luck')
    expect(await fails(3, 'settle', 'verify', '2024-05')).toContain('2024-05')
    const preview = await gives(0, 'settle', 'preview', '2024-05')
    expect(preview).toMatchObject({ totals: { sharedWh: 150 * 31 * 96 }, sumMicroCredit: 0 })
    expect(await gives(0, 'settle', 'publish', '2024-05')).toMatchObject({ month: '2024-05', version: 1 })
    expect(await fails(4, 'settle', 'publish', '2024-05')).toContain('2024-05')
    expect(await gives(0, 'settle', 'verify', '2024-05')).toMatchObject({ ok: true, residualWh: 0 })

    const cloudy = file('cloudy.csv', 'meter,from,import_wh,export_wh\nm1,2024-05-20T10:00:00Z,0,50\n')
    await gives(0, 'settle', 'object', '2024-05', '--from', 'home-1', '--reason', 'a cloud')
    await gives(0, 'energy', 'import', cloudy, '--correction')
    expect((await on('settle', 'restate', '2024-05')).out).toContain('only the differences were posted')
    expect(await gives(0, 'settle', 'publish', '2024-05')).toMatchObject({ version: 2 })
    expect((await on('settle', 'verify')).out).toMatch(/2024-05 {2}ok/)
  })

  it('pays from one member to another, once for one key, and within her limit', async () => {
    const pay = ['credit', 'pay', 'home-2', '12.50', '--from', 'home-1']
    expect(await fails(4, ...pay)).toContain('not confirmed')
    const asked = await tri([...pay, '--data', nodeFolder], { typed: 'n' })
    expect(asked.exit).toBe(4)
    const paid = await tri([...pay, '--data', nodeFolder, '--for', 'bread'], { typed: 'y' })
    expect(paid.out).toContain('CC 12.50 to home-2')
    const once = [
      await gives(0, ...pay, '--yes', '--id', 'k1'),
      await gives(0, ...pay, '--yes', '--id', 'k1'),
    ]
    expect(once[0]).toEqual(once[1])
    expect(await fails(4, 'credit', 'pay', 'home-2', '99999', '--from', 'home-1', '--yes')).toContain('CC')
    expect(await fails(3, 'credit', 'pay', 'nobody', '1', '--from', 'home-1', '--yes')).toMatch(/\S/)
    expect(await fails(4, 'credit', 'pay', 'home-1', '1', '--from', 'home-1', '--yes')).toMatch(/\S/)
    expect(await fails(2, 'credit', 'pay', 'home-2', '1.1234567', '--from', 'home-1', '--yes')).toContain(
      '1.1234567',
    )
    expect(await gives(0, 'credit', 'balance')).toMatchObject({ sumMicroCredit: 0 })
    expect(await fails(3, 'credit', 'balance', 'nobody')).toContain('nobody')
    const ledger = await gives(0, 'credit', 'ledger', 'home-1', '--limit', '500')
    expect(ledger['lines']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'payment', memo: 'bread', amountMicroCredit: -12_500_000 }),
      ]),
    )
    expect(await fails(2, 'credit', 'ledger', 'home-1', '--limit', 'all')).toContain('limit')
    expect(await gives(0, 'credit', 'verify')).toMatchObject({ ok: true, differsAt: null })
  })

  it('takes its data out in three formats, to new folders only', async () => {
    for (const format of ['csv', 'jsonl', 'parquet']) {
      const out = join(folder, format)
      const report = await gives(0, 'export', 'ledger', '--format', format, '-o', out)
      expect(report['files']).toEqual([{ path: join(out, `ledger.${format}`), rows: expect.any(Number) }])
      expect(readdirSync(out)).toEqual([`ledger.${format}`])
      expect(await fails(1, 'export', 'ledger', '--format', format, '-o', out)).toContain('is not empty')
    }
  })

  it('takes its whole book to an empty machine, checked against the printed genesis', async () => {
    const out = join(folder, 'book')
    const exported = await gives(0, 'ledger', 'export', '-o', out)
    expect(readdirSync(out).toSorted()).toEqual(['book.jsonl', 'community.json'])
    expect(statSync(join(out, 'book.jsonl')).mode & 0o777).toBe(0o600)
    expect(await fails(1, 'ledger', 'export', '-o', out)).toContain('is not empty')

    const genesis = String(exported['genesis'])
    const empty = join(folder, 'empty')
    const restore = ['ledger', 'restore', out, '--genesis', genesis, '--data', empty]
    const keys = join(nodeFolder, 'keys.json')
    expect((await tri([...restore.slice(0, 4), `${genesis.slice(0, -4)}AAAA`, '--data', empty])).exit).toBe(7)
    expect((await tri(['ledger', 'restore', folder, '--data', empty])).exit).toBe(3)
    const restored = await tri([...restore, '--keys', keys, '--json'])
    expect(documentOf(restored)).toMatchObject({
      blocks: exported['blocks'],
      operations: exported['operations'],
      keys: 2,
    })
    const balances = await gives(0, 'credit', 'balance')
    const again = documentOf(await tri(['credit', 'balance', '--json', '--data', empty]))
    expect(again['digest']).toBe(balances['digest'])
    const paid = ['credit', 'pay', 'home-2', '0.01', '--from', 'home-1', '--yes', '--json']
    expect(documentOf(await tri([...paid, '--data', empty]))).toMatchObject({ standing: 'final' })
    expect((await tri([...restore, '--keys', keys])).exit).toBe(1)
  })

  it('whose exported book was changed by a letter is restored nowhere', async () => {
    const [out, empty] = [join(folder, 'altered'), join(folder, 'still-empty')]
    await gives(0, 'ledger', 'export', '-o', out)
    const path = join(out, 'book.jsonl')
    const lines = readFileSync(path, 'utf8').split('\n')
    lines[3] = (lines[3] ?? '').replace(/"height":(\d+)/, (_, height) => `"height":${Number(height) + 1}`)
    writeFileSync(path, lines.join('\n'))
    const { exit, err } = await tri(['ledger', 'restore', out, '--data', empty])
    expect([exit, err]).toEqual([7, expect.stringContaining('Line 4')])
    expect(readdirSync(empty)).toEqual([])
  })

  it('without its keys can be read, and tells the doctor what is missing', async () => {
    const [out, empty] = [join(folder, 'keyless-book'), join(folder, 'keyless')]
    await gives(0, 'ledger', 'export', '-o', out)
    expect((await tri(['ledger', 'restore', out, '--data', empty])).exit).toBe(0)
    const { exit, out: said } = await tri(['doctor', '--data', empty])
    expect([exit, said]).toEqual([1, expect.stringContaining('FAULT the key that signs the blocks is here')])
    expect((await tri(['status', '--data', empty])).exit).toBe(4)
  })

  it('answers for its health: status and doctor', async () => {
    expect(await gives(0, 'status')).toMatchObject({
      url: null,
      state: { community: { id: 'prova' } },
      ledger: { engine: 'single', state: 'running', connected: 1, checkpoint: { signatures: 1, of: 1 } },
    })
    const status = (await on('status')).out
    expect(status).toMatch(/^ledger {5}single, running; block \d+, /m)
    expect(status).toContain('1 of 1 answer, 1 must')
    const { exit, out } = await on('doctor')
    expect(out).toMatch(/the book opens at block \d+ and its balances sum to 0/)
    expect(out).toContain('one steward keeps the book: this box')
    expect(out).toContain('the key that signs the blocks is here')
    expect(out).toContain('keys are yours alone')
    expect(exit).toBe(out.includes('FAULT') ? 1 : 0)
  })

  it('listens until it is told to stop, and says where', async () => {
    const { exit, out } = await tri(['up', '--port', '0', '--json', '--data', nodeFolder], {
      stopsAtAnswer: true,
    })
    expect(exit).toBe(130)
    expect(JSON.parse(out)).toMatchObject({ url: expect.stringMatching(/^http:\/\/localhost:\d+$/) })
    expect(readdirSync(nodeFolder)).not.toContain('running.json')
  })

  it('whose node does not answer is a fault of the network', async () => {
    const running = join(nodeFolder, 'running.json')
    writeFileSync(
      running,
      JSON.stringify({ pid: process.pid, url: 'http://localhost:1', door: join(nodeFolder, 'no.sock') }),
    )
    expect(await fails(6, 'status')).toMatch(/does not answer.*tri status\.\n$/)
    rmSync(running)
    expect(await fails(1, 'open')).toContain('tri up')
  })

  it('into whose book somebody wrote is told as tampered', async () => {
    const database = new DatabaseSync(join(nodeFolder, 'book.sqlite'))
    const day = String(Math.floor(Date.parse('2024-05-10T00:00:00Z') / 86_400_000)).padStart(7, '0')
    const row = database.prepare('SELECT value FROM state WHERE key = ?').get(`statement/${day}/m2`)
    const value = new Uint8Array(row?.['value'] as Uint8Array)
    value[0] = 151
    database.prepare('UPDATE state SET value = ? WHERE key = ?').run(value, `statement/${day}/m2`)
    database.close()
    expect(await gives(7, 'settle', 'verify', '2024-05')).toMatchObject({ ok: false })
    expect(await gives(7, 'credit', 'verify')).toMatchObject({ ok: false, differsAt: 'state' })
  })

  it('never has a key of its members on the terminal', () => {
    const { seeds } = JSON.parse(readFileSync(join(nodeFolder, 'keys.json'), 'utf8')) as {
      seeds: Record<string, string>
    }
    const said = everythingSaid.join('\n')
    expect(Object.keys(seeds)).toHaveLength(2)
    for (const seed of Object.values(seeds)) expect(said).not.toContain(seed)
  })
})
