export {
  anchorKeyFrom,
  communityAt,
  inKeyOrder,
  isVoteFor,
  newAnchorKey,
  voteForCheckpoint,
  voteForStewards,
  type AnchorKey,
  type ContractAt,
  type StewardChange,
} from './anchor-keys.ts'
export { checkpointsContract } from './checkpoints-contract.ts'
export { deployCheckpoints } from './deploy-checkpoints.ts'
export { evmAnchor, type EvmAnchor, type EvmAnchorOptions } from './evm-anchor.ts'
export type { Board } from './evm-link.ts'
