import { canonicalBytes, fromCanonicalBytes, type Canonical } from '@tri/units'

import {
  bytesOf,
  bytesUpTo,
  exactly,
  listOf,
  orNothing,
  row,
  textUpTo,
  unreadable,
  type Part,
} from '../chain/canonical-shape.ts'
import { lightBlockPart, lightBlockValue } from '../chain/light-block-bytes.ts'
import type { LightBlock } from '../chain/light-block.ts'
import type { Sha256 } from '../chain/merkle.ts'
import { pathPart, pathValue, type MarkedPath } from './marked-path.ts'
import { meterPart, meterValue, type MeterPart } from './meter-columns.ts'
import { signaturesPart, signaturesValue, type MemberList, type RefoundingSignature } from './refounding.ts'
import { SALT_BYTES, type LeafRecord } from './state-walk.ts'

/** Bytes of a proof that are read: a founding anew with a large community's list of members fits. */
export const PROOF_BYTES_MAX = 1_048_576
/** Of a record whose leaf is not blinded, and of one whose leaf is. */
const [PLAIN, BLINDED] = ['tri/proof/1', 'tri/proof/2'] as const
/** Changes of the stewards within one founding, and foundings, that one proof may lead through. */
const BLOCKS_MAX = 1000
export const EPOCHS_MAX = 100
const GENESIS_BYTES_MAX = 4096
const KEY_LETTERS_MAX = 160
const VALUE_BYTES_MAX = 16_384
const MEMBERS_MAX = 20_000
const FAMILY_SIBLINGS = 3

/** Everything that leads from a genesis to one record of the book. */
export interface Proof {
  /** One for each founding, first to last; the first is the one whose text is known. */
  readonly epochs: readonly Epoch[]
  readonly key: string
  readonly value: Uint8Array
  /** What blinds the record's leaf; absent in books from before leaves were blinded. */
  readonly salt?: Uint8Array
  readonly path: MarkedPath
  /** Only with a settlement's record: one meter's part of it. */
  readonly meter?: MeterPart
}

/** The chain from one founding to the next, or to the newest block. */
export interface Epoch {
  /** Canonical bytes of its genesis. */
  readonly genesis: Uint8Array
  /** Where the set of stewards changes, then the last block: of the epoch, or the one whose state is proved. */
  readonly blocks: readonly LightBlock[]
  /** How the next epoch was agreed on; absent in the last. */
  readonly succession?: Succession
}

/** The members of an epoch's last state, and what they signed. */
export interface Succession {
  readonly members: MemberList
  readonly signatures: readonly RefoundingSignature[]
}

/** A proof as canonical bytes. */
export function proofBytes({ epochs, key, value, salt, path, meter }: Proof): Uint8Array {
  return canonicalBytes([
    salt === undefined ? PLAIN : BLINDED,
    epochs.map(epochValue),
    key,
    value,
    ...(salt === undefined ? [] : [salt]),
    pathValue(path),
    meter === undefined ? null : meterValue(meter),
  ])
}

/** One founding's chain as a value of canonical bytes. */
export function epochValue({ genesis, blocks, succession }: Epoch): Canonical {
  const agreed =
    succession === undefined
      ? null
      : [
          succession.members.records.map(memberValue),
          succession.members.siblings,
          signaturesValue(succession.signatures),
        ]
  return [genesis, blocks.map(lightBlockValue), agreed]
}

/**
 * The proof that bytes hold; nothing of it is believed yet.
 *
 * @throws Fault `proof-malformed` with the place, or `bytes-not-canonical`
 */
export function proofFrom(primitives: Sha256, bytes: Uint8Array): Proof {
  if (bytes.length > PROOF_BYTES_MAX) throw unreadable('proof', `up to ${PROOF_BYTES_MAX} bytes`)
  const given = fromCanonicalBytes(bytes)
  const epochs = listOf(epochPart(primitives), EPOCHS_MAX)
  return Array.isArray(given) && given[0] === BLINDED ? blindedFrom(given, epochs) : plainFrom(given, epochs)
}

type EpochsPart = Part<readonly Epoch[]>

function plainFrom(given: Canonical, epochsPart: EpochsPart): Proof {
  const names = ['format', 'epoch', 'key', 'value', 'path', 'meter']
  const read = row(names, exactly(PLAIN), epochsPart, keyPart, valuePart, pathPart, orNothing(meterPart))
  const [, epochs, key, value, path, meter] = read(given, 'proof')
  return { epochs, key, value, path, ...(meter === undefined ? {} : { meter }) }
}

function blindedFrom(given: Canonical, epochsPart: EpochsPart): Proof {
  const names = ['format', 'epoch', 'key', 'value', 'salt', 'path', 'meter']
  const parts = [keyPart, valuePart, saltPart, pathPart, orNothing(meterPart)] as const
  const [, epochs, key, value, salt, path, meter] = row(
    names,
    exactly(BLINDED),
    epochsPart,
    ...parts,
  )(given, 'proof')
  return { epochs, key, value, salt, path, ...(meter === undefined ? {} : { meter }) }
}

const keyPart = textUpTo(KEY_LETTERS_MAX)
const valuePart = bytesUpTo(VALUE_BYTES_MAX)
const saltPart = bytesOf(SALT_BYTES)

/** Reads one founding's chain. */
export function epochPart(primitives: Sha256): Part<Epoch> {
  const epochRow = row(
    ['genesis', 'block', 'refounding'],
    bytesUpTo(GENESIS_BYTES_MAX),
    listOf(lightBlockPart(primitives), BLOCKS_MAX),
    orNothing(successionPart),
  )
  return (value, place) => {
    const [genesis, blocks, succession] = epochRow(value, place)
    return { genesis, blocks, ...(succession === undefined ? {} : { succession }) }
  }
}

const plainMember = row(['key', 'value'], keyPart, valuePart)
const blindedMember = row(['key', 'value', 'salt'], keyPart, valuePart, saltPart)
const BLINDED_MEMBER_PARTS = 3

const memberPart: Part<LeafRecord> = (value, place) => {
  if (Array.isArray(value) && value.length === BLINDED_MEMBER_PARTS) {
    const [key, record, salt] = blindedMember(value, place)
    return { key, value: record, salt }
  }
  const [key, record] = plainMember(value, place)
  return { key, value: record }
}

function memberValue({ key, value, salt }: LeafRecord): Canonical {
  return salt === undefined ? [key, value] : [key, value, salt]
}

const successionRow = row(
  ['members', 'sibling', 'signature'],
  listOf(memberPart, MEMBERS_MAX),
  listOf(bytesOf(32), FAMILY_SIBLINGS),
  signaturesPart,
)

const successionPart: Part<Succession> = (value, place) => {
  const [records, siblings, signatures] = successionRow(value, place)
  if (siblings.length !== FAMILY_SIBLINGS) throw unreadable(`${place}.sibling`, `${FAMILY_SIBLINGS} digests`)
  return { members: { records, siblings }, signatures }
}
