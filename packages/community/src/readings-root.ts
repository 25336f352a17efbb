import { meterSalts, type SettlementInput } from '@tri/exchange'
import { canonicalForm } from '@tri/units'
import { hex, leafDigest, merkleRoot } from '@tri/units/crypto'

import { columnBytes } from './statement-chunk.ts'

/**
 * What a settlement was computed from, in 32 bytes, hex: the Merkle root with a leaf for each meter, in column order, over
 * its import, export and quality, and what blinds them.
 */
export function readingsRootOf(input: SettlementInput): string {
  const { community, firstSlot, slots, importWh, exportWh, quality } = input
  const [imported, exported] = [columnBytes(importWh), columnBytes(exportWh)]
  const salts = meterSalts(input)
  const open = salts === undefined ? ['meter'] : ['meter', 'salt']
  const headerOf = canonicalForm({ format: 'tri/readings-leaf/1', community, firstSlot, slots }, open)
  const leaves = input.tree.meters.map((meter, column) => {
    const [from, until] = [column * slots, (column + 1) * slots]
    const salt = salts?.[column]
    return leafDigest(
      salt === undefined ? headerOf(meter) : headerOf(meter, salt),
      imported.subarray(4 * from, 4 * until),
      exported.subarray(4 * from, 4 * until),
      quality.subarray(from, until),
    )
  })
  return hex(merkleRoot(leaves))
}
