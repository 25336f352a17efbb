import { dirname, join } from 'node:path'

import { snapshotsIn } from '../snapshot/snapshot-folder.ts'
import { takeSnapshot, type RunningSnapshot } from '../snapshot/snapshot-task.ts'
import type { ChainRows } from './chain-rows.ts'
import type { SnapshotStart, Snapshotting } from './chain-store.ts'

/** The snapshots of a book on a file: taken by another thread of the state as it lies on the disk. */
export interface SqliteSnapshots extends Pick<Snapshotting, 'rootAt' | 'kept'> {
  /** `toDisk` brings the state to the disk, and ends the snapshot before. */
  begin(start: SnapshotStart, toDisk: () => void): void
  /** Whether the state on the disk must stay as it is; `now` waits until it need not. */
  isReading(now: boolean): boolean
  /** Writes the root of a snapshot that has ended. Whoever calls has begun a transaction. */
  writeRoot(): void
  /** What `writeRoot` wrote is on the disk. */
  rootWritten(): void
  readonly hasRoot: boolean
}

export function sqliteSnapshots(path: string, rows: ChainRows): SqliteSnapshots {
  const folder = join(dirname(path), 'snapshots')
  let running: RunningSnapshot | undefined
  return {
    begin(start, toDisk) {
      toDisk()
      running = takeSnapshot({ ...start, path, folder })
    },
    isReading: (now) => running !== undefined && (now ? running.rootNow() : running.root()) === undefined,
    writeRoot() {
      const root = running?.root()
      if (running !== undefined && root !== undefined) rows.setSnapshot(running.height, root)
    },
    rootWritten: () => void (running = undefined),
    get hasRoot() {
      return running?.root() !== undefined
    },
    rootAt(height) {
      if (running?.height === height) return running.rootNow()
      const known = rows.snapshot()
      return known?.height === height ? known.root : undefined
    },
    kept: () => snapshotsIn(folder),
  }
}
