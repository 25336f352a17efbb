import type { Validator } from './light-block.ts'
import { rootOfItems, type Sha256 } from './merkle.ts'
import { MessageWriter } from './protobuf.ts'

/** Bytes of a steward's address. */
export const ADDRESS_BYTES = 20

/** The address of a key that votes: the first 20 bytes of its SHA-256. */
export function validatorAddress({ sha256 }: Sha256, publicKey: Uint8Array): Uint8Array {
  return Uint8Array.from(sha256(publicKey).subarray(0, ADDRESS_BYTES))
}

/** The keys in the order in which a set is hashed and signs: by power downwards, then by address. */
export function orderedValidators(primitives: Sha256, validators: readonly Validator[]): Validator[] {
  return validators
    .map((validator) => ({ validator, address: validatorAddress(primitives, validator.publicKey) }))
    .toSorted((a, b) => b.validator.power - a.validator.power || compareBytes(a.address, b.address))
    .map(({ validator }) => validator)
}

/** Stewards as a set that votes: one vote each, in the order of the set. */
export function validatorsOf(primitives: Sha256, keys: readonly Uint8Array[]): Validator[] {
  return orderedValidators(
    primitives,
    keys.map((publicKey) => ({ publicKey, power: 1 })),
  )
}

/** `validatorsHash`: the root over the keys of a set with their powers, in the order given. */
export function validatorSetHash(primitives: Sha256, validators: readonly Validator[]): Uint8Array {
  const items = validators.map(({ publicKey, power }) =>
    new MessageWriter()
      .message(1, new MessageWriter().bytes(1, publicKey).finish())
      .varint(2, power)
      .finish(),
  )
  return rootOfItems(primitives, items)
}

/** Whether this much of a set's power has the say: more than two thirds of it. */
export function isQuorum(power: number, validators: readonly Validator[]): boolean {
  return power * 3 > totalPower(validators) * 2
}

/** The power of a whole set. */
export function totalPower(validators: readonly Validator[]): number {
  return validators.reduce((sum, { power }) => sum + power, 0)
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (const [i, byte] of a.entries()) {
    const difference = byte - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
