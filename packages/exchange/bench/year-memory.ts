import { readFileSync } from 'node:fs'

import { typescriptKernel } from '../src/typescript-kernel.ts'
import { webAssemblyKernel } from '../src/webassembly-kernel.ts'
import { matchOnce, townRun } from './town.ts'

// Run as a process of its own: node year-memory.ts KERNEL METERS SLOTS prints the peak memory in MB, columns included.
const [kernelName, meters, slots] = process.argv.slice(2)
const wasm = readFileSync(new URL('../kernels/match.wasm', import.meta.url))
const kernel = kernelName === 'webassembly' ? webAssemblyKernel(wasm) : typescriptKernel
matchOnce(kernel, townRun(Number(meters), Number(slots)))
console.log(process.resourceUsage().maxRSS / 1000)
