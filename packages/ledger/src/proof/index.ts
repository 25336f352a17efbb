export type {
  BlockId,
  BlockTime,
  Commit,
  CommitSignature,
  Header,
  LightBlock,
  Primitives,
  Validator,
} from '../chain/light-block.ts'
export type { Flaw } from '../chain/trust.ts'
export {
  chainIdOf,
  genesisText,
  genesisTextFrom,
  type Genesis,
  type GenesisText,
  type PreviousChain,
} from '../genesis.ts'
export { flawSentence } from './flaw-sentence.ts'
export type { ProvedDay, ProvedMeter } from './meter-columns.ts'
export { PROOF_BYTES_MAX } from './proof-bytes.ts'
export type {
  ProvedBalance,
  ProvedCertificate,
  ProvedMember,
  ProvedPosting,
  ProvedReceipt,
  ProvedRecord,
  ProvedSettlement,
} from './proved-record.ts'
export { verifyProof, type Proved } from './verify-proof.ts'
