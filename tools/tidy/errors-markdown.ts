import type { FaultTables } from './fault-tables.ts'

const HEAD = `# What the program says when something is wrong

Every refusal (somebody asked for what the rules do not allow) and every fault (something unexpected, or a mistake of
ours) has a code and a sentence: what failed, on which thing, what to try. Words in braces are filled in. This page is
written by \`npm run errors-page\` from the tables in \`packages/*/src/faults.ts\`, and \`npm run check\` compares the two.
`

/** The page `docs/errors.md`: a table a package, the codes in alphabetical order. */
export function errorsMarkdown(tables: FaultTables): string {
  const parts = [...tables].map(([name, texts]) => {
    const codes = Object.keys(texts).toSorted()
    const rows = codes.map((code) => `| \`${code}\` | ${cell(texts[code]?.en)} | ${cell(texts[code]?.it)} |`)
    return `\n## ${name}\n\n| code | English | italiano |\n| --- | --- | --- |\n${rows.join('\n')}\n`
  })
  return HEAD + parts.join('')
}

function cell(sentence = ''): string {
  return sentence.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
