export { fromHex, hex, sha256, sha256Over } from './digest.ts'
export { leafDigest, merklePath, merkleRoot, nodeDigest, rootOfPath, type MerkleStep } from './merkle.ts'
export { isBindingKey } from './public-key.ts'
export {
  isPlainlySignedBy,
  isSignedBy,
  isSignedByLater,
  keyPairFromSeed,
  sign,
  signPlainly,
  type KeyPair,
} from './signature.ts'
