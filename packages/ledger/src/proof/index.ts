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
