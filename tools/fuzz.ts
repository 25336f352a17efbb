import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { corpora } from '../packages/meters/chaos/corpus.ts'
import { fuzzCodecs, type FuzzOutcome } from '../packages/meters/chaos/mutations.ts'

// `npx node --expose-gc tools/fuzz.ts [--mutations 1000000] [--seed 20261123] [--write]`: damages captures and gives
// them to every codec. --write keeps the outcome in docs/protocols/README.md. The exit code is 1 when anything crashed.

const PAGE = new URL('../docs/protocols/README.md', import.meta.url)
const BEGIN = '<!-- fuzz: npx node --expose-gc tools/fuzz.ts --write -->'
const END = '<!-- end of fuzz -->'
/** Mutations between two looks at the memory. */
const LOOK_EVERY = 50_000

interface Total extends FuzzOutcome {
  /** Heap and buffers that are alive after a collection, MB: at the beginning, and the most at any look. */
  readonly memoryMB: { readonly first: number; readonly most: number }
}

function aliveMB(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1e6
}

const clock = () => performance.now()

function run(seed: number, mutations: number): Total {
  const all = corpora()

  fuzzCodecs(all, { seed: seed + 1, mutations: 1000, clock })
  const first = aliveMB()
  let total: Total = {
    mutations: 0,
    crashes: [],
    broken: [],
    frames: 0,
    slowestMs: 0,
    memoryMB: { first, most: first },
  }
  for (let done = 0; done < mutations; done += LOOK_EVERY) {
    const part = fuzzCodecs(all, {
      seed: seed + done,
      mutations: Math.min(LOOK_EVERY, mutations - done),
      clock,
    })
    total = {
      mutations: total.mutations + part.mutations,
      crashes: [...total.crashes, ...part.crashes],
      broken: [...total.broken, ...part.broken],
      frames: total.frames + part.frames,
      slowestMs: Math.max(total.slowestMs, part.slowestMs),
      memoryMB: { first, most: Math.max(total.memoryMB.most, aliveMB()) },
    }
  }
  return total
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      mutations: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '20261123' },
      write: { type: 'boolean', default: false },
    },
  })
  const [seed, mutations] = [Number(values.seed), Number(values.mutations)]
  const { crashes, broken, frames, slowestMs, memoryMB, ...counts } = run(seed, mutations)
  const line = `Seed ${seed}: ${counts.mutations} mutations, ${frames} frames, ${crashes.length} crashes, ${broken.length} broken promises; the slowest took ${Math.ceil(slowestMs)} ms; ${Math.round(memoryMB.first)} MB were alive at the beginning, ${Math.round(memoryMB.most)} MB at most.`
  for (const told of [...crashes, ...broken]) console.log(told)
  console.log(line)
  if (values.write) {
    const page = readFileSync(PAGE, 'utf8')
    const [from, until] = [page.indexOf(BEGIN), page.indexOf(END)]
    if (from < 0 || until < from) throw new Error('docs/protocols/README.md has no place for the outcome')
    writeFileSync(PAGE, `${page.slice(0, from)}${BEGIN}\n\n${line}\n\n${page.slice(until)}`)
  }
  if (crashes.length + broken.length > 0) process.exitCode = 1
}
