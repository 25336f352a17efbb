import { join } from 'node:path'

import { readFaultTables } from './tidy/fault-tables.ts'
import { findingLine } from './tidy/finding.ts'
import { findingsIn } from './tidy/findings.ts'
import { readTree } from './tidy/tree.ts'

// `npm run tidy`: the rules of the house that no other tool can check. Exit 1 when one is broken.
const root = join(import.meta.dirname, '..')
const tree = readTree(root, await readFaultTables(root))
const found = findingsIn(tree)
for (const finding of found) console.error(findingLine(finding))
if (found.length > 0) process.exitCode = 1
else console.log(`tidy: ${tree.code.length} files of code, no finding`)
