import { errorsMarkdown } from '../errors-markdown.ts'
import type { Finding } from '../finding.ts'
import type { Tree } from '../tree.ts'

const PAGE = 'docs/errors.md'

/** Every refusal and fault has its sentence in both languages, every sentence is used, and the page shows them all. */
export function faultTexts(tree: Tree): Finding[] {
  const page = tree.files.get(PAGE)?.text ?? ''
  const stale = page === errorsMarkdown(tree.faults) ? [] : ['run npm run errors-page']
  return [
    ...stale.map((message) => ({ rule: 'errors-page', path: PAGE, message })),
    ...withoutSentence(tree),
    ...unequalSentences(tree),
    ...unusedSentences(tree),
  ]
}

function withoutSentence(tree: Tree): Finding[] {
  const known = new Set([...tree.faults.values()].flatMap((texts) => Object.keys(texts)))
  return tree.code
    .filter(({ role }) => role === 'src')
    .flatMap(({ path, facts }) =>
      [...facts.codes, ...facts.refusalLiterals]
        .filter(({ name }) => !known.has(name))
        .map(({ name, line }) => ({
          rule: 'sentence',
          path,
          line,
          message: `${name} has no sentence in any faults.ts`,
        })),
    )
}

function unequalSentences(tree: Tree): Finding[] {
  return [...tree.faults].flatMap(([owner, texts]) =>
    Object.entries(texts).flatMap(([code, { en, it }]) => {
      const path = `packages/${owner}/src/faults.ts`
      if (en.trim() === '' || it.trim() === '')
        return [{ rule: 'sentence', path, message: `${code} lacks a language` }]
      const same = blanks(en) === blanks(it)
      return same
        ? []
        : [
            {
              rule: 'sentence',
              path,
              message: `${code} fills in ${blanks(en)} in English, ${blanks(it)} in Italian`,
            },
          ]
    }),
  )
}

function blanks(sentence: string): string {
  const names = [...sentence.matchAll(/\{\w+\}/g)].map(([name]) => name)
  return [...new Set(names)].toSorted().join(' ') || 'nothing'
}

function unusedSentences(tree: Tree): Finding[] {
  const said = new Set(
    tree.code
      .filter(({ role, path }) => role === 'src' && !path.endsWith('/faults.ts'))
      .flatMap(({ facts }) => [...facts.strings]),
  )
  return [...tree.faults].flatMap(([owner, texts]) =>
    Object.keys(texts)
      .filter((code) => !said.has(code))
      .map((code) => ({
        rule: 'sentence',
        path: `packages/${owner}/src/faults.ts`,
        message: `nothing says ${code}`,
      })),
  )
}
