import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { errorsMarkdown } from '../tidy/errors-markdown.ts'
import { EXCEPTIONS } from '../tidy/exceptions.ts'
import { readFaultTables, type FaultTables } from '../tidy/fault-tables.ts'
import { findingLine } from '../tidy/finding.ts'
import { findingsIn } from '../tidy/findings.ts'
import { IMPORT_TABLE, PURE_PACKAGES } from '../tidy/import-table.ts'
import { RULES } from '../tidy/rules.ts'
import { readTree, treeOf } from '../tidy/tree.ts'
import { PLANTED } from './planted.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** What tidy says about these files, without the rule about docs/errors.md unless it is asked for. */
function findings(texts: Record<string, string>, faults: FaultTables = new Map()): string[] {
  const tree = treeOf({ texts: Object.entries(texts), otherPaths: ['packages', 'docs'], faults })
  const lines = findingsIn(tree, []).map(findingLine)
  return 'docs/errors.md' in texts ? lines : lines.filter((line) => !line.includes('errors-page'))
}

const manifest = (name: string, rest: object): string =>
  JSON.stringify({
    name: `@tri/${name}`,
    exports: { '.': './src/index.ts', './testing': './src/testing/index.ts' },
    ...rest,
  })

const PACKAGES = {
  'packages/units/package.json': manifest('units', {}),
  'packages/exchange/package.json': manifest('exchange', {}),
  'packages/contract/package.json': manifest('contract', {}),
  'packages/node/package.json': manifest('node', {}),
}
const locked = (rest: object): string => JSON.stringify({ packages: { '': {}, ...rest } })
const WITH_LOCK = {
  'package-lock.json': locked({
    'packages/units': {},
    'packages/exchange': {},
    'packages/contract': {},
    'packages/node': {},
  }),
}
const HOUSE = { ...PACKAGES, ...WITH_LOCK }

describe('a clean tree', () => {
  test('has no finding, so that what is planted below is what is reported', () => {
    const text = `import { sum } from './sum.ts'\n\n/** Twice. */\nexport const twice = (x: number): number => sum(x, x)\n`
    const sum = `/** Adds. */\nexport function sum(a: number, b: number): number {\n  return a + b\n}\n`
    expect(
      findings({ ...HOUSE, 'packages/units/src/twice.ts': text, 'packages/units/src/sum.ts': sum }),
    ).toEqual([])
  })
})

describe('a planted violation is reported', () => {
  test.each(PLANTED)('$wrong is seen and reported', ({ path, text, says }) => {
    expect(findings({ ...HOUSE, [path]: text }).join('\n')).toContain(says)
  })

  test('a page takes one subpath of a package, nothing else of it, and no file of Node’s behind it', () => {
    const exports = { '.': './src/index.ts', './proof': './src/proof/index.ts' }
    const house = {
      ...PACKAGES,
      'packages/ledger/package.json': manifest('ledger', { exports }),
      'packages/web/package.json': manifest('web', { dependencies: { '@tri/ledger': '0.1.0' } }),
      'packages/web/src/proof.ts': `import { x } from '@tri/ledger/proof'\nexport const y = x\n`,
      'packages/ledger/src/proof/index.ts': `export { x } from '../x.ts'\n`,
      'packages/ledger/src/x.ts': `/** X. */\nexport const x = 1\n`,
    }
    expect(findings(house).filter((line) => line.includes('import:'))).toEqual([])
    const wrong = {
      'packages/web/src/all.ts': `import { z } from '@tri/ledger'\nexport const y = z\n`,
      'packages/ledger/src/x.ts': `import { createHash } from 'node:crypto'\nexport const x = createHash\n`,
    }
    const found = findings({ ...house, ...wrong }).join('\n')
    expect(found).toContain('web may not import ledger')
    expect(found).toContain('a page runs this file too, and has no node:crypto')
  })

  test('a docstring that is missing where an exported name is declared is reported there', () => {
    const index = `export { one, two } from './a.ts'\n`
    const text = `/** One. */\nexport const one = 1\n\nexport const two = 2\n`
    const found = findings({
      ...HOUSE,
      'packages/units/src/index.ts': index,
      'packages/units/src/a.ts': text,
    })
    expect(found).toEqual(['packages/units/src/a.ts:4  docstring: two is exported without a docstring'])
  })

  test('declarations without a blank line between them share the docstring of the first', () => {
    const index = `export { kinds, type Kind, type Other } from './a.ts'\n`
    const text = `/** Kinds. */\nexport const kinds = [1] as const\nexport type Kind = (typeof kinds)[number]\n\nexport type Other = Kind\n`
    const found = findings({
      ...HOUSE,
      'packages/units/src/index.ts': index,
      'packages/units/src/a.ts': text,
    })
    expect(found).toEqual(['packages/units/src/a.ts:5  docstring: Other is exported without a docstring'])
  })

  test('an entry that declares what it offers explains it there', () => {
    const exported = { exports: { './client': './src/client.ts' } }
    const files = { ...HOUSE, 'packages/units/package.json': JSON.stringify(exported) }
    const found = findings({ ...files, 'packages/units/src/client.ts': 'export const call = 1\n' })
    expect(found).toEqual(['packages/units/src/client.ts:1  docstring: call is exported without a docstring'])
  })
})

