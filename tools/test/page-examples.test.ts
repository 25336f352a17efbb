import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { pageExamples, type PageExample } from '../ci/page-examples.ts'
import { readTree } from '../tidy/tree.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** The two files of the README lie beside every example: other pages go on from there. */
const [first] = pageExamples(readFileSync(join(ROOT, 'README.md'), 'utf8'))

const examples = [...readTree(ROOT, new Map()).files.values()]
  .filter(({ path }) => path.endsWith('.md'))
  .flatMap(({ path, text }) =>
    pageExamples(text).map((example, i) => ({ page: path, number: i + 1, example })),
  )

function printed({ files, run }: PageExample): string {
  const folder = mkdtempSync(join(tmpdir(), 'tri-page-'))
  try {
    for (const { name, text } of [...(first?.files ?? []), ...files]) writeFileSync(join(folder, name), text)
    if (run.is === 'ts')
      return execFileSync(process.execPath, ['--input-type=module-typescript', '-e', run.text], {
        encoding: 'utf8',
        cwd: ROOT,
      })
    const command = run.text.trim().replaceAll('./tri ', `${join(ROOT, 'tri')} `)
    return execFileSync('sh', ['-euc', command], {
      encoding: 'utf8',
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the examples of the pages', () => {
  test.each(examples)('example $number of $page prints what the page says', ({ example }) => {
    expect(printed(example)).toBe(example.prints)
  })
  test('the README has the example that settles one’s own files', () => {
    expect(first?.run.text).toContain('./tri settle run prova.json readings.csv')
  })
  test('an example has the files named before it, and a block that prints nothing is none', () => {
    const page =
      '```csv a.csv\n1\n```\n\n```sh\ncat a.csv\n```\n\n```text\n1\n```\n\n```sh\nls\n```\n\nThen.\n\n```ts\nx\n```\n'
    expect(pageExamples(page)).toEqual([
      { files: [{ name: 'a.csv', text: '1\n' }], run: { is: 'sh', text: 'cat a.csv\n' }, prints: '1\n' },
    ])
  })
})
