import { CLOCK_PACKAGES, PURE_PACKAGES } from '../import-table.ts'
import type { At } from '../code-facts.ts'
import type { Finding } from '../finding.ts'
import type { CodeFile, Tree } from '../tree.ts'

const CLOCK = [
  'Date',
  'Temporal',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
]
const WORLD = [
  'Date()',
  'Worker()',
  'WeakRef()',
  'process',
  'fetch',
  'crypto',
  'navigator',
  'globalThis',
  'Intl',
  'Worker',
  'console',
  'WeakRef',
]

// The standard leaves the last digit of these to the engine, so two machines may differ.
const APPROXIMATE = [
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'atan2',
  'exp',
  'expm1',
  'log',
  'log10',
  'log2',
]
const APPROXIMATE_TOO = ['log1p', 'pow', 'cbrt', 'hypot', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh']
const INEXACT_MATH = new Set([...APPROXIMATE, ...APPROXIMATE_TOO].map((name) => `Math.${name}`))

/** The pure packages see no clock, dice, locale or machine; clocks stay in the packages that may have one. */
export function purity(tree: Tree): Finding[] {
  return tree.code.filter(({ role }) => role === 'src').flatMap(impurities)
}

function impurities(file: CodeFile): Finding[] {
  const owner = file.owner ?? ''
  const isPure = PURE_PACKAGES.includes(owner)
  const { references, members, calls, forIns } = file.facts
  const found: [At, string][] = []
  const banned = new Set(isPure ? [...CLOCK, ...WORLD] : CLOCK_PACKAGES.includes(owner) ? [] : CLOCK)
  for (const at of references)
    if (banned.has(at.name)) found.push([at, `${owner} takes ${at.name} as an argument`])
  for (const at of members)
    if (at.name === 'Math.random') found.push([at, 'dice are handed in: Math.random cannot be repeated'])
  if (isPure) {
    for (const at of members)
      if (INEXACT_MATH.has(at.name))
        found.push([at, `${at.name} may differ in its last digit between engines`])
    for (const at of calls)
      if (/\.(?:localeCompare|toLocale\w+)$/.test(at.name))
        found.push([at, `${at.name} depends on the machine's language`])
    for (const at of forIns) found.push([at, 'for-in visits keys in an order nobody wrote down'])
  }
  return found.map(([{ line }, message]) => ({ rule: 'purity', path: file.path, line, message }))
}
