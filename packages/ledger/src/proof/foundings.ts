import { canonicalBytes, fromCanonicalBytes } from '@tri/units'

import { bytesOf, bytesUpTo, exactly, listOf, orNothing, row } from '../chain/canonical-shape.ts'
import type { Sha256 } from '../chain/merkle.ts'
import { genesisBytes, genesisFrom, type Genesis } from '../genesis.ts'
import type { SignedBytes } from '../ordering.ts'
import { epochPart, epochValue, EPOCHS_MAX, type Epoch } from './proof-bytes.ts'

const FORMAT = 'tri/foundings/1'
const GENESIS_BYTES_MAX = 4096
const OPERATION_BYTES_MAX = 4_194_304
const SIGNATURE_BYTES = 64

/** What a box keeps of the foundings before its chain, and of one that its members are being asked for. */
export interface Foundings {
  /** First to last, whole: what every proof from the first genesis leads through. */
  readonly past: readonly Epoch[]
  /** One that is being signed; the chain before still is the one in force. */
  readonly asked?: AskedRefounding
  /** The operation with which the newest one takes effect: the first of its chain. */
  readonly operation?: SignedBytes
}

/** A founding anew that its members are being asked to sign. */
export interface AskedRefounding {
  readonly genesis: Genesis
  /** The chain that would end, with the signatures so far. */
  readonly epoch: Epoch
}

/** As canonical bytes, to be kept beside the book. */
export function foundingsBytes({ past, asked, operation }: Foundings): Uint8Array {
  return canonicalBytes([
    FORMAT,
    past.map(epochValue),
    asked === undefined ? null : [genesisBytes(asked.genesis), epochValue(asked.epoch)],
    operation === undefined ? null : [operation.bytes, operation.signature],
  ])
}

/** @throws Fault `proof-malformed`, or `bytes-not-canonical` */
export function foundingsFrom(primitives: Sha256, bytes: Uint8Array): Foundings {
  const epoch = epochPart(primitives)
  const read = row(
    ['format', 'past', 'asked', 'operation'],
    exactly(FORMAT),
    listOf(epoch, EPOCHS_MAX),
    orNothing(row(['genesis', 'epoch'], bytesUpTo(GENESIS_BYTES_MAX), epoch)),
    orNothing(row(['bytes', 'signature'], bytesUpTo(OPERATION_BYTES_MAX), bytesOf(SIGNATURE_BYTES))),
  )
  const [, past, asked, operation] = read(fromCanonicalBytes(bytes), 'foundings')
  return {
    past,
    ...(asked === undefined ? {} : { asked: { genesis: genesisFrom(asked[0]), epoch: asked[1] } }),
    ...(operation === undefined ? {} : { operation: { bytes: operation[0], signature: operation[1] } }),
  }
}
