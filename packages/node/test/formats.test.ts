import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { typescriptKernel } from '@tri/exchange'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { settleRunReport } from '../src/batch/report.ts'
import { settleRun } from '../src/batch/settle-run.ts'
import { problemSentence } from '../src/problem.ts'

let folder = ''
let examples = new Map<string, string>()
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tri-formats-'))
  const page = await readFile(new URL('../../../docs/formats.md', import.meta.url), 'utf8')
  const blocks = page.matchAll(/<!-- example: (\S+) -->\n```\w+\n([^]*?)```/g)
  examples = new Map([...blocks].map(([, name = '', text = '']) => [name, text]))
  for (const name of ['prova.json', 'prova.toml', 'letture.csv', 'wide.csv', 'registri.csv'])
    await writeFile(path.join(folder, name), examples.get(name) ?? '')
})
afterAll(async () => rm(folder, { recursive: true }))

async function reportOf(community: string, readings: string, out?: string): Promise<string> {
  const files = { community: path.join(folder, community), readings: [path.join(folder, readings)] }
  const run = await settleRun(
    { ...files, ...(out === undefined ? {} : { out }) },
    { kernel: typescriptKernel },
  )
  return run.ok
    ? `${settleRunReport(run.value)}\n`
    : run.refusal.map((problem) => problemSentence(problem)).join('\n')
}

describe('the examples of docs/formats.md', () => {
  test('settle to the report that the page prints, as JSON and as TOML', async () => {
    expect(await reportOf('prova.json', 'letture.csv')).toBe(examples.get('report'))
    expect(await reportOf('prova.toml', 'letture.csv')).toBe(examples.get('report'))
  })

  test('settle to the same from a wide file in local time and kWh, and from registers', async () => {
    expect(await reportOf('prova.json', 'wide.csv')).toBe(examples.get('report'))
    expect(await reportOf('prova.json', 'registri.csv')).toBe(examples.get('report'))
  })

  test('give the rows that the page shows', async () => {
    const out = path.join(folder, 'out')
    await reportOf('prova.json', 'letture.csv', out)
    expect(await readFile(path.join(out, 'slots', 'home-1.csv'), 'utf8')).toBe(
      examples.get('slots/home-1.csv'),
    )
  })
})
