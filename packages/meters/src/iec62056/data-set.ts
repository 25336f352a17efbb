/** An address and the bracket groups behind it, as they were sent: `1.8.0(000285.4*kWh)` has one group. */
export interface DataSet {
  readonly address: string
  readonly groups: readonly string[]
}

/** What the lines of a data block hold. */
export interface DataSets {
  readonly sets: readonly DataSet[]
  /** Lines from which something could not be read: a bracket without its other, an address without a value. */
  readonly malformedLines: number
}

const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const OPEN = 0x28
const CLOSE = 0x29

/**
 * Reads the data sets of a data block, in one pass. Several may stand on a line; brackets at the beginning of a line go on
 * with the set before them (DSMR 2.2 sends the gas value so). A line that cannot be read gives nothing, and what follows
 * on the next does not join the set before it.
 *
 * @see IEC 62056-21, 6.5 (data set: address, value, unit); DSMR P1 companion standard 2.2 to 5.0.2, chapter 6
 */
export function dataSetsIn(text: string, from: number, until: number): DataSets {
  const sets: DataSet[] = []
  let malformedLines = 0
  let open: string[] | undefined
  let at = from
  while (at < until) {
    const letter = text.charCodeAt(at)
    if (letter <= SPACE) {
      at++
      continue
    }
    const begin = at
    at = bracketAt(text, at, until)
    const groups: string[] = at === begin && open !== undefined ? open : []
    const isFirst = groups !== open
    const read = text.charCodeAt(at) === OPEN ? groupsAt(text, at, { until, into: groups }) : at
    if (read === at || (isFirst && at === begin)) {
      malformedLines++
      open = undefined
      at = lineEnd(text, Math.max(at, read), until)
      continue
    }
    if (isFirst) sets.push({ address: text.slice(begin, wordEnd(text, at)), groups })
    open = groups
    at = read
  }
  return { sets, malformedLines }
}

/** The next opening bracket of the line, or where the line stops being a data set. */
function bracketAt(text: string, from: number, until: number): number {
  let at = from
  for (; at < until; at++) {
    const letter = text.charCodeAt(at)
    if (letter === OPEN || letter === CLOSE || letter === LF || letter === CR) break
  }
  return at
}

/** Where the word ends that stands before `at`. */
function wordEnd(text: string, at: number): number {
  let end = at
  while (text.charCodeAt(end - 1) <= SPACE) end--
  return end
}

/** Reads groups until something else follows; gives where, or where it began when a bracket is not closed. */
function groupsAt(
  text: string,
  from: number,
  { until, into }: { readonly until: number; readonly into: string[] },
): number {
  const had = into.length
  let at = from
  while (at < until && text.charCodeAt(at) === OPEN) {
    let end = at + 1
    for (; end < until; end++) {
      const letter = text.charCodeAt(end)
      if (letter === CLOSE || letter === OPEN || letter === LF || letter === CR) break
    }
    if (end >= until || text.charCodeAt(end) !== CLOSE) {
      into.length = had
      return from
    }
    into.push(text.slice(at + 1, end))
    at = end + 1
  }
  return at
}

function lineEnd(text: string, from: number, until: number): number {
  let at = from
  while (at < until && text.charCodeAt(at) !== LF && text.charCodeAt(at) !== CR) at++
  return at
}
