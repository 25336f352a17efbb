// A trial that is broken off (Ctrl-C, a fault of its own) leaves no process, no namespace and no mount behind.

const undoings = new Set<() => void>()

process.on('exit', () => {
  for (const undo of [...undoings].toReversed()) undo()
})

/** Does something when this process ends, unless it was done before. Gives what takes the wish back. */
export function atExit(undo: () => void): () => void {
  undoings.add(undo)
  return () => void undoings.delete(undo)
}
