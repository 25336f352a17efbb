import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { errorsMarkdown } from './tidy/errors-markdown.ts'
import { readFaultTables } from './tidy/fault-tables.ts'

// `npm run errors-page`: writes docs/errors.md from the packages' tables of refusals and faults.
const root = join(import.meta.dirname, '..')
writeFileSync(join(root, 'docs', 'errors.md'), errorsMarkdown(await readFaultTables(root)))
