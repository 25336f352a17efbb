import type { Finding } from '../finding.ts'
import type { Tree } from '../tree.ts'

const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
const WITH_ENDINGS = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)+$/
const BANNED = /(?:^|-)(?:helpers?|managers?|utils?|misc|common)(?:-|\.|$)/

/** Code lies in files and folders with kebab-case names that say something. */
export function fileNames(tree: Tree): Finding[] {
  return tree.code.flatMap(({ path }) => {
    const parts = path.split('/')
    const file = parts.at(-1) ?? ''
    const folders = parts.slice(0, -1)
    const wrong = [...folders.filter((name) => !KEBAB.test(name)), ...(WITH_ENDINGS.test(file) ? [] : [file])]
    const empty = parts.filter((name) => BANNED.test(name))
    return [
      ...wrong.map((name) => ({ rule: 'file-name', path, message: `${name} is not kebab-case` })),
      ...empty.map((name) => ({ rule: 'file-name', path, message: `${name} says nothing about the domain` })),
    ]
  })
}
