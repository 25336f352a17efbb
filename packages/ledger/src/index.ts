export type {
  Evidence,
  FinalBlock,
  FinalOperation,
  NotTaken,
  Ordering,
  OrderingStatus,
  SignedBytes,
  Standing,
} from './ordering.ts'
export {
  STATE_FAMILIES,
  type BlockInput,
  type BlockRecord,
  type Execution,
  type Replica,
  type StateFamily,
  type StatePath,
} from './replica/replica.ts'
export { ledgerFaults } from './faults.ts'
export { openBook, type BookFile } from './store/book-file.ts'
export { sqliteFault } from './store/sqlite-fault.ts'
export { openSqliteStore, type SqliteStore, type StoreOptions } from './store/sqlite-store.ts'
export { LOCK_FILE, lockFolder, type FolderLock } from './store/folder-lock.ts'
export {
  commitHash,
  dataHash,
  emptyHash,
  paramsHash,
  resultsHash,
  type ResultHashed,
} from './chain/block-hashes.ts'
export { blockTimeOf, compareTimes, epochMsOf } from './chain/block-time.ts'
export { headerHash } from './chain/header-hash.ts'
export type {
  BlockId,
  BlockTime,
  Commit,
  CommitSignature,
  Header,
  LightBlock,
  Primitives,
  Validator,
} from './chain/light-block.ts'
export { lightBlockBytes, lightBlockFrom, withFewestSignatures } from './chain/light-block-bytes.ts'
export { nodePrimitives } from './chain/node-primitives.ts'
export { signersOf, trustAfter, type Flaw, type Trust } from './chain/trust.ts'
export {
  isQuorum,
  orderedValidators,
  validatorAddress,
  validatorSetHash,
  validatorsOf,
} from './chain/validator-set.ts'
export { precommitBytes, signedVote, soleLightBlock, type Precommit, type VotingKey } from './chain/vote.ts'
export {
  noAnchor,
  type Anchor,
  type AnchorPlace,
  type AnchorReceipt,
  type AnchorRefusal,
  type AnchorStanding,
  type AnchorVote,
  type Placement,
} from './anchor/anchor.ts'
export { fileAnchor, type Certifies } from './anchor/anchor-file.ts'
export {
  openAnchorQueue,
  type AnchorQueue,
  type AnchorQueueStatus,
  type AnchorStep,
} from './anchor/anchor-queue.ts'
export { federationRoot, isFederated, type Checkpoint, type FederationRoot } from './anchor/checkpoint.ts'
export { type ReplicaPorts } from './replica/chain-replica.ts'
export { memoryReplica } from './replica/memory-replica.ts'
export { openReplica } from './replica/open-replica.ts'
export { PROTOCOLS, type Protocol, type Protocols } from './replica/protocol.ts'
export {
  chainIdOf,
  genesisBytes,
  genesisDigest,
  genesisFrom,
  genesisText,
  genesisTextFrom,
  trustOf,
  type Genesis,
  type GenesisText,
  type PreviousChain,
} from './genesis.ts'
export { openCometBft, type CometBftOrdering, type CometBftPorts } from './cometbft/cometbft-ordering.ts'
export { findEngine, type EngineBinary } from './cometbft/engine-binary.ts'
export type { EngineNetwork, EnginePeer, EngineStateSync } from './cometbft/engine-config.ts'
export type { EngineChain, SignState, StewardSeeds } from './cometbft/engine-home.ts'
export type { EngineLog, EngineProcess } from './cometbft/engine-process.ts'
export type { EngineRpc } from './cometbft/engine-rpc.ts'
export {
  localQuorum,
  type LocalQuorum,
  type LocalQuorumPorts,
  type LocalSteward,
} from './cometbft/local-quorum.ts'
export { memoryOfAll, memoryOfEngine, type PeerMemory } from './cometbft/peer-memory.ts'
export { linkBoard, type Link, type LinkBoard } from './cometbft/link-board.ts'
export { makeStewardHome } from './cometbft/steward-home.ts'
export type { StewardIdentity } from './cometbft/steward-keys.ts'
export { endedEpoch, genesisAfter, memberListOf } from './proof/ended-epoch.ts'
export { foundingsBytes, foundingsFrom, type AskedRefounding, type Foundings } from './proof/foundings.ts'
export { meterPartOf, type SettledColumns, type SettledLeaves } from './proof/meter-part.ts'
export { proofOf, setChangesBefore, type ProofSource } from './proof/proof-of.ts'
export type { Epoch, Succession } from './proof/proof-bytes.ts'
export type { ProvedPosting, ProvedRecord } from './proof/proved-record.ts'
export { refoundingSignature } from './proof/refounding-signature.ts'
export {
  refoundingCount,
  refoundingFrom,
  refoundingText,
  signatureText,
  withSignature,
  type MemberList,
  type Refounding,
  type RefoundingCount,
  type RefoundingSignature,
} from './proof/refounding.ts'
export { verifyProof, type Proved } from './proof/verify-proof.ts'
export { addressFrom, addressText, type DoorAddress } from './channel/address.ts'
export { admissionOf, type AdmissionPorts } from './channel/admission.ts'
export { bookDesk, type BookDeskPorts } from './channel/book-desk.ts'
export type { Admission, Desk, DoorPorts, DoorRefusal, Visitor } from './channel/desk.ts'
export { connectToDoor, type Caller, type DoorLink, type PinnedDoor } from './channel/door-link.ts'
export { openDoor, type Door } from './channel/door.ts'
export { invitationsIn, type Invitations } from './channel/invitations.ts'
export {
  liarsPossible,
  openMemberClient,
  type ClientPatience,
  type MemberClient,
  type MemberClientPorts,
} from './channel/member-client.ts'
export { outboxIn, type Carried, type CarriedStanding, type Outbox } from './channel/outbox.ts'
export {
  doorRequests,
  type CandidateEntry,
  type ProofWanted,
  type ToldCommunity,
} from './channel/requests.ts'
export { signWarrant, type Warrant } from './channel/warrant.ts'
export {
  doorsOf,
  openDiscovery,
  type Discovery,
  type DiscoveryPorts,
  type KnownSteward,
} from './discovery/discovery.ts'
export {
  openFollower,
  type Follower,
  type FollowerPorts,
  type FollowerView,
  type NotSynced,
  type RecordWanted,
} from './follower/follower.ts'
export { openSingle, type SinglePorts } from './single/single-ordering.ts'
export { type ReadyCandidate } from './channel/book-desk.ts'
export { copyBook, genesisBehind } from './follower/book-mirror.ts'
export { handoverIn, type Handover } from './follower/handover.ts'
export { BOOK_FORMAT, exportBook } from './snapshot/export-book.ts'
export { restoreBook, type Restored, type RestorePorts } from './snapshot/restore-book.ts'
export { nextSigningKey, takeNextKey, waitingSigningKey } from './cometbft/next-key.ts'
export type { SnapshotRhythm } from './replica/chain-replica.ts'
export { restoreSnapshot, type KnownOfSnapshot, type ReceivedSnapshot } from './snapshot/restore-snapshot.ts'
export type { KeptSnapshot } from './snapshot/snapshot-folder.ts'
export { snapshotShelf } from './snapshot/snapshot-shelf.ts'
export type { SnapshotShelf } from './cometbft/snapshot-shelf.ts'
