/** A moment as CometBFT writes it: whole seconds and nanoseconds since 1970 UTC. */
export interface BlockTime {
  readonly seconds: number
  readonly nanos: number
}

/** What a block is known by: the hash of its header, and of the parts it travels in. */
export interface BlockId {
  readonly hash: Uint8Array
  readonly partsTotal: number
  readonly partsHash: Uint8Array
}

/**
 * The header of a block, field by field as CometBFT v0.38 hashes it, whichever engine made it. The state root that it
 * carries is the one after the block before it.
 */
export interface Header {
  readonly version: { readonly block: number; readonly app: number }
  /** Names the community by its genesis: a signature for one chain is none for another. */
  readonly chainId: string
  readonly height: number
  readonly time: BlockTime
  /** Absent in the first block of an engine. */
  readonly lastBlockId?: BlockId
  readonly lastCommitHash: Uint8Array
  readonly dataHash: Uint8Array
  readonly validatorsHash: Uint8Array
  readonly nextValidatorsHash: Uint8Array
  readonly consensusHash: Uint8Array
  /** The state root after the block before this one. */
  readonly appHash: Uint8Array
  readonly lastResultsHash: Uint8Array
  readonly evidenceHash: Uint8Array
  readonly proposerAddress: Uint8Array
}

/** One steward's signature under a block. */
export interface CommitSignature {
  readonly flag: 'absent' | 'commit' | 'nil'
  /** First 20 bytes of the SHA-256 of her public key; empty when absent. */
  readonly address: Uint8Array
  readonly time: BlockTime
  readonly signature: Uint8Array
}

/** The signatures that make a block final. */
export interface Commit {
  readonly height: number
  readonly round: number
  readonly blockId: BlockId
  readonly signatures: readonly CommitSignature[]
}

/** A key that votes, with its weight. Ours weigh one each. */
export interface Validator {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array
  readonly power: number
}

/** All that is needed to check a block: its header, who signed it, and who had to. */
export interface LightBlock {
  readonly header: Header
  readonly commit: Commit
  /** In the order of their hash: by power downwards, then by address. */
  readonly validators: readonly Validator[]
}

/** What checking needs of a machine: `node:crypto` at home, plain JavaScript in a browser. */
export interface Primitives {
  sha256(bytes: Uint8Array): Uint8Array
  /** Plain Ed25519 (RFC 8032) over the message itself. */
  isEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
}
