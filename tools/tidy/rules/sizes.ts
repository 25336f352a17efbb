import type { Finding } from '../finding.ts'
import type { Tree } from '../tree.ts'

export const FILE_LINES_MAX = 400
export const FUNCTION_LINES_MAX = 60

/** One screen: a file has at most 400 lines, a function at most 60 lines of code (tests describe, they do not branch). */
export function sizes(tree: Tree): Finding[] {
  const found: Finding[] = []
  for (const { path, text, role } of tree.files.values()) {
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
    if (role !== 'text' && lines > FILE_LINES_MAX)
      found.push({ rule: 'size', path, message: `${lines} lines; a file has at most ${FILE_LINES_MAX}` })
  }
  for (const { path, role, facts } of tree.code) {
    if (role === 'test' || role === 'testing') continue
    for (const { line, lines } of facts.functions)
      if (lines > FUNCTION_LINES_MAX)
        found.push({
          rule: 'size',
          path,
          line,
          message: `${lines} lines; a function has at most ${FUNCTION_LINES_MAX}`,
        })
  }
  return found
}
