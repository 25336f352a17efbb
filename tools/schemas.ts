// Writes docs/schema/community-1.schema.json from the shape the program itself parses with. `--check` only compares.
import { readFile, mkdir, writeFile } from 'node:fs/promises'

import { communitySchemaText } from '@tri/node'

const target = new URL('../docs/schema/community-1.schema.json', import.meta.url)
const text = communitySchemaText()
if (process.argv.includes('--check')) {
  if ((await readFile(target, 'utf8')) !== text) {
    console.error('docs/schema/community-1.schema.json is not what the code parses: run `npm run schemas`')
    process.exitCode = 1
  }
} else {
  await mkdir(new URL('.', target), { recursive: true })
  await writeFile(target, text)
}
