/** An example of a page: files to write, a command to run beside them, and what it prints. */
export interface PageExample {
  readonly files: readonly { readonly name: string; readonly text: string }[]
  /** A line for the shell, or a program in TypeScript. */
  readonly run: { readonly is: 'sh' | 'ts'; readonly text: string }
  readonly prints: string
}

interface Block {
  readonly kind: string
  readonly name: string | undefined
  readonly text: string
}

/**
 * The examples of a Markdown page that say what they print: a block `sh` or `ts` followed by a block `text`. Blocks before
 * it whose fence names a file, such as `json prova.json`, are the files it works on.
 */
export function pageExamples(page: string): PageExample[] {
  const files: { name: string; text: string }[] = []
  const examples: PageExample[] = []
  let asked: { readonly is: 'sh' | 'ts'; readonly text: string } | undefined
  for (const { kind, name, text } of blocksOf(page)) {
    if (name !== undefined) files.push({ name, text })
    else if (kind === 'text' && asked !== undefined)
      examples.push({ files: [...files], run: asked, prints: text })
    asked = name === undefined && (kind === 'sh' || kind === 'ts') ? { is: kind, text } : undefined
  }
  return examples
}

function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(\w*)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, kind = '', name, text = '']) => ({
      kind,
      name,
      text,
    }),
  )
}
