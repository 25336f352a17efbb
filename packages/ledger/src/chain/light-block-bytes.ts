import { canonicalBytes, Fault, fromCanonicalBytes, type Canonical } from '@tri/units'

import {
  bytesOf,
  bytesUpTo,
  exactly,
  listOf,
  orNothing,
  row,
  textUpTo,
  unreadable,
  wholeFrom,
  type Part,
} from './canonical-shape.ts'
import type { BlockId, BlockTime, CommitSignature, Header, LightBlock, Validator } from './light-block.ts'
import type { Sha256 } from './merkle.ts'
import { isQuorum, validatorAddress } from './validator-set.ts'
import { ABSENT } from './vote.ts'

/** Keys a set may have: far above the largest set of stewards, and a bound for what a stranger sends. */
const VALIDATORS_MAX = 100
/** Bytes a light block may take: the largest set with every signature fits. */
export const LIGHT_BLOCK_BYTES_MAX = 24_576
const FORMAT = 'tri/light-block/1'
const CHAIN_ID_LETTERS_MAX = 50
const INT32_MAX = 2_147_483_647
const UINT32_MAX = 4_294_967_295
const SIGNATURE_BYTES = 64

/**
 * A light block as canonical bytes: what is kept as a block's certificate, and what travels in a proof. Votes for no
 * block are left out as absent ones are, and addresses, which follow from the keys.
 */
export function lightBlockBytes(block: LightBlock): Uint8Array {
  return canonicalBytes(lightBlockValue(block))
}

/**
 * The light block that bytes hold. Whether it is true is another question: `trustAfter`.
 *
 * @throws Fault `proof-malformed` with the place, or `bytes-not-canonical`
 */
export function lightBlockFrom(primitives: Sha256, bytes: Uint8Array, place = 'light-block'): LightBlock {
  if (bytes.length > LIGHT_BLOCK_BYTES_MAX)
    throw new Fault('proof-malformed', { place, expected: `up to ${LIGHT_BLOCK_BYTES_MAX} bytes` })
  return lightBlockPart(primitives)(fromCanonicalBytes(bytes), place)
}

/** The block with no more signatures than make it final: the first ones in the order of the set. */
export function withFewestSignatures(block: LightBlock): LightBlock {
  let power = 0
  const signatures = block.commit.signatures.map((signature, i) => {
    if (signature.flag !== 'commit' || isQuorum(power, block.validators)) return ABSENT
    power += block.validators[i]?.power ?? 0
    return signature
  })
  return { ...block, commit: { ...block.commit, signatures } }
}

/** A light block as a value of canonical bytes. */
export function lightBlockValue({ header, commit, validators }: LightBlock): Canonical {
  return [
    FORMAT,
    headerValue(header),
    [commit.round, ...blockIdValue(commit.blockId)],
    commit.signatures.map(({ flag, time, signature }) =>
      flag === 'commit' ? [time.seconds, time.nanos, signature] : null,
    ),
    validators.map(({ publicKey, power }) => (power === 1 ? publicKey : [publicKey, power])),
  ]
}

/** Reads a light block out of a larger value. */
export function lightBlockPart(primitives: Sha256): Part<LightBlock> {
  const whole = row(
    ['format', 'header', 'commit', 'signatures', 'validators'],
    exactly(FORMAT),
    headerPart,
    commitPart,
    listOf(orNothing(signaturePart), VALIDATORS_MAX),
    listOf(validatorPart, VALIDATORS_MAX),
  )
  return (value, place) => {
    const [, header, [round, ...id], votes, validators] = whole(value, place)
    if (votes.length !== validators.length)
      throw unreadable(`${place}.signatures`, 'one entry for each key of the set')
    const signatures = validators.map(({ publicKey }, i): CommitSignature => {
      const vote = votes[i]
      if (vote === undefined) return ABSENT
      const [seconds, nanos, signature] = vote
      const address = validatorAddress(primitives, publicKey)
      return { flag: 'commit', address, time: { seconds, nanos }, signature }
    })
    return {
      header,
      commit: { height: header.height, round, blockId: blockIdOf(id), signatures },
      validators,
    }
  }
}

