import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { runNode } from '@tri/node'
import { epochMs, slot, watt, wattHour } from '@tri/units'
import { fromHex, keyPairFromSeed } from '@tri/units/crypto'
import { openVault, vaultKeyFile, type VaultEntry } from '@tri/vault'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { EXIT } from '../src/exit-code.ts'
import { documentOf, everythingSaid, tri } from './listening-terminal.ts'
import { prova } from './prova.ts'

const HOUR = 3_600_000
const QUARTER = 900_000
const DAY = 86_400_000
/** The first of May 2024, as Prova's clocks count it. */
const MAY = Date.parse('2024-05-01T00:00:00+02:00')
const PASSPHRASE = 'three ovens and a well'

let root = ''
const at = (name: string) => join(root, name)
const readings = (folder: string) => join(at(folder), 'vault', 'readings.sqlite')

/** Two days of quarter hours, and two hours of readings, a reading every ten seconds. */
function twoDays(): VaultEntry[] {
  const quality = 'measured'
  const seconds = Array.from({ length: 720 }, (_, i): VaultEntry => ({
    is: 'reading',
    meter: 'm1',
    takenAt: epochMs(MAY + i * 10_000),
    powerW: watt(300 + (i % 7)),
    importRegisterWh: wattHour(1000 + i),
    exportRegisterWh: null,
    quality,
  }))
  const slots = Array.from({ length: 192 }, (_, i): VaultEntry => ({
    is: 'slot',
    meter: 'm1',
    slot: slot(MAY / QUARTER + i),
    importWh: wattHour(75),
    exportWh: wattHour(0),
    quality,
  }))
  return [...seconds, ...slots]
}

function fill(folder: string): void {
  const { seeds } = JSON.parse(readFileSync(join(at(folder), 'keys.json'), 'utf8')) as {
    seeds: Readonly<Record<string, string>>
  }
  using vault = openVault({
    path: readings(folder),
    key: vaultKeyFile(join(at(folder), 'vault', 'key'), (bytes) => new Uint8Array(bytes).fill(7)),
    owner: 'home-1',
    household: keyPairFromSeed(fromHex(seeds['home-1'] ?? '')),
    dice: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    clock: { now: () => epochMs(MAY + 3 * DAY) },
    days: {
      zone: 'Europe/Rome',
      dayOf: (of) => {
        const from = MAY + Math.floor((of - MAY) / DAY) * DAY
        const name = new Date(from + 2 * HOUR).toISOString().slice(0, 10)
        return { name, from: epochMs(from), until: epochMs(from + DAY) }
      },
    },
  })
  vault.append(twoDays())
}

/** A data folder of its own, with readings where the vault is wanted. */
function copyOf(folder: string, name: string): readonly string[] {
  cpSync(at(folder), at(name), { recursive: true })
  return ['--data', at(name)]
}

const vault = (words: string, node: readonly string[], wishes: Parameters<typeof tri>[1] = {}) =>
  tri(['vault', ...words.split(' ').filter(Boolean), ...node], wishes)

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'tri-cli-vault-'))
  writeFileSync(at('prova.json'), JSON.stringify(prova))
  await tri(['community', 'init', at('prova.json'), '--data', at('bare')])
  const node = copyOf('bare', 'kept')
  const device = '--template p1 --on /dev/ttyUSB0 --meter m1 --member home-1 --untested'.split(' ')
  await tri(['device', 'add', 'house', ...device, ...node])
  mkdirSync(at('kept/vault'), { mode: 0o700 })
  fill('kept')
})
afterAll(() => rmSync(root, { recursive: true }))

