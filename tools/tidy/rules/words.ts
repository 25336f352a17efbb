import type { At } from '../code-facts.ts'
import type { Finding } from '../finding.ts'
import type { Tree, TreeFile } from '../tree.ts'

const BANNED_WHOLE = /^(?:data|info|handle|helper|helpers|manager|util|utils|tmp|temp|foo|stuff|misc)$/i
const BANNED_PART = /(?:Manager|Helpers?|Utils?|Info)$|^handle[A-Z]/
const UNFINISHED = /\b(?:TODO|FIXME|XXX|HACK)\b/
const COMMENTED_CODE = /^\s*(?:(?:const|let|import|export|return|await|if|for|while)\b.*[;{}()=].*|\}.*)$/

/** One word for one thing: no names that say nothing, nothing left to do, no code kept in comments. */
export function words(tree: Tree): Finding[] {
  const names = tree.code.flatMap(({ path, facts }) => facts.given.filter(isBanned).map(nameFinding(path)))
  return [...names, ...[...tree.files.values()].flatMap(unfinished), ...commentedCode(tree)]
}

function isBanned({ name }: At): boolean {
  return BANNED_WHOLE.test(name) || BANNED_PART.test(name)
}

function nameFinding(path: string): (at: At) => Finding {
  return ({ name, line }) => ({ rule: 'name', path, line, message: `${name} says nothing about the domain` })
}

function unfinished({ path, text }: TreeFile): Finding[] {
  // The rule and its test have to spell the words they look for; a page may name them in code marks.
  if (path.startsWith('tools/tidy/') || path.startsWith('tools/test/') || path.endsWith('.json')) return []
  return text.split('\n').flatMap((line, i) => {
    const word = UNFINISHED.exec(line.replaceAll(/`[^`]*`/g, ''))
    return word === null
      ? []
      : [{ rule: 'unfinished', path, line: i + 1, message: `${word[0]}: do it, or file an issue` }]
  })
}

function commentedCode(tree: Tree): Finding[] {
  return tree.code.flatMap(({ path, facts }) =>
    facts.comments
      .filter(({ isBlock, text }) => !isBlock && COMMENTED_CODE.test(text))
      .map(({ line }) => ({
        rule: 'unfinished',
        path,
        line,
        message: 'code in a comment: the history keeps it',
      })),
  )
}