const hash = bytesUpTo(32)
const nanos = wholeFrom(0, 999_999_999)
const time = row(['seconds', 'nanos'], wholeFrom(Number.MIN_SAFE_INTEGER), nanos)
const blockId = row(
  ['blockHash', 'partsTotal', 'partsHash'],
  bytesOf(32),
  wholeFrom(0, UINT32_MAX),
  bytesOf(32),
)
const commitPart = row(
  ['round', 'blockHash', 'partsTotal', 'partsHash'],
  wholeFrom(0, INT32_MAX),
  bytesOf(32),
  wholeFrom(0, UINT32_MAX),
  bytesOf(32),
)
const signaturePart = row(
  ['seconds', 'nanos', 'signature'],
  wholeFrom(Number.MIN_SAFE_INTEGER),
  nanos,
  bytesOf(SIGNATURE_BYTES),
)
const weighed = row(['publicKey', 'power'], bytesOf(32), wholeFrom(2))

const validatorPart: Part<Validator> = (value, place) => {
  if (value instanceof Uint8Array) return { publicKey: bytesOf(32)(value, place), power: 1 }
  const [publicKey, power] = weighed(value, place)
  return { publicKey, power }
}

const headerRow = row(
  [
    'version.block',
    'version.app',
    'chainId',
    'height',
    'time',
    'lastBlockId',
    'lastCommitHash',
    'dataHash',
    'validatorsHash',
    'nextValidatorsHash',
    'consensusHash',
    'appHash',
    'lastResultsHash',
    'evidenceHash',
    'proposerAddress',
  ],
  wholeFrom(0),
  wholeFrom(0),
  textUpTo(CHAIN_ID_LETTERS_MAX),
  wholeFrom(1),
  time,
  orNothing(blockId),
  hash,
  hash,
  hash,
  hash,
  hash,
  hash,
  hash,
  hash,
  hash,
)

const headerPart: Part<Header> = (value, place) => {
  const [block, app, chainId, height, at, lastBlock, ...rest] = headerRow(value, place)
  const [lastCommitHash, dataHash, validatorsHash, nextValidatorsHash, ...others] = rest
  const [consensusHash, appHash, lastResultsHash, evidenceHash, proposerAddress] = others
  return {
    version: { block, app },
    chainId,
    height,
    time: timeOf(at),
    ...(lastBlock === undefined ? {} : { lastBlockId: blockIdOf(lastBlock) }),
    lastCommitHash,
    dataHash,
    validatorsHash,
    nextValidatorsHash,
    consensusHash,
    appHash,
    lastResultsHash,
    evidenceHash,
    proposerAddress,
  }
}

function headerValue(header: Header): Canonical {
  return [
    header.version.block,
    header.version.app,
    header.chainId,
    header.height,
    [header.time.seconds, header.time.nanos],
    header.lastBlockId === undefined ? null : blockIdValue(header.lastBlockId),
    header.lastCommitHash,
    header.dataHash,
    header.validatorsHash,
    header.nextValidatorsHash,
    header.consensusHash,
    header.appHash,
    header.lastResultsHash,
    header.evidenceHash,
    header.proposerAddress,
  ]
}

function timeOf([seconds, nanosOf]: readonly [number, number]): BlockTime {
  return { seconds, nanos: nanosOf }
}

function blockIdOf([of, partsTotal, partsHash]: readonly [Uint8Array, number, Uint8Array]): BlockId {
  return { hash: of, partsTotal, partsHash }
}

function blockIdValue(id: BlockId): readonly [Uint8Array, number, Uint8Array] {
  return [id.hash, id.partsTotal, id.partsHash]
}
