import { EXCEPTIONS, type Exception } from './exceptions.ts'
import { RULES } from './rules.ts'
import type { Finding } from './finding.ts'
import type { Tree } from './tree.ts'

/** Everything in the tree that breaks a rule and is not excepted, and every exception that nothing needs any more. */
export function findingsIn(tree: Tree, exceptions: readonly Exception[] = EXCEPTIONS): Finding[] {
  const needed = new Set<Exception>()
  const kept = RULES.flatMap((rule) => rule(tree)).filter((finding) => {
    const exception = exceptions.find((one) => covers(one, finding))
    if (exception !== undefined) needed.add(exception)
    return exception === undefined
  })
  const idle = exceptions.filter((one) => !needed.has(one))
  return [
    ...kept,
    ...idle.map(({ rule, at }) => ({
      rule: 'exception',
      path: 'tools/tidy/exceptions.ts',
      message: `nothing in ${at} needs the exception from ${rule}`,
    })),
  ]
}

function covers({ rule, at, name }: Exception, finding: Finding): boolean {
  const isThere = at.endsWith('/') ? finding.path.startsWith(at) : finding.path === at
  return rule === finding.rule && isThere && (name === undefined || finding.message.includes(name))
}
