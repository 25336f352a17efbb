import { Worker } from 'node:worker_threads'

import { must } from '@tri/units'

/** What the thread needs that takes a snapshot. */
export interface SnapshotTask {
  readonly path: string
  readonly folder: string
  readonly height: number
  readonly head: Uint8Array
  readonly chunkBytes: number
  readonly answer: SharedArrayBuffer
}

const ROOT_BYTES = 32
const STATE_BYTES = 4
/** A thread that has not answered by now never will. */
const PATIENCE_MS = 600_000
/** What the thread reads is garbage a moment later: it is swept often, rather than left to grow beside the book. */
const YOUNG_MEGABYTES_MAX = 4
const RUNNING = 0
const DONE = 1
const FAILED = 2

/** A snapshot that is being taken on another thread. */
export interface RunningSnapshot {
  readonly height: number
  /** Its root once it is done; undefined before. */
  root(): Uint8Array | undefined
  /** Waits, and stops everything else meanwhile: for the block whose state root depends on it. */
  rootNow(): Uint8Array
}

/** Begins a snapshot of the state that lies on the disk now. */
export function takeSnapshot(of: Omit<SnapshotTask, 'answer'>): RunningSnapshot {
  const answer = new SharedArrayBuffer(STATE_BYTES + ROOT_BYTES)
  const state = new Int32Array(answer, 0, 1)
  const worker = new Worker(new URL('./snapshot-worker.ts', import.meta.url), {
    workerData: { ...of, answer },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES_MAX },
  })
  worker.unref()
  const root = (): Uint8Array | undefined => {
    must(Atomics.load(state, 0) !== FAILED, 'a snapshot of a whole state can be taken', { height: of.height })
    return Atomics.load(state, 0) === DONE ? new Uint8Array(answer, STATE_BYTES).slice() : undefined
  }
  return {
    height: of.height,
    root,
    rootNow() {
      Atomics.wait(state, 0, RUNNING, PATIENCE_MS)
      const done = root()
      must(done !== undefined, 'a snapshot that ended has a root', { height: of.height })
      return done
    },
  }
}

/** The thread's answer: the root, or that there is none, without which whoever waits would wait for ever. */
export function answered(answer: SharedArrayBuffer, work: () => Uint8Array): void {
  const state = new Int32Array(answer, 0, 1)
  let end = FAILED
  try {
    new Uint8Array(answer, STATE_BYTES).set(work())
    end = DONE
  } finally {
    Atomics.store(state, 0, end)
    Atomics.notify(state, 0)
  }
}
