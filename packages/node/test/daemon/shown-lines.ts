/** What a test reads of a community's file. */
export interface Document {
  readonly network: readonly {
    id: string
    parent?: string
    name?: string
    kind: string
    x?: number
    y?: number
  }[]
  readonly members: readonly { id: string; name?: string; kind: string }[]
  readonly meters: readonly { id: string; member: string; site: string; name?: string; role?: string }[]
}
/** Shown lines that have one to four homes more below them than the shown lines under them: a subtraction tells of these. */
export function homesBetweenShownLines(
  document: Document,
  shown: readonly string[],
  homes: ReadonlySet<string>,
): string[] {
  const parentOf = new Map(document.network.map(({ id, parent }) => [id, parent]))
  const beyond = new Map(shown.map((id) => [id, 0]))
  for (const site of homes) {
    let node: string | undefined = site
    while (node !== undefined && !beyond.has(node)) node = parentOf.get(node)
    if (node !== undefined) beyond.set(node, (beyond.get(node) ?? 0) + 1)
  }
  return [...beyond].filter(([, count]) => count > 0 && count < 5).map(([id]) => id)
}
