import { docsLinks } from './rules/docs-links.ts'
import { docstrings } from './rules/docstrings.ts'
import { faultTexts } from './rules/fault-texts.ts'
import { fileNames } from './rules/file-names.ts'
import { imports } from './rules/imports.ts'
import { lockFile } from './rules/lock-file.ts'
import { purity } from './rules/purity.ts'
import { sizes } from './rules/sizes.ts'
import { syntax } from './rules/syntax.ts'
import { testShape } from './rules/test-shape.ts'
import { words } from './rules/words.ts'
import type { Finding } from './finding.ts'
import type { Tree } from './tree.ts'

/** A rule looks at the whole tree and says where it is not kept. */
export type Rule = (tree: Tree) => Finding[]

export const RULES: readonly Rule[] = [
  imports,
  purity,
  sizes,
  docstrings,
  words,
  fileNames,
  syntax,
  testShape,
  lockFile,
  docsLinks,
  faultTexts,
]
