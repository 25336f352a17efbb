import { readFileSync } from 'node:fs'

/** The committed kernel, as the node hands it in. */
export const matchWasm: Uint8Array = readFileSync(new URL('../kernels/match.wasm', import.meta.url))
