import type { At } from '../code-facts.ts'
import type { Finding } from '../finding.ts'
import type { CodeFile, Tree } from '../tree.ts'

const SILENCED = /@ts-(?:ignore|expect-error|nocheck)|(?:oxlint|eslint)-disable|prettier-ignore|oxfmt-ignore/

/** No way around the type checker: casts stand where bytes and numbers become domain types, and nowhere else. */
export function syntax(tree: Tree): Finding[] {
  return tree.code.flatMap((file) => [
    ...(file.role === 'src' ? ofShippedCode(file) : []),
    ...(file.role === 'config'
      ? []
      : each(file, 'default-export', file.facts.defaultExports, 'exports have names')),
    ...each(file, 'any', file.facts.anys, 'switches the type checker off: say unknown'),
    ...each(file, 'silenced', silenced(file), 'write it so that the checker agrees'),
    ...file.facts.syntaxErrors.map((message) => ({ rule: 'syntax', path: file.path, message })),
  ])
}

function ofShippedCode(file: CodeFile): Finding[] {
  return [
    ...each(file, 'cast', file.facts.casts, 'a cast outside its places: parse instead'),
    ...each(file, 'non-null', file.facts.nonNulls, 'say with must or present why it is there'),
  ]
}

function silenced({ facts }: CodeFile): At[] {
  return facts.comments
    .filter(({ text }) => SILENCED.test(text))
    .map(({ text, line }) => ({ name: SILENCED.exec(text)?.[0] ?? '', line }))
}

function each({ path }: CodeFile, rule: string, places: readonly At[], message: string): Finding[] {
  return places.map(({ name, line }) => ({ rule, path, line, message: `${name}: ${message}` }))
}
