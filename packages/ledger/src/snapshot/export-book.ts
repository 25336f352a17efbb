import { communityHead } from '@tri/community'
import { must } from '@tri/units'
import { hex } from '@tri/units/crypto'

import type { Evidence, SignedBytes } from '../ordering.ts'
import type { BlockInput, Replica } from '../replica/replica.ts'
import { FIRST_SEAL, sealed } from './book-line.ts'

/** The name and version of the format: JSON lines, each sealed with the one before. */
export const BOOK_FORMAT = 'tri/book/1'

/** A line of an exported book, before it is sealed. Bytes are base64, digests hexadecimal. */
export type BookLine =
  | { readonly is: 'book'; readonly format: typeof BOOK_FORMAT; readonly community: string }
  | ({ readonly is: 'operation'; readonly sequence: number } & SignedText)
  | {
      readonly is: 'block'
      readonly height: number
      readonly time: number
      readonly operations: readonly SignedText[]
      readonly evidence: readonly EvidenceText[]
      readonly stateRoot: string
      /** The block's own light block: it carries the state root after the block before. */
      readonly certificate?: string | undefined
    }
  | {
      readonly is: 'end'
      readonly height: number
      readonly sequence: number
      /** Of the last state, where the engine has made it. */
      readonly certificate?: string | undefined
    }

export interface SignedText {
  readonly bytes: string
  readonly signature: string
}

export interface EvidenceText {
  readonly kind: Evidence['kind']
  readonly address: string
  readonly height: number
  readonly at: number
}

/**
 * The whole book as lines of JSON: its operations from before the chain, then its blocks with their certificates. Whoever
 * has it can check and rebuild the book on an empty machine (`restoreBook`).
 *
 * @returns lines without their ends, one block each
 */
export function* exportBook(replica: Replica): Iterable<string> {
  let seal = FIRST_SEAL
  for (const content of bookLines(replica)) {
    const line = sealed(content, seal)
    seal = line.seal
    yield line.text
  }
}

function* bookLines(replica: Replica): Iterable<BookLine> {
  yield { is: 'book', format: BOOK_FORMAT, community: communityHead(replica.store)?.community ?? '' }
  for (const { sequence, bytes, signature } of replica.operations(1)) {
    if (replica.heightOf(sequence) !== undefined) break
    yield { is: 'operation', sequence, ...signedText({ bytes, signature }) }
  }
  for (let height = 1; height <= replica.height; height++) {
    const block = replica.blockInput(height)
    const root = replica.blockRecord(height)?.stateRoot
    must(block !== undefined && root !== undefined, 'a whole book has all of its blocks', { height })
    yield blockLine(block, root, replica.certificate(height - 1))
  }
  const { height, sequence } = replica
  yield { is: 'end', height, sequence, ...certificateText(replica.certificate(height)) }
}

function blockLine(
  { height, time, operations, evidence }: BlockInput,
  stateRoot: Uint8Array,
  certificate: Uint8Array | undefined,
): BookLine {
  return {
    is: 'block',
    height,
    time,
    operations: operations.map(signedText),
    evidence: evidence.map(({ kind, address, height: signedAt, at }) => {
      return { kind, address: hex(address), height: signedAt, at }
    }),
    stateRoot: hex(stateRoot),
    ...certificateText(certificate),
  }
}

function certificateText(certificate: Uint8Array | undefined): { readonly certificate?: string } {
  return certificate === undefined ? {} : { certificate: base64(certificate) }
}

function signedText({ bytes, signature }: SignedBytes): SignedText {
  return { bytes: base64(bytes), signature: base64(signature) }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
