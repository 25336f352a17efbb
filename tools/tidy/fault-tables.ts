import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import type { FaultTexts } from '@tri/units'

import { isRecord } from './tree.ts'

/** The sentences of each package, by the package's folder name. */
export type FaultTables = ReadonlyMap<string, FaultTexts>

/** Loads `packages/<name>/src/faults.ts`; those files hold data and import nothing but types. */
export async function readFaultTables(root: string): Promise<FaultTables> {
  const tables = new Map<string, FaultTexts>()
  for (const name of readdirSync(join(root, 'packages')).toSorted()) {
    const path = join(root, 'packages', name, 'src', 'faults.ts')
    if (!existsSync(path)) continue
    const loaded: unknown = await import(pathToFileURL(path).href)
    if (isRecord(loaded)) tables.set(name, Object.assign({}, ...Object.values(loaded).filter(isTable)))
  }
  return tables
}

function isTable(value: unknown): value is FaultTexts {
  return (
    isRecord(value) && Object.values(value).every((text) => isRecord(text) && 'en' in text && 'it' in text)
  )
}
