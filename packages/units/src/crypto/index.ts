export { fromHex, hex, sha256 } from './digest.ts'
export { leafDigest, merklePath, merkleRoot, rootOfPath, type MerkleStep } from './merkle.ts'
export { isBindingKey } from './public-key.ts'
export { isSignedBy, keyPairFromSeed, sign, type KeyPair } from './signature.ts'
