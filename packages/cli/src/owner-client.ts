import { connectToOwner, type OwnerTaskName, type OwnerTaskInput, type OwnerTaskOutput } from '@tri/node'

import type { Context } from './context.ts'

/** The node that has a data folder open, or that folder opened for the time of one command. */
export interface OwnerClient extends AsyncDisposable {
  readonly run: <Name extends OwnerTaskName>(
    name: Name,
    input: OwnerTaskInput<Name>,
  ) => Promise<OwnerTaskOutput<Name>>
}

/**
 * Speaks for the owner of a data folder: to the node that runs on it, or, when none does, to the folder itself.
 *
 * @throws Fault `data-folder-absent` where there is none
 */
export async function connectOwner(context: Context): Promise<OwnerClient> {
  const connection = await connectToOwner(context.folder)
  return {
    run: (name, input) => connection.run(name, input, context.progress),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  }
}
