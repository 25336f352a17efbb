export type { AccountLine, PostingKind, RingLine } from './account-line.ts'
export { accountLines, type LineFilter, type LinePage } from './account-lines.ts'
export { apply, type ApplyPorts } from './apply.ts'
export { memoryBook, type Book, type LoggedOperation } from './book.ts'
export { charterAt, charterDocumentAt, charters } from './charters.ts'
export type { CommunityEvent, SlotRange } from './event.ts'
export { communityFaults, communityRefusals } from './faults.ts'
export { ALL_KEYS, keysUnder, type KeyRange, type KeyValue } from './key-value.ts'
export {
  GAPS_NAMED_MAX,
  HOLDS_PER_ACCOUNT_MAX,
  ID_PATTERN,
  KEYS_PER_MEMBER_MAX,
  LINES_MAX,
  OBJECTION_DAYS,
  OPERATION_BYTES_MAX,
  SETTLEMENT_CELLS_MAX,
  PROTOCOL_FIRST,
  SETTLEMENT_SLOTS_MAX,
  STATEMENT_WH_MAX,
  STEWARD_ADDRESSES_MAX,
  STEWARD_COUNTS,
} from './limits.ts'
export { memoryStore } from './memory-store.ts'
export { nanoOhmOf, networkNodes } from './network.ts'
export {
  MEMBER_KINDS,
  OPERATION_DOMAIN,
  OPERATION_VERSION,
  type Act,
  type Envelope,
  type MemberEntry,
  type MemberKind,
  type MeterEntry,
  type NodeEntry,
  type NodeRing,
  type Operation,
  type OperationKind,
  type OperationOf,
  type MemberSignature,
  type PreviousChain,
  type ProtocolStep,
  type SettlementClaim,
  type SignedOperation,
  type StatementColumns,
  type StewardEntry,
} from './operation.ts'
export { operationFrom } from './operation-shape.ts'
export { overlayOn, type Overlay } from './overlay.ts'
export { COMMONS } from './posting.ts'
export {
  balanceOf,
  balances,
  certificates,
  communityHead,
  holds,
  lastSettledSlot,
  leafSecretOf,
  memberById,
  memberOfKey,
  members,
  meters,
  network,
  nextNonce,
  operationDigest,
  operationSequence,
  restatementsDue,
  settledUntil,
  settlementRecords,
  settlementVersion,
  stateDigest,
  sumOfBalances,
  type Balance,
  type SettlementRecord,
} from './queries.ts'
export { readingsRootOf } from './readings-root.ts'
export type { CommunityRefusal, CommunityRefusalName } from './refusal.ts'
export { REFOUNDING_DOMAIN, refoundedAfter, refoundingDigest, type RefoundingTerms } from './refounding.ts'
export { restatementDraft, settlementDraft, type SettlementDraft } from './settlement.ts'
export { signOperation } from './sign-operation.ts'
export { stateKeys } from './state-keys.ts'
export { VALID_MS, signedAct, type Signer } from './signed-act.ts'
export type {
  Account,
  Certificate,
  Head,
  Hold,
  Member,
  Meter,
  QualityCounts,
  SettledPeriod,
  SettlementVersion,
  StatementSource,
  StewardProposal,
  StewardSet,
} from './state.ts'
export { statementBatches, statementOf, type ReadingColumns } from './statement-batches.ts'
export {
  completenessOf,
  settlementInputAt,
  signerOf,
  statementColumns,
  type Completeness,
  type StatementGap,
  type StatementRange,
} from './statement-columns.ts'
export { approvalsNeeded, protocolSteps, stewardChanges, stewardProposals, stewardsOf } from './stewards.ts'
