import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'

import { canonicalBytes, fromOwnBytes } from '@tri/units'

import { chunkLeaf, snapshotRoot } from './snapshot-chunks.ts'

/** Snapshots kept: the newest, and the one before it while somebody still fetches that. */
const KEPT = 2
const MANIFEST = 'manifest'

/** A snapshot on the disk. */
export interface KeptSnapshot {
  readonly height: number
  /** One leaf a part. */
  readonly leaves: readonly Uint8Array[]
  readonly root: Uint8Array
  /** A part, compressed; undefined beyond the last. */
  readonly chunk: (index: number) => Uint8Array | undefined
}

/** Writes a snapshot's parts as they come, and names it when it is whole. @returns its root */
export function writeSnapshot(
  folder: string | undefined,
  height: number,
  chunks: Iterable<Uint8Array>,
): Uint8Array {
  const building = folder === undefined ? undefined : join(folder, `building-${height}`)
  if (building !== undefined) {
    rmSync(building, { recursive: true, force: true })
    mkdirSync(building, { recursive: true })
  }
  const leaves: Uint8Array[] = []
  for (const chunk of chunks) {
    if (building !== undefined) writeFileSync(join(building, nameOf(leaves.length)), zstdCompressSync(chunk))
    leaves.push(chunkLeaf(chunk))
  }
  if (folder !== undefined && building !== undefined) {
    writeFileSync(join(building, MANIFEST), canonicalBytes([height, leaves]))
    rmSync(join(folder, String(height)), { recursive: true, force: true })
    renameSync(building, join(folder, String(height)))
    for (const old of heightsIn(folder).slice(0, -KEPT))
      rmSync(join(folder, String(old)), { recursive: true })
  }
  return snapshotRoot(leaves)
}

/** The whole snapshots in a folder, oldest first. */
export function snapshotsIn(folder: string): KeptSnapshot[] {
  return heightsIn(folder).flatMap((height) => {
    const path = join(folder, String(height))
    const manifest = fromOwnBytes(readFileSync(join(path, MANIFEST)))
    const [, leaves] = Array.isArray(manifest) ? manifest : []
    if (!Array.isArray(leaves)) return []
    const digests = leaves.filter((leaf) => leaf instanceof Uint8Array)
    const chunk = (index: number): Uint8Array | undefined => {
      const file = join(path, nameOf(index))
      return existsSync(file) ? readFileSync(file) : undefined
    }
    return [{ height, leaves: digests, root: snapshotRoot(digests), chunk }]
  })
}

function heightsIn(folder: string): number[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .toSorted((a, b) => a - b)
}

function nameOf(index: number): string {
  return `part-${String(index).padStart(5, '0')}.zst`
}
