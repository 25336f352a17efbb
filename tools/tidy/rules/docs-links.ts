import { posix } from 'node:path'

import type { Finding } from '../finding.ts'
import type { Tree, TreeFile } from '../tree.ts'

/** Every link from a page to a file or a heading of ours leads somewhere, and every file named in a code mark exists. */
export function docsLinks(tree: Tree): Finding[] {
  const pages = [...tree.files.values()].filter(({ path }) => path.endsWith('.md'))
  return [
    ...pages.flatMap((page) => [...brokenLinks(tree, page), ...missingFiles(tree, page)]),
    ...missingPages(tree),
  ]
}

function brokenLinks(tree: Tree, page: TreeFile): Finding[] {
  return linesOutsideFences(page.text).flatMap(({ line, text }) =>
    [...text.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
      if (/^[a-z]+:/.test(target)) return []
      const [file = '', anchor] = target.split('#')
      const path = file === '' ? page.path : posix.join(posix.dirname(page.path), file)
      const exists = tree.paths.has(path.replace(/\/$/, ''))
      if (!exists) return [{ rule: 'link', path: page.path, line, message: `${target} leads nowhere` }]
      const to = tree.files.get(path)
      if (anchor === undefined || to === undefined || headings(to.text).has(anchor)) return []
      return [{ rule: 'link', path: page.path, line, message: `${target}: no such heading` }]
    }),
  )
}

/** Paths such as `packages/exchange/src/settle.ts`, in code marks, must be real: the tour is read beside the code. */
function missingFiles(tree: Tree, page: TreeFile): Finding[] {
  return linesOutsideFences(page.text).flatMap(({ line, text }) =>
    [...text.matchAll(/`((?:packages|docs|tools|scenarios)\/[\w./-]+)`/g)].flatMap(([, path = '']) =>
      tree.paths.has(path.replace(/\/$/, '')) || path.includes('/dist')
        ? []
        : [{ rule: 'link', path: page.path, line, message: `${path} is not there` }],
    ),
  )
}

/** A page that a comment sends the reader to, such as docs/glossary.md. */
function missingPages(tree: Tree): Finding[] {
  return tree.code.flatMap(({ path, facts }) =>
    facts.comments.flatMap(({ text, line }) =>
      [...text.matchAll(/\bdocs\/[\w./-]+\.(?:md|json)\b/g)]
        .filter(([page]) => !tree.paths.has(page))
        .map(([page]) => ({ rule: 'link', path, line, message: `${page} is not there` })),
    ),
  )
}

function linesOutsideFences(text: string): { line: number; text: string }[] {
  let isFenced = false
  return text.split('\n').flatMap((content, i) => {
    if (content.trimStart().startsWith('```')) {
      isFenced = !isFenced
      return []
    }
    return isFenced ? [] : [{ line: i + 1, text: content }]
  })
}

function headings(text: string): Set<string> {
  const slugs = text.split('\n').flatMap((line) => /^#+\s+(.*)$/.exec(line)?.[1] ?? [])
  return new Set(slugs.map(slug))
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
}
