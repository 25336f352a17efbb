import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { documentOf, tri } from './listening-terminal.ts'
import { mayReadings, prova } from './prova.ts'

const CASES = join(import.meta.dirname, '../../ledger/test/cases')
function knownCase(name: string): { readonly genesis: string; readonly proof: string } {
  return JSON.parse(readFileSync(join(CASES, name, 'input.json'), 'utf8'))
}
const known = knownCase('blinded-balance-proof')
const bytes = Buffer.from(known.proof, 'base64url')

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tri-proof-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function file(name: string, content: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** Checks a file where there is no data folder at all. */
async function verified(path: string, ...flags: readonly string[]) {
  const nowhere = join(folder, 'no-such-folder')
  return await tri(['credit', 'verify', '--offline', path, ...flags, '--data', nowhere])
}

describe('a proof on a machine with nothing but the text of the genesis', () => {
  it('is believed, and says what, when, and signed by whom', async () => {
    const { exit, out } = await verified(file('good.tri', bytes), '--genesis', known.genesis)
    expect(exit).toBe(0)
    expect(out).toContain('home-1 has CC 0.05')
    expect(out).toContain('signed by 3 of 4 stewards')
    expect(out).toContain('through 1 change of the stewards')
    const report = documentOf(await verified(file('good.tri', bytes), '--genesis', known.genesis, '--json'))
    expect(report).toMatchObject({ ok: true, community: 'prova', height: 6, setChanges: 1 })
  })

  it('is believed from a book of the time before leaves were blinded, too', async () => {
    const older = knownCase('balance-proof')
    const path = file('older.tri', Buffer.from(older.proof, 'base64url'))
    const { exit, out } = await verified(path, '--genesis', older.genesis)
    expect([exit, out]).toEqual([0, expect.stringContaining('home-1 has CC 0.05')])
  })

  it('that was tampered with ends with 7 and the place, in both languages', async () => {
    const changed = file('changed.tri', bytes.with(bytes.length - 20, 1))
    const said = await verified(changed, '--genesis', known.genesis)
    expect([said.exit, said.out]).toEqual([7, expect.stringMatching(/^NOT proved: path\.step\[5\]/)])
    const report = await verified(changed, '--genesis', known.genesis, '--json', '--lang', 'it')
    expect(report.exit).toBe(7)
    expect(documentOf(report)).toMatchObject({ ok: false, place: 'path.step[5]', code: 'root-differs' })
    expect(documentOf(report)['message']).toContain('non conduce')
  })

  it('that is about another community is not believed', async () => {
    const other = `tri:altra:${'A'.repeat(43)}`
    const { exit, out } = await verified(file('good.tri', bytes), '--genesis', other)
    expect([exit, out]).toEqual([7, expect.stringContaining('genesis')])
  })

  it('needs a text and a file that can be read', async () => {
    const path = file('good.tri', bytes)
    expect((await verified(path)).exit).toBe(2)
    expect((await verified(path, '--genesis', 'tri:prova')).exit).toBe(2)
    expect((await verified(join(folder, 'absent.tri'), '--genesis', known.genesis)).exit).toBe(3)
    expect((await verified(file('empty.tri', new Uint8Array()), '--genesis', known.genesis)).exit).toBe(7)
  })
})

const node = () => ['--data', join(folder, 'node')]

const does = async (...words: readonly string[]) => {
  const said = await tri([...words, ...node(), '--json'])
  expect([words.join(' '), said.exit, said.err]).toEqual([words.join(' '), 0, expect.any(String)])
  return documentOf(said)
}

const refused = async (code: number, ...words: readonly string[]) => {
  const { exit, err } = await tri([...words, ...node()])
  expect([words.join(' '), exit]).toEqual([words.join(' '), code])
  return err
}

describe('a member’s proofs', () => {
  it('of a balance, a posting and a quarter hour are made by her node and believed elsewhere', async () => {
    await does('community', 'init', file('prova.json', Buffer.from(JSON.stringify(prova))))
    await does('energy', 'import', file('may.csv', Buffer.from(mayReadings({ withGap: false }))))
    await does('settle', 'publish', '2024-05')
    const paid = await does('credit', 'pay', 'home-2', '2.50', '--from', 'home-1', '--yes')
    const { text } = await does('credit', 'genesis')
    const proof = async (name: string, ...wish: readonly string[]) => {
      const path = join(folder, name)
      await does('credit', 'proof', '--member', 'home-1', '--out', path, ...wish)
      return documentOf(await verified(path, '--genesis', String(text), '--json'))
    }
    const balance = await does('credit', 'balance', 'home-1')
    expect(await proof('balance.tri')).toMatchObject({
      ok: true,
      stewards: 1,
      record: {
        kind: 'balance',
        account: 'home-1',
        values: { balance: (balance['balances'] as { balanceMicroCredit: number }[])[0]?.balanceMicroCredit },
      },
    })
    expect(await proof('payment.tri', '--posting', String(paid['id']))).toMatchObject({
      record: { kind: 'posting', account: 'home-1', values: { posting: 'transfer', amount: -2_500_000 } },
    })
    expect(await proof('slot.tri', '--slot', '2024-05-20T10:15Z')).toMatchObject({
      record: { kind: 'slot', values: { version: 1 } },
      meter: { meter: 'm1', days: [expect.objectContaining({ slots: 88, intervalSlots: 1 })] },
    })
    const shown = await verified(join(folder, 'slot.tri'), '--genesis', String(text))
    expect(shown.out).toMatch(/2024-05-20 10:15.*0\.200.*-0\.150/)
  })

  it('are refused for what is not there', async () => {
    const path = join(folder, 'none.tri')
    const of = ['credit', 'proof', '--out', path, '--member']
    expect(await refused(3, ...of, 'nobody')).toContain('nobody')
    expect(await refused(3, ...of, 'home-1', '--posting', 'never')).toContain('never')
    expect(await refused(3, ...of, 'home-1', '--slot', '2030-01-01T00:00Z')).toContain('2030')
    expect(await refused(3, ...of, 'home-1', '--slot', '2024-05-20T10:15Z', '--meter', 'm2')).toContain('m2')
    expect(await refused(2, ...of, 'home-1', '--slot', 'yesterday')).toContain('--slot')
  })

  it('have the genesis’ text beside them, as letters and as a code to scan', async () => {
    const { exit, out } = await tri(['credit', 'genesis', ...node()])
    expect([exit, out]).toEqual([0, expect.stringMatching(/^tri:prova:[A-Za-z0-9_-]{43}\n\n[ ▀▄█\n]+$/)])
  })
})
