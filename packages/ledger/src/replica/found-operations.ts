import { present } from '@tri/units'

const DIGEST_BYTES = 32
const ROOM_FIRST = 1024

/** An operation of the book: its id, its number, and the digest of its bytes. */
export interface FoundOperation {
  readonly id: string
  readonly sequence: number
  readonly digest: Uint8Array
}

/** Operations that come in the order of the book and are read in the order of their ids. */
export interface FoundOperations {
  add(operation: FoundOperation): void
  inOrder(): Iterable<FoundOperation>
}

/**
 * Collects operations in a hundred bytes each: digests lie one behind the other, not in an object of their own. A long
 * book is sorted beside the one that is being kept, in the memory of the same small box.
 */
export function foundOperations(): FoundOperations {
  const ids: string[] = []
  let sequences = new Float64Array(ROOM_FIRST)
  let digests = new Uint8Array(ROOM_FIRST * DIGEST_BYTES)
  const makeRoom = (): void => {
    if (ids.length < sequences.length) return
    const [more, wider] = [new Float64Array(2 * sequences.length), new Uint8Array(2 * digests.length)]
    more.set(sequences)
    wider.set(digests)
    sequences = more
    digests = wider
  }
  return {
    add({ id, sequence, digest }) {
      makeRoom()
      sequences[ids.length] = sequence
      digests.set(digest, ids.length * DIGEST_BYTES)
      ids.push(id)
    },
    *inOrder() {
      const idAt = (place: number): string => present(ids[place], 'a place has its operation')
      const places = Uint32Array.from(ids.keys()).sort((a, b) => (idAt(a) < idAt(b) ? -1 : 1))
      for (const place of places) {
        const digest = digests.subarray(place * DIGEST_BYTES, (place + 1) * DIGEST_BYTES)
        yield { id: idAt(place), sequence: sequences[place] ?? 0, digest }
      }
    },
  }
}
