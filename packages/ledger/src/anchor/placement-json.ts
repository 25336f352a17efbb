import { fromHex, hex } from '@tri/units/crypto'

import type { AnchorPlace, AnchorReceipt, AnchorVote, Placement } from './anchor.ts'
import type { Checkpoint } from './checkpoint.ts'

const DIGEST = /^[0-9a-f]{64}$/
const SIGNATURE = /^[0-9a-f]{128}$/
const ADDRESS = /^0x[0-9a-fA-F]{40}$/
const TRANSACTION = /^0x[0-9a-f]{64}$/

/** A placement as a file keeps it: digests in hex, the light block in base64. */
export function placementJson({ checkpoint, votes, certificate }: Placement): object {
  return {
    genesis: hex(checkpoint.genesis),
    height: checkpoint.height,
    header: hex(checkpoint.header),
    stateRoot: hex(checkpoint.stateRoot),
    votes: votes.map(({ key, signature }) => ({ key, signature: hex(signature) })),
    ...(certificate === undefined ? {} : { certificate: Buffer.from(certificate).toString('base64') }),
  }
}

/** Reads a line of a file, or what is not one as undefined. */
export function placementFrom(text: string, format: string): (Placement & { previous: string }) | undefined {
  const fields = recordOf(text)
  if (fields?.['format'] !== format) return undefined
  const placement = placementOf(fields)
  const { previous } = fields
  return placement === undefined || typeof previous !== 'string' ? undefined : { ...placement, previous }
}

/** A placement out of the fields of a file. */
export function placementOf(fields: Readonly<Record<string, unknown>>): Placement | undefined {
  const checkpoint = checkpointOf(fields)
  const votes = Array.isArray(fields['votes']) ? fields['votes'].map(voteOf) : []
  if (checkpoint === undefined || !votes.every((vote) => vote !== undefined)) return undefined
  const { certificate } = fields
  return typeof certificate === 'string'
    ? { checkpoint, votes, certificate: new Uint8Array(Buffer.from(certificate, 'base64')) }
    : { checkpoint, votes }
}

/** A receipt as a file keeps it. */
export function receiptJson({ checkpoint, place }: AnchorReceipt): object {
  return { ...placementJson({ checkpoint, votes: [] }), place }
}

/** A receipt out of the fields of a file. */
export function receiptOf(fields: Readonly<Record<string, unknown>>): AnchorReceipt | undefined {
  const checkpoint = checkpointOf(fields)
  const place = isRecord(fields['place']) ? placeOf(fields['place']) : undefined
  return checkpoint === undefined || place === undefined ? undefined : { checkpoint, place }
}

/** The fields of a JSON object, or undefined for any other text. */
export function recordOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function checkpointOf(fields: Readonly<Record<string, unknown>>): Checkpoint | undefined {
  const { genesis, height, header, stateRoot } = fields
  if (!isDigest(genesis) || !isDigest(header) || !isDigest(stateRoot) || !isCount(height)) return undefined
  return { genesis: fromHex(genesis), height, header: fromHex(header), stateRoot: fromHex(stateRoot) }
}

function voteOf(value: unknown): AnchorVote | undefined {
  if (!isRecord(value)) return undefined
  const { key, signature } = value
  if (!isHex(key, ADDRESS) || typeof signature !== 'string' || !SIGNATURE.test(signature)) return undefined
  return { key, signature: fromHex(signature) }
}

function placeOf(value: Readonly<Record<string, unknown>>): AnchorPlace | undefined {
  const { is, line, digest, chain, contract, transaction, block, blockHash } = value
  if (is === 'line' && isCount(line) && isDigest(digest)) return { is, line, digest }
  if (is !== 'transaction' || !isCount(chain) || !isCount(block)) return undefined
  if (!isHex(contract, ADDRESS) || !isHex(transaction, TRANSACTION) || !isHex(blockHash, TRANSACTION))
    return undefined
  return { is, chain, contract, transaction, block, blockHash }
}

function isDigest(value: unknown): value is string {
  return typeof value === 'string' && DIGEST.test(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isHex(value: unknown, form: RegExp): value is `0x${string}` {
  return typeof value === 'string' && form.test(value)
}
