import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** Where the shared captures of real meters are; they are read there and never copied. */
export const METER_CAPTURES = join(import.meta.dirname, '../../../../../shared/data/meters')

/** True where the captures are at hand. */
export const hasCaptures = existsSync(METER_CAPTURES)

/** One capture beside what others decoded from it. */
export interface CapturedFile {
  readonly name: string
  readonly bytes: Uint8Array
  /** The `.expected.json` beside it, as it was parsed: each suite reads it with a shape of its own. */
  readonly expected: unknown
}

/** The captures of a folder, by name: text and binary as they are, `.hex` and `.gz` unpacked. */
export function capturedFiles(folder: string): CapturedFile[] {
  const at = join(METER_CAPTURES, folder)
  if (!existsSync(at)) return []
  const files = readdirSync(at).filter((name) => /\.(txt|bin|hex|bin\.gz)$/.test(name))
  return files.toSorted().map((name) => ({
    name,
    bytes: bytesOf(name, readFileSync(join(at, name))),
    expected: expectedOf(join(at, `${name.replace(/\.(txt|hex|bin|bin\.gz)$/, '')}.expected.json`)),
  }))
}

function bytesOf(name: string, file: Uint8Array): Uint8Array {
  if (name.endsWith('.gz')) return new Uint8Array(gunzipSync(file))
  if (name.endsWith('.hex')) return Uint8Array.fromHex(new TextDecoder().decode(file).replaceAll(/\s+/g, ''))
  return new Uint8Array(file)
}

function expectedOf(path: string): unknown {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}