const lockFindings = (packages: object, root: object = {}): string =>
  findings({ 'package.json': JSON.stringify(root), 'package-lock.json': locked(packages) }).join('\n')

describe('the lock file', () => {
  const held = { version: '1.0.0', integrity: 'sha512-x' }

  test('a version that is a range is reported, since two installs could differ', () => {
    expect(lockFindings({}, { dependencies: { a: '^1.0.0' } })).toContain('a ^1.0.0 is not one exact version')
  })
  test('a dependency that the lock file does not hold is reported', () => {
    expect(lockFindings({}, { dependencies: { a: '1.0.0' } })).toContain('a is not as package.json says')
  })
  test('a dependency that no decision record explains is reported, and so is another version of it', () => {
    const record = { 'docs/decisions/0001-stack.md': '| `a` | 1.0.0 | what it replaces |\n' }
    const told = (version: string): string =>
      findings({ ...record, 'package.json': JSON.stringify({ dependencies: { a: version } }) }).join('\n')
    expect(told('1.0.0')).not.toContain('has no line')
    expect(told('1.0.1')).toContain('a 1.0.1 has no line in docs/decisions/0001-stack.md')
  })
  test('a package with an install script is reported', () => {
    expect(lockFindings({ 'node_modules/a': { ...held, hasInstallScript: true } })).toContain('runs a script')
  })
  test('a package without a digest is reported', () => {
    expect(lockFindings({ 'node_modules/a': { version: '1.0.0' } })).toContain('has no digest')
  })
  test('a native package that the lock file holds for one platform only is reported', () => {
    const a = { ...held, optionalDependencies: { 'a-linux': '1.0.0', 'a-darwin': '1.0.0' } }
    const found = lockFindings({ 'node_modules/a': a, 'node_modules/a-linux': held })
    expect(found).toContain('node_modules/a needs a-darwin on another platform')
    expect(found).not.toContain('a-linux')
  })
})

const tables = (en: string, it: string): FaultTables => new Map([['node', { 'too-much': { en, it } }]])

describe('the sentences', () => {
  const pay = `export const f = () => refuse('too-much')\n`
  const tree = { ...HOUSE, 'packages/node/src/a.ts': pay }

  test('a sentence that only one language has is reported', () => {
    expect(findings(tree, tables('Too much.', ' ')).join()).toContain('too-much lacks a language')
  })
  test('a sentence that fills in other things in the other language is reported', () => {
    const found = findings(tree, tables('{amount} is too much.', '{importo} è troppo.'))
    expect(found.join()).toContain('too-much fills in {amount} in English, {importo} in Italian')
  })
  test('a sentence that nothing says is reported, and one that is said is not', () => {
    expect(findings(HOUSE, tables('Too much.', 'Troppo.')).join()).toContain('nothing says too-much')
    expect(findings(tree, tables('Too much.', 'Troppo.'))).toEqual([])
  })
  test('a page of errors that is not what the tables say is reported', () => {
    const faults = tables('Too much.', 'Troppo.')
    expect(findings({ ...tree, 'docs/errors.md': errorsMarkdown(faults) }, faults)).toEqual([])
    expect(findings({ ...tree, 'docs/errors.md': '# Errors\n' }, faults).join()).toContain('errors-page')
  })
})

describe('exceptions', () => {
  const text = `export const y = (x: unknown) => x as number\n`
  const tree = treeOf({ texts: Object.entries({ ...HOUSE, 'packages/node/src/a.ts': text }) })
  const rules = (exceptions: Parameters<typeof findingsIn>[1]): string[] =>
    findingsIn(tree, exceptions).flatMap(({ rule }) => (rule === 'errors-page' ? [] : rule))

  test('an exception covers its rule at its place and nothing else', () => {
    const one = { at: 'packages/node/src/a.ts', reason: 'a parser' }
    expect(rules([{ ...one, rule: 'cast' }])).toEqual([])
    expect(rules([{ ...one, rule: 'cast', name: 'as number' }])).toEqual([])
    expect(rules([{ ...one, rule: 'cast', name: 'as string' }])).toEqual(['cast', 'exception'])
    expect(rules([{ ...one, rule: 'any' }])).toEqual(['cast', 'exception'])
  })
  test('every exception of the house has a reason that is a sentence', () => {
    for (const { reason } of EXCEPTIONS) expect(reason.split(' ').length).toBeGreaterThan(4)
  })
})

describe('this repository', () => {
  test('the import table names every package, and the pure ones import only pure ones', () => {
    const tree = readTree(ROOT, new Map())
    const present = new Set(tree.code.flatMap(({ owner }) => owner ?? []))
    expect([...present].filter((name) => !(name in IMPORT_TABLE))).toEqual([])
    for (const name of PURE_PACKAGES)
      for (const other of IMPORT_TABLE[name] ?? []) expect(PURE_PACKAGES).toContain(other)
  })
  test('every rule of the house looks at the tree of this repository without failing', async () => {
    const tree = readTree(ROOT, await readFaultTables(ROOT))
    for (const rule of RULES) expect(Array.isArray(rule(tree))).toBe(true)
  })
  test('the page of errors shows each sentence of each package', () => {
    const page = readFileSync(join(ROOT, 'docs', 'errors.md'), 'utf8')
    expect(page).toContain('quantity-not-exact')
  })
})
