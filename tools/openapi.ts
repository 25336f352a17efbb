// Writes docs/openapi.json and docs/api.md from the routes of the contract. `--check` only compares.
import { readFile, writeFile } from 'node:fs/promises'

import { apiMarkdown, openApiDocument } from '@tri/contract'

const documents = [
  {
    target: new URL('../docs/openapi.json', import.meta.url),
    text: `${JSON.stringify(openApiDocument(), null, 1)}\n`,
  },
  { target: new URL('../docs/api.md', import.meta.url), text: apiMarkdown() },
]
for (const { target, text } of documents) {
  if (!process.argv.includes('--check')) await writeFile(target, text)
  else if ((await readFile(target, 'utf8')) !== text) {
    process.stderr.write(`${target.pathname} is not what the contract says: run \`node tools/openapi.ts\`\n`)
    process.exitCode = 1
  }
}
