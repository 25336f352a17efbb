import { createHash } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'

import { accept, Fault, refuse, type Outcome } from '@tri/units'
import { hex } from '@tri/units/crypto'

import type { Anchor, AnchorReceipt, AnchorRefusal, AnchorStanding, Placement } from './anchor.ts'
import { isSameCheckpoint, type Checkpoint } from './checkpoint.ts'
import { placementFrom, placementJson } from './placement-json.ts'

const FORMAT = 'tri/anchor/1'

/** A line of the file: a placement, and the digest of the line before it, so that none can be taken out or changed. */
interface Line extends Placement {
  readonly number: number
  /** SHA-256 of the line's text without its end, in hex. */
  readonly digest: string
}

/** What a file needs to know of the chain: whether a light block certifies a checkpoint. */
export type Certifies = (checkpoint: Checkpoint, certificate: Uint8Array | undefined) => boolean

/**
 * An anchor in a file of JSON lines, for a memory stick, or kept by a neighbour community. Lines are only ever added,
 * each names the digest of the one before it, and all are checked when read.
 *
 * @param path       the file; made when it is not there
 * @param certifies  whether the light block beside a checkpoint certifies it; asked before writing and when reading
 * @throws Fault     `anchor-file-damaged` when a line is not what was written, `anchor-unreachable` without the file
 */
export function fileAnchor({
  path,
  certifies,
}: {
  readonly path: string
  readonly certifies: Certifies
}): Anchor {
  return {
    kind: 'file',
    place: (placement) => attempt(path, () => placed({ path, certifies }, placement)),
    find: (genesis) =>
      attempt(path, () => {
        const line = newestOf(linesOf({ path, certifies }), genesis)
        return line === undefined ? undefined : receiptOf(line)
      }),
    verify: (receipt) => attempt(path, () => standing(linesOf({ path, certifies }), receipt)),
  }
}

/** A file is read at once; whoever waits for it waits as for any other anchor. */
async function attempt<T>(path: string, work: () => T): Promise<T> {
  try {
    return work()
  } catch (error) {
    if (error instanceof Fault) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new Fault('anchor-unreachable', { anchor: path, reason }, { cause: error })
  }
}

interface AnchorFile {
  readonly path: string
  readonly certifies: Certifies
}

function placed(file: AnchorFile, placement: Placement): Outcome<AnchorReceipt, AnchorRefusal> {
  const lines = linesOf(file)
  const { checkpoint } = placement
  const newest = newestOf(lines, checkpoint.genesis)
  if (newest !== undefined && newest.checkpoint.height >= checkpoint.height) {
    if (isSameCheckpoint(newest.checkpoint, checkpoint)) return accept(receiptOf(newest))
    return refuse(newest.checkpoint.height === checkpoint.height ? 'checkpoint-differs' : 'height-not-above')
  }
  if (!file.certifies(checkpoint, placement.certificate)) return refuse('not-certified')
  const text = JSON.stringify({
    format: FORMAT,
    previous: lines.at(-1)?.digest ?? '',
    ...placementJson(placement),
  })
  append(file.path, text)
  return accept(receiptOf({ ...placement, number: lines.length + 1, digest: digestOf(text) }))
}

/** Adds a line and waits for the disk. What a power cut left of a line, which nobody was told of, is cut off before. */
function append(path: string, text: string): void {
  const whole = existsSync(path) ? readFileSync(path).lastIndexOf('\n') + 1 : 0
  const file = openSync(path, 'a', 0o644)
  try {
    ftruncateSync(file, whole)
    writeSync(file, `${text}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function linesOf(file: AnchorFile): Line[] {
  if (!existsSync(file.path)) return []
  const lines: Line[] = []
  // What follows the last end of a line was never acknowledged.
  for (const text of readFileSync(file.path, 'utf8').split('\n').slice(0, -1)) {
    const number = lines.length + 1
    const damaged = (reason: string): Fault =>
      new Fault('anchor-file-damaged', { path: file.path, line: number, reason })
    const line = placementFrom(text, FORMAT)
    if (line === undefined) throw damaged('unreadable')
    if (line.previous !== (lines.at(-1)?.digest ?? '')) throw damaged('it does not follow the line before')
    const before = newestOf(lines, line.checkpoint.genesis)
    if (before !== undefined && before.checkpoint.height >= line.checkpoint.height)
      throw damaged('its height does not rise')
    if (!file.certifies(line.checkpoint, line.certificate)) throw damaged('not certified')
    lines.push({ ...line, number, digest: digestOf(text) })
  }
  return lines
}

function newestOf(lines: readonly Line[], genesis: Uint8Array): Line | undefined {
  return lines.findLast(({ checkpoint }) => hex(checkpoint.genesis) === hex(genesis))
}

function receiptOf({ checkpoint, number, digest }: Line): AnchorReceipt {
  return { checkpoint, place: { is: 'line', line: number, digest } }
}

function standing(lines: readonly Line[], { checkpoint, place }: AnchorReceipt): AnchorStanding {
  const line = place.is === 'line' ? lines[place.line - 1] : undefined
  if (place.is !== 'line' || line === undefined) return { is: 'gone' }
  return line.digest === place.digest && isSameCheckpoint(line.checkpoint, checkpoint)
    ? { is: 'held', depth: lines.length - line.number + 1 }
    : { is: 'differs' }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
