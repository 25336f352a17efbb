const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|\n|[^\s{}[\]:,"]+/g

/**
 * The lines on which values of a JSON text begin.
 *
 * @param text  valid JSON
 * @param paths such as `network[2].parent`
 * @returns     line by path, counted from 1; a path the text does not have is left out
 */
export function linesInJson(text: string, paths: ReadonlySet<string>): Map<string, number> {
  const lines = new Map<string, number>()
  const stack: (string | number)[] = []
  let line = 1
  let isKeyNext = false
  const valueStarts = (): void => {
    const path = pathText(stack)
    if (paths.has(path) && !lines.has(path)) lines.set(path, line)
  }
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '\n') line++
    else if (token === '{' || token === '[') {
      valueStarts()
      stack.push(token === '[' ? 0 : '')
      isKeyNext = token === '{'
    } else if (token === '}' || token === ']') {
      stack.pop()
      isKeyNext = false
    } else if (token === ',') {
      const top = stack.at(-1)
      if (typeof top === 'number') stack[stack.length - 1] = top + 1
      isKeyNext = typeof top === 'string'
    } else if (token !== ':' && isKeyNext) {
      stack[stack.length - 1] = String(JSON.parse(token))
      isKeyNext = false
    } else if (token !== ':') valueStarts()
  }
  return lines
}

/**
 * The lines on which values of a TOML text begin, as far as headers and `key =` tell them.
 *
 * @param text  valid TOML
 * @param paths as for JSON
 */
export function linesInToml(text: string, paths: ReadonlySet<string>): Map<string, number> {
  const lines = new Map<string, number>()
  const headers = new Map<string, number>()
  let prefix = ''
  for (const [index, content] of text.split('\n').entries()) {
    const list = /^\s*\[\[\s*([\w.-]+)\s*\]\]/.exec(content)?.[1]
    const table = /^\s*\[\s*([\w.-]+)\s*\]/.exec(content)?.[1]
    const key = /^\s*"?([\w.-]+)"?\s*=/.exec(content)?.[1]
    if (list !== undefined) {
      const at = headers.get(list) ?? 0
      headers.set(list, at + 1)
      prefix = `${list}[${at}]`
    } else if (table !== undefined) prefix = table
    const path = key === undefined ? prefix : prefix === '' ? key : `${prefix}.${key}`
    if (paths.has(path) && !lines.has(path)) lines.set(path, index + 1)
  }
  return lines
}

/** `network[2].parent`, from the steps to it. */
export function pathText(steps: readonly (string | number | symbol)[]): string {
  return steps
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`))
    .join('')
}

/** The path one step up: where a missing or surplus field is looked for. */
export function parentPath(path: string): string {
  return path.replace(/(?:\.[^.[\]]*|\[\d+\]|^[^.[\]]+)$/, '')
}
