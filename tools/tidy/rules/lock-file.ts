import { isRecord, jsonOf, stringsIn, type Tree } from '../tree.ts'
import type { Finding } from '../finding.ts'

const EXACT = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/
const GROUPS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const
const LOCK = 'package-lock.json'
const RECORD = 'docs/decisions/0001-stack.md'

/** Versions are exact, no install script runs, and the lock file serves every platform, not only the one it was made on. */
export function lockFile(tree: Tree): Finding[] {
  const lock = jsonOf(tree, LOCK)['packages']
  const locked = isRecord(lock) ? lock : {}
  return [
    ...loose(tree),
    ...unrecorded(tree),
    ...outOfStep(tree, locked),
    ...Object.entries(locked).flatMap((entry) => wrongEntry(entry, locked)),
  ]
}

function manifestPaths(tree: Tree): string[] {
  return [...tree.files.keys()].filter((path) => /^(?:packages\/[^/]+\/)?package\.json$/.test(path))
}

function loose(tree: Tree): Finding[] {
  return manifestPaths(tree).flatMap((path) =>
    GROUPS.flatMap((group) =>
      Object.entries(stringsIn(jsonOf(tree, path), group))
        .filter(([, version]) => !EXACT.test(version))
        .map(([name, version]) => ({
          rule: 'version',
          path,
          message: `${name} ${version} is not one exact version`,
        })),
    ),
  )
}

/** A dependency is taken for a reason that somebody wrote down: its name and version stand in the decision record. */
function unrecorded(tree: Tree): Finding[] {
  const record = tree.files.get(RECORD)?.text ?? ''
  return manifestPaths(tree).flatMap((path) =>
    GROUPS.flatMap((group) => Object.entries(stringsIn(jsonOf(tree, path), group)))
      .filter(([name, version]) => !name.startsWith('@tri/') && !isRecorded(record, name, version))
      .map(([name, version]) => ({
        rule: 'decision',
        path,
        message: `${name} ${version} has no line in ${RECORD}`,
      })),
  )
}

function isRecorded(record: string, name: string, version: string): boolean {
  return record.split('\n').some((line) => line.includes(`\`${name}\``) && line.includes(version))
}

function outOfStep(tree: Tree, locked: Record<string, unknown>): Finding[] {
  return manifestPaths(tree).flatMap((path) => {
    const entry = locked[path.replace(/\/?package\.json$/, '')]
    const inLock = isRecord(entry) ? entry : {}
    return GROUPS.flatMap((group) => {
      const wanted = stringsIn(jsonOf(tree, path), group)
      const held = stringsIn(inLock, group)
      return Object.keys({ ...wanted, ...held })
        .filter((name) => wanted[name] !== held[name])
        .map((name) => ({
          rule: 'lock',
          path: LOCK,
          message: `${name} is not as ${path} says: run npm install`,
        }))
    })
  })
}

function wrongEntry([at, entry]: [string, unknown], locked: Record<string, unknown>): Finding[] {
  if (!isRecord(entry) || entry['link'] === true) return []
  const found: Finding[] = []
  const add = (message: string): unknown => found.push({ rule: 'lock', path: LOCK, message })
  if (entry['hasInstallScript'] === true) add(`${at} runs a script when installed; we allow none`)
  if (!at.startsWith('node_modules/') && !at.includes('/node_modules/')) return found
  if (typeof entry['integrity'] !== 'string') add(`${at} has no digest`)
  for (const name of Object.keys(stringsIn(entry, 'optionalDependencies')))
    if (!holders(at, name).some((path) => path in locked))
      add(`${at} needs ${name} on another platform, and the lock file lacks it`)
  return found
}

/** Where npm may have put the dependency `name` of the package at `at`: inside it, or beside one of its holders. */
function holders(at: string, name: string): string[] {
  const paths = [`${at}/node_modules/${name}`]
  for (
    let cut = at.lastIndexOf('node_modules/');
    cut !== -1;
    cut = at.lastIndexOf('node_modules/', cut - 1)
  ) {
    paths.push(`${at.slice(0, cut)}node_modules/${name}`)
    if (cut === 0) break
  }
  return [...paths, `node_modules/${name}`]
}
