import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

import { codeFacts, type CodeFacts } from './code-facts.ts'
import type { FaultTables } from './fault-tables.ts'

/** What a file is for; most rules bind one or two of these. */
export type Role = 'src' | 'testing' | 'test' | 'tool' | 'config' | 'kernel' | 'text'

export interface TreeFile {
  readonly path: string
  readonly text: string
  readonly role: Role
  /** The package's folder name, for a file below `packages/`. */
  readonly owner: string | undefined
}

export interface CodeFile extends TreeFile {
  readonly facts: CodeFacts
}

/** The files of the project that tidy looks at: a list in memory, so that a test can plant a violation. */
export interface Tree {
  readonly paths: ReadonlySet<string>
  readonly files: ReadonlyMap<string, TreeFile>
  readonly code: readonly CodeFile[]
  readonly faults: FaultTables
}

const SKIPPED_FOLDERS = new Set(['node_modules', '.git', 'dist', 'coverage', '.cache', 'data'])
const READ = /\.(?:ts|tsx|md|css)$|(?:^|\/)(?:package|package-lock|tsconfig)\.json$/

/** What a tree is made of; `texts` are paths from the root, with slashes, and their text. */
export interface TreeParts {
  readonly texts: Iterable<readonly [string, string]>
  /** Files that are not read, and folders: a link may lead to them. */
  readonly otherPaths?: Iterable<string>
  readonly faults?: FaultTables
}

/** The tree of these files. */
export function treeOf({ texts, otherPaths = [], faults = new Map() }: TreeParts): Tree {
  const files = new Map<string, TreeFile>()
  for (const [path, text] of texts) files.set(path, { path, text, role: roleOf(path), owner: ownerOf(path) })
  const code = [...files.values()]
    .filter(({ path, role }) => /\.tsx?$/.test(path) && role !== 'kernel')
    .map((file) => ({ ...file, facts: codeFacts(file.path, file.text) }))
  return { paths: new Set([...files.keys(), ...otherPaths]), files, code, faults }
}

/** Reads the project below `root`. */
export function readTree(root: string, faults: FaultTables): Tree {
  const texts: [string, string][] = []
  const otherPaths: string[] = []
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name)
      if (entry.isDirectory()) {
        otherPaths.push(path)
        if (!SKIPPED_FOLDERS.has(entry.name)) visit(path)
      } else if (READ.test(path)) texts.push([path, readFileSync(join(root, path), 'utf8')])
      else otherPaths.push(path)
    }
  }
  visit('')
  return treeOf({ texts, otherPaths, faults })
}

/** The object that a JSON file of the tree holds; an absent file is an empty one. */
export function jsonOf(tree: Tree, path: string): Record<string, unknown> {
  const file = tree.files.get(path)
  const value: unknown = file === undefined ? {} : JSON.parse(file.text)
  return isRecord(value) ? value : {}
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The named object inside a JSON object, with its string values. */
export function stringsIn(json: Record<string, unknown>, name: string): Record<string, string> {
  const inner = json[name]
  if (!isRecord(inner)) return {}
  return Object.fromEntries(
    Object.entries(inner).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

function ownerOf(path: string): string | undefined {
  return /^packages\/([^/]+)\//.exec(path)?.[1]
}

function roleOf(path: string): Role {
  if (!/\.tsx?$/.test(path)) return 'text'
  if (/(?:^|\/)[a-z]+\.config\.ts$/.test(path)) return 'config'
  if (/^packages\/[^/]+\/kernels\//.test(path)) return 'kernel'
  if (/^packages\/[^/]+\/src\/testing\//.test(path)) return 'testing'
  if (/^packages\/[^/]+\/src\//.test(path)) return 'src'
  if (/(?:^|\/)test\//.test(path)) return 'test'
  return 'tool'
}