describe('tri vault', () => {
  it('says whose vault it is, what it has, and who asked', async () => {
    const node = copyOf('kept', 'status')
    const said = documentOf(await vault('status --json', node))
    expect(said).toMatchObject({ owner: 'home-1', damaged: [], receipts: [] })
    expect(said['meters']).toEqual([{ meter: 'm1', newestAt: MAY + 2 * DAY - QUARTER, conflicts: 0 }])
    expect(said['bytes']).toBe(statSync(readings('status')).size)
    await vault(`export --meter m1 --out ${at('asked.csv')}`, node)
    expect((await vault('status', node)).out).toMatch(/asked .* home-1: slot of m1, for household: granted/)
  })

  it('writes each grain to a file of its owner’s, by days of the community, and over nothing', async () => {
    const node = copyOf('kept', 'export')
    const lines = async (grain: string, range: string, format = 'jsonl') => {
      const out = at(`${grain}.${format}`)
      const said = await vault(
        `export --meter m1 --grain ${grain} ${range} --format ${format} --out ${out}`,
        node,
      )
      expect([said.err, said.exit]).toEqual(['', EXIT.ok])
      expect(statSync(out).mode & 0o777).toBe(0o600)
      return readFileSync(out, 'utf8').trimEnd().split('\n')
    }
    const first = '--from 2024-05-01 --until 2024-05-02'
    expect(await lines('slot', first)).toHaveLength(96)
    expect(await lines('slot', '--from 2024-05-01T22:00Z', 'csv')).toHaveLength(1 + 96)
    expect((await lines('day', first)).map((line): unknown => JSON.parse(line))).toMatchObject([
      { name: '2024-05-01', importWh: 7200, slots: 96 },
    ])
    expect(await lines('second', '--until 2024-05-01T01:00+02:00')).toHaveLength(360)
    expect((await lines('month', '', 'parquet'))[0]?.slice(0, 4)).toBe('PAR1')
    const before = readFileSync(at('slot.jsonl'))
    const again = await vault(`export --meter m1 --format jsonl --out ${at('slot.jsonl')}`, node)
    expect(again.exit).toBe(EXIT.refused)
    expect(readFileSync(at('slot.jsonl'))).toEqual(before)
  })

  it('leaves no file where there is nothing to write', async () => {
    const node = copyOf('kept', 'nothing')
    const cases = [
      ['--meter m1 --from 2024-06-01', EXIT.notFound],
      ['--meter m9', EXIT.notFound],
      ['--meter m1 --from yesterday', EXIT.usage],
      ['--meter m1 --from 2024-05-01T10:00', EXIT.usage],
      ['--meter m1 --from 2024-05-02 --until 2024-05-01', EXIT.usage],
    ] as const
    for (const [words, exit] of cases) {
      const said = await vault(`export ${words} --out ${at('none.csv')}`, node)
      expect([words, said.exit, existsSync(at('none.csv'))]).toEqual([words, exit, false])
    }
  })

  it('finds a block that was changed, names its channel and range, and exports the rest', async () => {
    const node = copyOf('kept', 'damaged')
    expect((await vault('check', node)).exit).toBe(EXIT.ok)
    {
      using file = new DatabaseSync(readings('damaged'))
      const slots = file.prepare(
        `SELECT min(number) AS number FROM leaves JOIN channels ON channels.id = leaves.channel WHERE resolution = 'slot'`,
      )
      const number = Number(slots.get()?.['number'])
      file.prepare('UPDATE blocks SET bytes = zeroblob(length(bytes)) WHERE number = ?').run(number)
    }
    const checked = await vault('check --json', node)
    expect(checked.exit).toBe(EXIT.tampered)
    expect(documentOf(checked)).toMatchObject({
      isWhole: false,
      isLogWhole: true,
      damaged: [{ meter: 'm1', resolution: 'slot', reason: 'is not what was signed' }],
    })
    expect((await vault('check', node)).out).toMatch(/DAMAGED {2}m1, channel slot, 2024-04-30T00:00:00Z/)
    const rest = await vault(`export --meter m1 --out ${at('rest.csv')}`, node)
    expect(rest.exit).toBe(EXIT.partial)
    expect(readFileSync(at('rest.csv'), 'utf8').split('\r\n').length).toBeGreaterThan(96)
  })

  it('erases only what is confirmed, and says what goes and what remains', async () => {
    const node = copyOf('kept', 'erased')
    const range = '--meter m1 --from 2024-05-01 --until 2024-05-02'
    const asked = await vault(`erase ${range}`, node, { typed: 'n' })
    expect(asked.exit).toBe(EXIT.refused)
    expect(asked.err).toMatch(/m1, from 2024-05-01T00:00\+02:00 until 2024-05-02T00:00\+02:00/)
    expect((await vault(`export --meter m1 --grain second --out ${at('before.csv')}`, node)).exit).toBe(
      EXIT.ok,
    )
    const erased = await vault(`erase ${range} --json`, node, { typed: 'yes' })
    expect(documentOf(erased)).toMatchObject({ entries: 720 + 96 + 1, resealed: 8 + 1 })
    expect(documentOf(erased)['remains']).toContain('statements-sent')
    expect((await vault(`export --meter m1 --grain second --out ${at('after.csv')}`, node)).exit).toBe(
      EXIT.notFound,
    )
    const left = await vault(`export --meter m1 --grain day --format jsonl --out ${at('left.jsonl')}`, node)
    expect(left.exit).toBe(EXIT.ok)
    expect(readFileSync(at('left.jsonl'), 'utf8')).toMatch(/^\{"name":"2024-05-02".*\n$/)
    expect((await vault('check', node)).exit).toBe(EXIT.ok)
  })

  it('keeps the totals where asked to, and erases nothing that is still to come or cut in the middle', async () => {
    const node = copyOf('kept', 'totals')
    const finer = '--meter m1 --from 2024-05-01 --until 2024-05-02 --keep-totals --yes --json'
    expect(documentOf(await vault(`erase ${finer}`, node))).toMatchObject({ entries: 720 })
    const cases = [
      ['--meter m1 --from 2024-05-01 --until 2999-01-01', EXIT.usage],
      ['--meter m1 --from 2024-05-01T10:05+02:00 --until 2024-05-02', EXIT.usage],
      ['--meter m9 --from 2024-05-01 --until 2024-05-02', EXIT.notFound],
    ] as const
    for (const [words, exit] of cases)
      expect([words, (await vault(`erase ${words} --yes`, node)).exit]).toEqual([words, exit])
    const slots = await vault(`export --meter m1 --format jsonl --out ${at('totals.jsonl')}`, node)
    expect(slots.exit).toBe(EXIT.ok)
    expect(readFileSync(at('totals.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(192)
  })

  it('carries its key in a backup under a passphrase, and comes back with it', async () => {
    const node = copyOf('kept', 'saved')
    const file = at('with-key.tri')
    const typed = { typed: PASSPHRASE }
    expect((await vault(`backup ${file} --with-key`, node, { typed: 'short' })).exit).toBe(EXIT.usage)
    expect((await vault(`backup ${file} --with-key`, node)).exit).toBe(EXIT.usage)
    expect((await vault(`backup ${file} --with-key`, node, typed)).exit).toBe(EXIT.ok)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect((await vault(`backup ${file}`, node)).exit).toBe(EXIT.refused)
    expect((await vault(`restore ${file} --with-key`, node, typed)).exit).toBe(EXIT.refused)

    const fresh = copyOf('bare', 'back')
    const wrong = { environment: { TRI_VAULT_PASSPHRASE: 'three ovens and a mill' } }
    const asHers = `restore ${file} --with-key --member home-1`
    expect((await vault(asHers, fresh, wrong)).exit).toBe(EXIT.refused)
    const ofAnother = `restore ${file} --with-key --member home-2`
    expect((await vault(ofAnother, fresh, typed)).exit).toBe(EXIT.refused)
    expect([existsSync(readings('back')), existsSync(at('back/vault/key'))]).toEqual([false, false])
    const environment = { TRI_VAULT_PASSPHRASE: PASSPHRASE }
    const back = documentOf(await vault(`${asHers} --json`, fresh, { environment }))
    expect(back).toMatchObject({ owner: 'home-1', meters: ['m1'], isWhole: true })
    expect(readFileSync(at('back/vault/key'))).toEqual(readFileSync(at('saved/vault/key')))
    expect((await vault('status', fresh)).out).toContain('home-1')
    expect(everythingSaid.join('')).not.toContain(PASSPHRASE)
  })

  it('needs the key’s own file for a backup without it', async () => {
    const file = at('bare.tri')
    await vault(`backup ${file}`, copyOf('kept', 'keyless'))
    const fresh = copyOf('bare', 'keyless-back')
    const words = `restore ${file} --member home-1`
    expect((await vault(words, fresh)).exit).toBe(EXIT.notFound)
    expect((await vault(`${words} --with-key`, fresh, { typed: PASSPHRASE })).exit).toBe(EXIT.refused)
    expect((await vault(`restore ${at('absent.tri')} --member home-1`, fresh)).exit).toBe(EXIT.notFound)
    cpSync(at('keyless/vault/key'), at('keyless-back/vault/key'))
    expect((await vault(words, fresh)).exit).toBe(EXIT.ok)
  })

  it('is reached through the running node, where no backup can be put back', async () => {
    const words = copyOf('kept', 'running')
    await using node = await runNode({ folder: at('running'), port: 0, lan: false })
    expect(node.url).toContain('http')
    expect(documentOf(await vault('status --json', words))).toMatchObject({ owner: 'home-1' })
    expect((await vault('check', words)).exit).toBe(EXIT.ok)
    expect((await vault(`backup ${at('running.tri')}`, words)).exit).toBe(EXIT.ok)
    const out = at('running.csv')
    expect((await vault(`export --meter m1 --out ${out}`, words)).exit).toBe(EXIT.ok)
    expect(readFileSync(out, 'utf8').trimEnd().split('\r\n')).toHaveLength(1 + 192)
    expect((await vault(`restore ${at('running.tri')}`, words)).exit).toBe(EXIT.refused)
  })

  it('says where there is no vault yet what makes one, and makes none by asking', async () => {
    const node = copyOf('bare', 'none')
    for (const words of ['status', 'check', `backup ${at('no.tri')}`]) {
      const said = await vault(words, node)
      expect([words, said.exit]).toEqual([words, EXIT.notFound])
      expect(said.err).toContain('tri device add')
    }
    expect(existsSync(at('none/vault'))).toBe(false)
  })
})
