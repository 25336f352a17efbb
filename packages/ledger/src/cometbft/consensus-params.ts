import { BLOCK_BYTES_MAX } from '../ordering/block-limit.ts'
import type { ResponseOf } from './abci-messages.ts'

const EVIDENCE_BYTES_MAX = 1_048_576
/** How long a steward's double signature can still be brought: a month, or this many blocks if that is longer. */
const EVIDENCE_AGE_SECONDS = 2_592_000
const EVIDENCE_AGE_BLOCKS = 100_000

type ConsensusParams = NonNullable<ResponseOf<'initChain'>['consensusParams']>

/** What every steward's engine must hold alike: part of what a header is hashed over. */
export function consensusParamsOf(protocol: number): ConsensusParams {
  return {
    block: { maxBytes: BLOCK_BYTES_MAX, maxGas: -1 },
    evidence: {
      maxAgeBlocks: EVIDENCE_AGE_BLOCKS,
      maxAgeDuration: { seconds: EVIDENCE_AGE_SECONDS, nanos: 0 },
      maxBytes: EVIDENCE_BYTES_MAX,
    },
    validator: { keyTypes: ['ed25519'] },
    version: { app: protocol },
  }
}

/** The same as the engine's genesis file writes it: numbers of 64 bits are strings there, durations nanoseconds. */
export function consensusParamsJson(protocol: number): object {
  return {
    block: { max_bytes: String(BLOCK_BYTES_MAX), max_gas: '-1' },
    evidence: {
      max_age_num_blocks: String(EVIDENCE_AGE_BLOCKS),
      max_age_duration: String(EVIDENCE_AGE_SECONDS * 1_000_000_000),
      max_bytes: String(EVIDENCE_BYTES_MAX),
    },
    validator: { pub_key_types: ['ed25519'] },
    version: { app: String(protocol) },
    abci: { vote_extensions_enable_height: '0' },
  }
}
