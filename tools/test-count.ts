import { readFileSync } from 'node:fs'

import { countLine } from './ci/test-count-line.ts'

// `node tools/test-count.ts REPORT`: one line with the count of tests; fails when there was none, or one failed.
const [, , path = ''] = process.argv
const { line, isGood } = countLine(JSON.parse(readFileSync(path, 'utf8')))
console.log(line)
if (!isGood) process.exitCode = 1
