import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { webAssemblyKernel, type MatchKernel } from '@tri/exchange'

/** The kernel that settles: the fast one, from the binary kept beside its source. Any kernel gives the same bytes. */
export async function loadKernel(): Promise<MatchKernel> {
  return webAssemblyKernel(
    await readFile(fileURLToPath(import.meta.resolve('@tri/exchange/kernels/match.wasm'))),
  )
}
