import { dataFolderAt, readRunning } from '../daemon/data-folder.ts'
import { openNode } from '../daemon/open-node.ts'
import { isMemberBox } from '../member-box/box-file.ts'
import { runBoxTask } from '../member-box/box-tasks.ts'
import { openMemberBox } from '../member-box/open-member-box.ts'
import { askOwnerDoor, type TaskProgress } from './door.ts'
import {
  runOwnerTask,
  type OwnerSeat,
  type OwnerTaskInput,
  type OwnerTaskName,
  type OwnerTaskOutput,
} from './tasks.ts'

/** A way to the node of a data folder. */
export interface OwnerConnection extends AsyncDisposable {
  run<Name extends OwnerTaskName>(
    name: Name,
    input: OwnerTaskInput<Name>,
    progress: TaskProgress,
  ): Promise<OwnerTaskOutput<Name>>
}

/**
 * Reaches the node that has a data folder open, through its door, or opens the folder itself when none does.
 *
 * @throws Fault `data-folder-absent`, `data-folder-in-use`, `node-unreachable`
 */
export async function connectToOwner(path: string): Promise<OwnerConnection> {
  const running = await readRunning(dataFolderAt(path))
  if (running !== undefined) {
    return {
      // Both ends run the same table of tasks, which is where its types come from.
      run: async (name, input, progress) =>
        (await askOwnerDoor(running.door, name, input, progress)) as OwnerTaskOutput<typeof name>,
      [Symbol.asyncDispose]: async () => undefined,
    }
  }
  if (isMemberBox(path)) return await connectToBox(path)
  const seat: OwnerSeat = { node: await openNode(path), url: null }
  return {
    run: async (name, input, progress) =>
      (await runOwnerTask(seat, name, input, progress)) as OwnerTaskOutput<typeof name>,
    [Symbol.asyncDispose]: () => seat.node[Symbol.asyncDispose](),
  }
}

/** A member's own box, opened for the time of one command: what it holds needs no steward. */
async function connectToBox(path: string): Promise<OwnerConnection> {
  const box = await openMemberBox(path, { signal: new AbortController().signal })
  return {
    run: async (name, input) => (await runBoxTask({ box }, name, input)) as OwnerTaskOutput<typeof name>,
    [Symbol.asyncDispose]: () => box[Symbol.asyncDispose](),
  }
}
