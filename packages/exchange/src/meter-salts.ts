import { canonicalBytes, must } from '@tri/units'
import { sha256 } from '@tri/units/crypto'

import type { SettlementInput } from './settlement-input.ts'

/** Bytes of what blinds a meter's leaf: nobody tries so many. */
const SALT_BYTES = 16
const DOMAIN = new TextEncoder().encode('tri/meter-salts/1\0')
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

/**
 * What blinds each meter's leaves of a period, 16 bytes by column: a quarter hour's few numbers would be found by trying.
 * Only who has the secret can compute them. They follow from every statement of the period, so that a corrected period
 * shares none with the one before. Two meters have the halves of one digest.
 *
 * @returns undefined when the input brings no secret
 */
export function meterSalts(input: SettlementInput): readonly Uint8Array[] | undefined {
  const { leafSecret, community, firstSlot, slots, tree, importWh, exportWh, quality } = input
  if (leafSecret === undefined) return undefined
  must(IS_LITTLE_ENDIAN, 'the machine keeps its numbers low byte first, as the leaves do')
  const of = canonicalBytes([community, firstSlot, slots])
  const seed = sha256(DOMAIN, leafSecret, of, bytesOf(importWh), bytesOf(exportWh), quality)
  const pair = new Uint8Array(Uint32Array.BYTES_PER_ELEMENT)
  const number = new DataView(pair.buffer)
  const salts: Uint8Array[] = []
  for (let i = 0; salts.length < tree.meters.length; i++) {
    number.setUint32(0, i)
    const digest = sha256(seed, pair)
    salts.push(digest.slice(0, SALT_BYTES), digest.slice(SALT_BYTES))
  }
  return salts.slice(0, tree.meters.length)
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
