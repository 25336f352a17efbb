import { posix } from 'node:path'

import { isRecord, jsonOf, type CodeFile, type Tree } from '../tree.ts'
import type { Finding } from '../finding.ts'
import type { ReExport } from '../code-facts.ts'

/** What a package offers is listed by name in the files of its `exports`, and explained where it is declared. */
export function docstrings(tree: Tree): Finding[] {
  const byPath = new Map(tree.code.map((file) => [file.path, file]))
  const entries = entryPaths(tree)
  const found = tree.code.filter(({ path }) => !entries.has(path)).flatMap(hiddenBarrel)
  for (const path of entries) {
    const entry = byPath.get(path)
    if (entry === undefined) continue
    const { declarations, ownStatements, reExports } = entry.facts
    if (path.endsWith('/index.ts'))
      for (const { line } of ownStatements)
        found.push({ rule: 'docstring', path, line, message: 'an index file only re-exports, name by name' })
    for (const { name, line, isExported, hasDocstring } of declarations)
      if (isExported && !hasDocstring) found.push(unexplained(path, line, name))
    for (const one of reExports) found.push(...undocumented(byPath, path, one))
  }
  return found
}

function entryPaths(tree: Tree): Set<string> {
  const paths = new Set<string>()
  for (const path of tree.files.keys()) {
    const folder = /^(packages\/[^/]+)\/package\.json$/.exec(path)?.[1]
    if (folder === undefined) continue
    const exported = jsonOf(tree, path)['exports']
    if (!isRecord(exported)) continue
    for (const target of Object.values(exported))
      if (typeof target === 'string' && target.endsWith('.ts')) paths.add(posix.join(folder, target))
  }
  return paths
}

function hiddenBarrel({ path, facts }: CodeFile): Finding[] {
  const only =
    facts.reExports.length > 0 && facts.ownStatements.every(({ name }) => name === 'ExportAllDeclaration')
  return only
    ? [{ rule: 'docstring', path, message: 'only the files of a package’s exports may gather re-exports' }]
    : []
}

function undocumented(byPath: ReadonlyMap<string, CodeFile>, path: string, one: ReExport): Finding[] {
  if (!one.from.startsWith('.')) return []
  const target = byPath.get(posix.join(posix.dirname(path), one.from))
  if (target === undefined || one.name === '*') return []
  const further = target.facts.reExports.find(({ name }) => name === one.original)
  if (further !== undefined) return undocumented(byPath, target.path, further)
  const declared = target.facts.declarations.filter(({ name }) => name === one.original)
  if (declared.length === 0 || declared.some(({ hasDocstring }) => hasDocstring)) return []
  return [unexplained(target.path, declared[0]?.line ?? 1, one.original)]
}

function unexplained(path: string, line: number, name: string): Finding {
  return { rule: 'docstring', path, line, message: `${name} is exported without a docstring` }
}
