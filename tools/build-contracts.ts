import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

// Compiles packages/ledger/contracts/checkpoints.sol into the committed checkpoints-contract.ts. Same compiler, same
// bytes: a test compiles again and compares. `npm run build:contracts`

const SOURCE = new URL('../packages/ledger/contracts/checkpoints.sol', import.meta.url)
const OUTPUT = new URL('../packages/ledger/src/anchor/evm/checkpoints-contract.ts', import.meta.url)
const OXFMT = new URL('../node_modules/.bin/oxfmt', import.meta.url)

/** What is used of the Solidity compiler. */
interface Compiler {
  compile(input: string): string
}

interface AbiEntry {
  readonly [field: string]: unknown
}

interface Compiled {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[]
  readonly contracts: Record<
    string,
    Record<
      string,
      { readonly abi: readonly AbiEntry[]; readonly evm: { readonly bytecode: { readonly object: string } } }
    >
  >
}

// Loaded by a name the type checker does not follow: the compiler has no declarations of its own.
const COMPILER = 'solc'

const SETTINGS = {
  // Called some hundred times a year by each community, deployed once.
  optimizer: { enabled: true, runs: 100_000 },
  viaIR: true,
  evmVersion: 'cancun',
  // No digest of the source in the code: a changed comment changes no byte.
  metadata: { bytecodeHash: 'none', appendCBOR: false },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
}

/** The contract as the pinned compiler makes it: what it answers to, and the code that deploys it. */
export async function builtCheckpoints(): Promise<{ abi: readonly AbiEntry[]; bytecode: `0x${string}` }> {
  const { default: compiler }: { default: Compiler } = await import(COMPILER)
  const content = await readFile(SOURCE, 'utf8')
  const input = { language: 'Solidity', sources: { 'checkpoints.sol': { content } }, settings: SETTINGS }
  const compiled: Compiled = JSON.parse(compiler.compile(JSON.stringify(input)))
  if (compiled.errors !== undefined && compiled.errors.length > 0)
    throw new Error(compiled.errors.map(({ formattedMessage }) => formattedMessage).join('\n'))
  const contract = compiled.contracts['checkpoints.sol']?.['Checkpoints']
  if (contract === undefined) throw new Error('the compiler gave no contract Checkpoints')
  return { abi: withoutInternalTypes(contract.abi), bytecode: `0x${contract.evm.bytecode.object}` }
}

/** Names of Solidity's own structures say nothing to a caller. */
function withoutInternalTypes(abi: readonly AbiEntry[]): readonly AbiEntry[] {
  return JSON.parse(
    JSON.stringify(abi, (key, value: unknown) => (key === 'internalType' ? undefined : value)),
  )
}

if (import.meta.main) {
  const { abi, bytecode } = await builtCheckpoints()
  const text = `// Written by npm run build:contracts from packages/ledger/contracts/checkpoints.sol.

/** What the checkpoint contract answers to, and the code that deploys it. */
export const checkpointsContract = {
  abi: ${JSON.stringify(abi)},
  bytecode: '${bytecode}',
} as const
`
  const path = fileURLToPath(OUTPUT)
  await writeFile(path, text)
  execFileSync(fileURLToPath(OXFMT), [path])
  console.log(`${path}: ${(bytecode.length - 2) / 2} bytes`)
}
