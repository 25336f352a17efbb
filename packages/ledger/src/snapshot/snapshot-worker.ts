import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'

import { chainRows } from '../replica/chain-rows.ts'
import { packedFile } from '../replica/packed-file.ts'
import { keyValueOver } from '../store/sqlite-store.ts'
import { stateChunks } from './snapshot-chunks.ts'
import { writeSnapshot } from './snapshot-folder.ts'
import { answered, type SnapshotTask } from './snapshot-task.ts'

// Run as a thread of its own, with a connection of its own: reads the state as it lies on the disk, which nobody writes
// meanwhile, and tells the root. A disk that is full costs the files, not the root: that one is part of the chain.
const task: SnapshotTask = workerData
using file = new DatabaseSync(task.path, { readOnly: true })
const state = packedFile(keyValueOver(file), file, chainRows(file))

function* chunks(): Iterable<Uint8Array> {
  yield task.head
  yield* stateChunks(state, task.chunkBytes)
}

function root(): Uint8Array {
  try {
    return writeSnapshot(task.folder, task.height, chunks())
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    return writeSnapshot(undefined, task.height, chunks())
  }
}

answered(task.answer, root)
