import type { Canonical } from '@tri/units'

/** The domain of every operation's signature. */
export const OPERATION_DOMAIN = 'tri/operation/1'
/** The version of every operation this program knows. */
export const OPERATION_VERSION = 1

/** What a member can be. */
export const MEMBER_KINDS = ['household', 'business', 'municipality', 'cooperative'] as const
/** What a member is. */
export type MemberKind = (typeof MEMBER_KINDS)[number]

/** Rings at which two meters can meet inside a network; a site is `home`. */
export const NODE_RINGS = ['home', 'building', 'street', 'transformer', 'substation'] as const
/** The ring of a match that meets at a node. */
export type NodeRing = (typeof NODE_RINGS)[number]

/** A node of the network and the line to its parent, in whole nano-ohm so that the bytes are exact. */
export interface NodeEntry {
  readonly id: string
  readonly ring: NodeRing
  readonly parent?: string
  readonly nanoOhm: number
}

/** A member as an operation brings it. */
export interface MemberEntry {
  readonly id: string
  readonly name?: string
  readonly kind: MemberKind
  /** Ed25519, 32 bytes each; may be empty until the coordinator adds a first one. */
  readonly keys: readonly Uint8Array[]
}

/** A meter as an operation brings it. */
export interface MeterEntry {
  readonly id: string
  readonly member: string
  /** The node of the network where the meter stands. */
  readonly site: string
  /** The first slot of which a statement is expected. */
  readonly from: number
}

/** Consecutive slots of one meter as little-endian columns: Int32 Wh, and a quality code a slot. */
export interface StatementColumns {
  readonly meter: string
  readonly firstSlot: number
  /** Int32, 4 bytes a slot, Wh >= 0. */
  readonly importWh: Uint8Array
  /** Int32, 4 bytes a slot, Wh >= 0. */
  readonly exportWh: Uint8Array
  /** 1 measured, 2 substituted, 3 estimated; 0 says nothing about the slot, its energy must then be 0. */
  readonly quality: Uint8Array
}

/** What a settlement claims; every replica computes it again and refuses another result. */
export interface SettlementClaim {
  readonly firstSlot: number
  readonly slots: number
  readonly charterVersion: number
  /** 32 bytes: the Merkle root of the statements used. */
  readonly readingsRoot: Uint8Array
  /** 32 bytes: the root of the settlement. */
  readonly root: Uint8Array
  /** Account and µCC, sorted by account, none 0. */
  readonly deltas: readonly (readonly [account: string, microCredit: number])[]
}

/** A member whose box keeps the book, as an operation brings it: where it stands, and the keys it is known by. */
export interface StewardEntry {
  readonly member: string
  /** Ed25519, 32 bytes: signs blocks, and nothing else. */
  readonly key: Uint8Array
  /** 20 bytes: the node's name among the stewards. Empty for the founding steward, who has nobody to meet. */
  readonly node: Uint8Array
  /** Ed25519, 32 bytes: the key of its door to members and stewards. Empty for the founding steward. */
  readonly tls: Uint8Array
  /** `host:port`, at most STEWARD_ADDRESSES_MAX of them. */
  readonly addresses: readonly string[]
}

/** A new version of the rules, and the first height that may live under it. */
export interface ProtocolStep {
  readonly version: number
  readonly height: number
}

/** The last certified block of a chain that could go on no longer. */
export interface PreviousChain {
  /** 32 bytes: the digest of its genesis. */
  readonly genesis: Uint8Array
  readonly height: number
  /** 32 bytes: the hash of the block's header. */
  readonly block: Uint8Array
}

/** A member's signature under a founding anew, with the key it was made with. */
export interface MemberSignature {
  readonly member: string
  readonly key: Uint8Array
  /** 64 bytes, in the domain `tri/refounding/1`, over the digest of the new genesis. */
  readonly signature: Uint8Array
}

/** What an operation does; `kind` says which. Fields, refusals and events: docs/operations.md. */
export type Act =
  | {
      readonly kind: 'community.found'
      readonly name: string
      readonly timezone: string
      readonly language?: string
      readonly coordinator: string
      readonly network: readonly NodeEntry[]
      readonly members: readonly MemberEntry[]
      readonly meters: readonly MeterEntry[]
      readonly charter: Canonical
      /** 32 random bytes: what blinds the leaves of the ledger's state. Absent in books from before leaves were blinded. */
      readonly leafSecret?: Uint8Array
    }
  | { readonly kind: 'member.join'; readonly member: MemberEntry }
  | {
      readonly kind: 'member.key'
      readonly member: string
      readonly change: 'add' | 'remove'
      readonly memberKey: Uint8Array
    }
  | { readonly kind: 'member.leave'; readonly member: string }
  | { readonly kind: 'site.add'; readonly site: NodeEntry }
  | { readonly kind: 'meter.add'; readonly meter: MeterEntry }
  | { readonly kind: 'meter.retire'; readonly meter: string; readonly until: number }
  | { readonly kind: 'charter.amend'; readonly charter: Canonical }
  | {
      readonly kind: 'credit.transfer'
      readonly to: string
      readonly amount: number
      readonly memo?: string
    }
  | {
      readonly kind: 'credit.hold'
      readonly to: string
      readonly amount: number
      readonly holdExpiresAt: number
      readonly memo?: string
    }
  | { readonly kind: 'credit.capture'; readonly hold: string; readonly amount: number }
  | { readonly kind: 'credit.release'; readonly hold: string }
  | { readonly kind: 'credit.limit'; readonly account: string; readonly limit?: number }
  | {
      readonly kind: 'energy.statements'
      readonly source?: string
      readonly correction: boolean
      readonly statements: readonly StatementColumns[]
    }
  | ({ readonly kind: 'energy.settle' } & SettlementClaim)
  | ({ readonly kind: 'energy.restate'; readonly version: number } & SettlementClaim)
  | { readonly kind: 'energy.finalise'; readonly firstSlot: number; readonly slots: number }
  | {
      readonly kind: 'energy.object'
      readonly firstSlot: number
      readonly slots: number
      readonly reason: string
    }
  | {
      readonly kind: 'steward.propose'
      readonly stewards: readonly StewardEntry[]
      readonly protocol?: ProtocolStep
    }
  | { readonly kind: 'steward.approve'; readonly proposal: string }
  | {
      readonly kind: 'steward.refound'
      readonly stewards: readonly StewardEntry[]
      readonly previous: PreviousChain
      readonly signatures: readonly MemberSignature[]
    }

/** Who says it, to which community, when, and until when it may still be applied. */
export interface Envelope {
  readonly v: typeof OPERATION_VERSION
  readonly community: string
  /** Chosen by the signer, once: the same id is never applied twice. */
  readonly id: string
  /** The member who signs. */
  readonly by: string
  /** The Ed25519 public key that signs, one of the member's. */
  readonly key: Uint8Array
  /** ms since 1970 UTC, by the signer's clock. */
  readonly at: number
  readonly expiresAt: number
  /** Above every nonce this key has used. */
  readonly nonce: number
}

/** What somebody wants done, with who wants it and when. */
export type Operation = Envelope & Act
/** The name of what an operation does. */
export type OperationKind = Operation['kind']
/** The operations of one kind. */
export type OperationOf<K extends OperationKind> = Extract<Operation, { readonly kind: K }>

/** An operation with its canonical bytes and the signature over them. */
export interface SignedOperation {
  readonly operation: Operation
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
}
