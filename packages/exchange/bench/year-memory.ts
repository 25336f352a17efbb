import { readFileSync } from 'node:fs'

import { typescriptKernel } from '../src/typescript-kernel.ts'
import { webAssemblyKernel } from '../src/webassembly-kernel.ts'
import { matchOnce, townRun } from './town.ts'

// Run as a process of its own: node year-memory.ts KERNEL METERS SLOTS prints the peak memory in MB, columns included.
const [kernelName, meters, slots] = process.argv.slice(2)
const wasm = readFileSync(new URL('../kernels/match.wasm', import.meta.url))
const kernel = kernelName === 'webassembly' ? webAssemblyKernel(wasm) : typescriptKernel
matchOnce(kernel, townRun(Number(meters), Number(slots)))
// Not the resource usage: on Linux that begins with the peak of the process that started this one.
const peak = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))
console.log(Number(peak?.[1]) / 1000)
