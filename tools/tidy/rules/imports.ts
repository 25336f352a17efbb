import { posix } from 'node:path'

import {
  BROWSER_ENTRIES,
  BROWSER_PACKAGES,
  IMPORT_TABLE,
  NODE_CRYPTO_FOLDER,
  PURE_PACKAGES,
} from '../import-table.ts'
import { isRecord, jsonOf, stringsIn, type CodeFile, type Tree } from '../tree.ts'
import type { Finding } from '../finding.ts'

/** Who may import whom: our packages by the table and by their exports, others as declared. */
export function imports(tree: Tree): Finding[] {
  const inBrowser = reachedFrom(tree, BROWSER_ENTRIES)
  return tree.code.flatMap((file) =>
    file.facts.imports.flatMap(({ from, line }) => {
      const message = wrongImport(tree, file, from) ?? wrongInBrowser(inBrowser, file, from)
      return message === undefined ? [] : [{ rule: 'import', path: file.path, line, message }]
    }),
  )
}

/** The files that some files import, and what those import in turn, within their packages. */
function reachedFrom(tree: Tree, entries: readonly string[]): ReadonlySet<string> {
  const byPath = new Map(tree.code.map((file) => [file.path, file]))
  const reached = new Set<string>()
  const left = [...entries]
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    const file = byPath.get(path)
    if (file === undefined || reached.has(path)) continue
    reached.add(path)
    const folder = posix.dirname(path)
    const relative = file.facts.imports.filter(({ from, isType }) => from.startsWith('.') && !isType)
    left.push(...relative.map(({ from }) => posix.join(folder, from)))
  }
  return reached
}

function wrongInBrowser(reached: ReadonlySet<string>, file: CodeFile, from: string): string | undefined {
  if (!reached.has(file.path)) return undefined
  const isNodes = from.startsWith('node:') || from === '@tri/units/crypto'
  return isNodes ? `a page runs this file too, and has no ${from}: take it as an argument` : undefined
}

function wrongImport(tree: Tree, file: CodeFile, from: string): string | undefined {
  if (from.startsWith('.')) return wrongRelative(file, from)
  if (from.startsWith('node:')) return wrongBuiltin(file)
  if (from.startsWith('@tri/')) return wrongPackage(tree, file, from)
  return wrongDependency(tree, file, from)
}

function wrongRelative(file: CodeFile, from: string): string | undefined {
  const target = posix.join(posix.dirname(file.path), from)
  const home = file.owner === undefined ? undefined : `packages/${file.owner}/`
  // A benchmark, a simulator or a trial is no part of what a package offers; the tool that runs it is beside the packages.
  const isBench = /^packages\/[^/]+\/(?:bench|chaos|simulate)\//.test(target)
  if (home === undefined)
    return target.startsWith('packages/') && !isBench
      ? `take ${from} through its package's exports`
      : undefined
  // A test may hold a tool to its promise, such as the compiler of the kernel to the committed bytes.
  if (file.role === 'test' && target.startsWith('tools/')) return undefined
  if (!target.startsWith(home))
    return `${from} leaves the package: take it through the other package's exports`
  if (file.role === 'src' && !target.startsWith(`${home}src/`)) return `src may not reach ${from} outside src`
  if (file.role === 'src' && target.startsWith(`${home}src/testing/`))
    return `src may not depend on src/testing`
  return undefined
}

function wrongBuiltin(file: CodeFile): string | undefined {
  if (file.role !== 'src') return undefined
  const owner = file.owner ?? ''
  if (file.path.startsWith(NODE_CRYPTO_FOLDER)) return undefined
  if (PURE_PACKAGES.includes(owner)) return `${owner} is pure: take what Node gives as an argument`
  if (BROWSER_PACKAGES.includes(owner)) return `${owner} also runs in the browser, which has no node: modules`
  return undefined
}

function wrongPackage(tree: Tree, file: CodeFile, from: string): string | undefined {
  const [, name = '', ...rest] = from.split('/')
  const manifest = jsonOf(tree, `packages/${name}/package.json`)
  const exported = manifest['exports']
  const subpath = rest.length === 0 ? '.' : `./${rest.join('/')}`
  if (!isRecord(exported) || !(subpath in exported)) return `${from} is not among the exports of @tri/${name}`
  if (file.role !== 'src') return undefined
  if (subpath === './testing') return `only tests may use ${from}`
  if (name === file.owner) return `a package imports itself by relative path`
  const allowed = IMPORT_TABLE[file.owner ?? ''] ?? []
  if (!allowed.includes(name) && !allowed.includes([name, ...rest].join('/')))
    return `${file.owner} may not import ${[name, ...rest].join('/')}`
  const declared = stringsIn(jsonOf(tree, `packages/${file.owner}/package.json`), 'dependencies')
  return `@tri/${name}` in declared
    ? undefined
    : `${from} is not a dependency in packages/${file.owner}/package.json`
}

function wrongDependency(tree: Tree, file: CodeFile, from: string): string | undefined {
  const name = from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')
  const own = file.owner === undefined ? 'package.json' : `packages/${file.owner}/package.json`
  const manifests = file.role === 'src' ? [own] : [own, 'package.json']
  const groups = file.role === 'src' ? ['dependencies'] : ['dependencies', 'devDependencies']
  const isDeclared = manifests.some((path) =>
    groups.some((group) => name in stringsIn(jsonOf(tree, path), group)),
  )
  return isDeclared ? undefined : `${name} is not declared in ${own}`
}
