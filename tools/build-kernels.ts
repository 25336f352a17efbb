import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

// Compiles packages/exchange/kernels/match.ts to the committed match.wasm. Same compiler, same bytes: a test rebuilds
// it and compares. `npm run build:kernels`

const KERNELS = new URL('../packages/exchange/kernels/', import.meta.url)

/** What is used of the AssemblyScript compiler. */
interface Compiler {
  main(
    options: readonly string[],
    files: {
      readFile(name: string): string | null
      writeFile(name: string, contents: Uint8Array | string): void
      listFiles(): readonly string[]
    },
  ): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>
}

// Loaded by a name the type checker does not follow: the compiler's declarations would give every file here its own
// `console`, which has no `error`.
const COMPILER = 'assemblyscript/asc'

/** The bytes of the matching kernel as the pinned compiler makes them. */
export async function builtMatchKernel(): Promise<Uint8Array> {
  const source = await readFile(new URL('match.ts', KERNELS), 'utf8')
  const asc: Compiler = await import(COMPILER)
  let binary: Uint8Array | undefined
  const { error, stderr } = await asc.main(
    [
      'match.ts',
      '--outFile',
      'match.wasm',
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '--noAssert',
      '-O3',
      '--converge',
    ],
    {
      readFile: (name) => (name === 'match.ts' ? source : null),
      writeFile: (name, contents) => {
        if (name === 'match.wasm' && typeof contents !== 'string') binary = contents
      },
      listFiles: () => [],
    },
  )
  if (error !== null || binary === undefined)
    throw new Error(`the kernel does not compile:\n${stderr.toString()}`)
  return binary
}

if (import.meta.main) {
  const path = fileURLToPath(new URL('match.wasm', KERNELS))
  const bytes = await builtMatchKernel()
  await writeFile(path, bytes)
  console.log(`${path}: ${bytes.length} bytes`)
}
