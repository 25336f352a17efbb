import { open } from 'node:fs/promises'

import type { Dial, LinePorts } from './line.ts'

/** A file that another program appends to. */
export interface TailedFile {
  readonly path: string
  /** Where to begin: at its end, or with all it holds. */
  readonly from: 'end' | 'start'
  /** How often it is looked at, ms. */
  readonly everyMs: number
}

const PIECE_BYTES = 65_536

interface Place {
  readonly inode: number
  readonly at: number
}

/**
 * Reads what is appended to a file. A file that became shorter or was replaced (a rotated log) is read from its start.
 *
 * @throws the system's error when the file is not there or cannot be read
 */
export function dialFile(
  { path, from, everyMs }: TailedFile,
  { pause }: Pick<LinePorts, 'pause'>,
): Dial<Uint8Array> {
  let known: Place | undefined
  return async (deliver, { signal, up }) => {
    while (!signal.aborted) {
      known = await readOn(path, known, from, deliver)
      up()
      await pause(everyMs, signal).catch(() => undefined)
    }
  }
}

// The size is asked of the open file, not of the path: between the two the path may have become another file.
async function readOn(
  path: string,
  known: Place | undefined,
  begin: TailedFile['from'],
  deliver: (bytes: Uint8Array) => void,
): Promise<Place> {
  await using file = await open(path)
  const { ino: inode, size } = await file.stat()
  const isSame = inode === known?.inode && size >= known.at
  let at = isSame ? known.at : known === undefined && begin === 'end' ? size : 0
  const piece = new Uint8Array(PIECE_BYTES)
  for (;;) {
    const { bytesRead } = await file.read(piece, 0, piece.length, at)
    if (bytesRead === 0) return { inode, at }
    deliver(piece.slice(0, bytesRead))
    at += bytesRead
  }
}
