import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { documentOf, tri } from './listening-terminal.ts'
import { prova } from './prova.ts'

const head = 'meter,from,import_wh,export_wh'
const rows = ['m1,2026-05-01T10:00:00Z,0,500', 'm2,2026-05-01T10:00:00Z,300,0']
let folder = ''
let community = ''
let readings = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tri-cli-run-'))
  community = file('prova.json', JSON.stringify(prova))
  readings = file('letture.csv', [head, ...rows, ''].join('\n'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('tri settle run on two homes in one street', () => {
  it('shares 300 Wh in the street, and weighs 8 Wh x ohm', async () => {
    const said = await tri(['settle', 'run', community, readings, '--json'])
    expect(said.exit).toBe(0)
    expect(documentOf(said)).toMatchObject({
      meters: 2,
      slots: 1,
      sharedWh: 300,
      ringWh: { street: 300 },
      gridExportWh: 200,
      gridImportWh: 0,
      lossWeightedWhOhm: 8,
      sumMicroCredit: 0,
    })
    expect(said.out.endsWith('}\n')).toBe(true)
  })

  it('tells people what each home earned and spent', async () => {
    const { exit, out, err } = await tri(['settle', 'run', community, readings])
    expect(exit).toBe(0)
    for (const words of [/sharedWh\s+300/, /lossWeightedWhOhm\s+8\b/, /home-1.*\+0\.033/, /home-2.*-0\.033/])
      expect(out).toMatch(words)
    expect(err).not.toContain('sharedWh')
  })

  it('has the same root from shuffled rows', async () => {
    const shuffled = file('mischiate.csv', [head, ...rows.toReversed(), ''].join('\n'))
    const [one, other] = [
      await tri(['settle', 'run', community, readings, '--json']),
      await tri(['settle', 'run', community, shuffled, '--json']),
    ]
    expect(documentOf(one)['root']).toMatch(/^[0-9a-f]{64}$/)
    expect(documentOf(other)['root']).toBe(documentOf(one)['root'])
  })

  it('writes a folder, and does not write into it again', async () => {
    const out = join(folder, 'maggio')
    expect((await tri(['settle', 'run', community, readings, '--out', out, '--quiet'])).exit).toBe(0)
    const written = readdirSync(out, { recursive: true }).map(String)
    expect(written.some((name) => name.includes('home-1'))).toBe(true)
    const statement = written.find((name) => name.includes('home-2') && name.endsWith('.json'))
    if (statement !== undefined) expect(readFileSync(join(out, statement), 'utf8')).toContain('300')
    const again = await tri(['settle', 'run', community, readings, '--out', out])
    expect(again.exit).not.toBe(0)
    expect(again.err).toContain(out)
    expect(readdirSync(out, { recursive: true }).map(String)).toEqual(written)
  })

  it('settles by another rule when asked, and names the rules when it does not know one', async () => {
    const other = await tri(['settle', 'run', community, readings, '--rule', 'pro-rata', '--json'])
    expect(documentOf(other)['sharedWh']).toBe(300)
    const unknown = await tri(['settle', 'run', community, readings, '--rule', 'by-luck'])
    expect(unknown.exit).toBe(2)
    expect(unknown.err).toContain('neighbour-first')
  })

  it('names file, line and meter of what is wrong in a file, and ends with 1', async () => {
    const wrong = file('sbagliate.csv', [head, rows[0], 'm9,2026-05-01T10:00:00Z,300,0', ''].join('\n'))
    const { exit, out, err } = await tri(['settle', 'run', community, wrong])
    expect([exit, out]).toEqual([1, ''])
    for (const word of ['sbagliate.csv', '3', 'm9']) expect(err).toContain(word)
  })

  it('says a fault as JSON on stderr with --json, and nothing on stdout', async () => {
    const { exit, out, err } = await tri(['settle', 'run', join(folder, 'none.json'), readings, '--json'])
    expect(exit).not.toBe(0)
    expect(out).toBe('')
    expect(JSON.parse(err)).toMatchObject({
      error: { code: expect.any(String), message: expect.any(String) },
    })
  })
})

describe('a community file', () => {
  it('is summed up when it is right', async () => {
    const said = await tri(['community', 'check', community, '--json'])
    expect(said.exit).toBe(0)
    expect(documentOf(said)).toEqual({
      ok: true,
      id: 'prova',
      name: 'Prova',
      members: 2,
      meters: 2,
      nodes: 4,
    })
  })

  it('is told with everything that is wrong in it, in the reader’s language', async () => {
    const meters = [
      { id: 'm1', member: 'nobody', site: 'casa-1' },
      { id: 'm2', member: 'home-2', site: 'nowhere' },
    ]
    const wrong = file('wrong.json', JSON.stringify({ ...prova, meters }))
    const english = await tri(['community', 'check', wrong])
    expect([english.exit, english.out]).toEqual([1, ''])
    expect(english.err).toContain('nobody')
    expect(english.err).toContain('nowhere')
    const italian = await tri(['community', 'check', wrong, '--lang', 'it'])
    expect(italian.err).toContain('Correggi')
    expect(italian.err).not.toContain('Mend')
  })
})
