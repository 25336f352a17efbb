const KEY = 'tri.genesis'

/**
 * The text of the genesis that this browser has checked a proof against before. What a reader took from paper once need
 * not be typed again, and a node that later tells another text is noticed.
 */
export function knownGenesis(): string | undefined {
  try {
    return globalThis.localStorage?.getItem(KEY) ?? undefined
  } catch {
    // A browser that forbids storage remembers nothing, and everything else works.
    return undefined
  }
}

export function rememberGenesis(text: string): void {
  try {
    globalThis.localStorage?.setItem(KEY, text)
  } catch {
    // As above: then the text is typed or scanned again next time.
  }
}
