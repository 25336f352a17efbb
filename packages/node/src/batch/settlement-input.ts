import {
  charterFit,
  charterFrom,
  ruleUses,
  type Charter,
  type RuleName,
  type SettlementInput,
} from '@tri/exchange'
import { accept, must, refuse, type Outcome } from '@tri/units'

import { communityTree } from '../community-file/community-tree.ts'
import type { CommunityDocument } from '../community-file/document-shape.ts'
import type { Problem } from '../problem.ts'
import type { ReadingColumns } from '../readings/read-readings.ts'

/**
 * What the exchange settles, from a community's file and its readings: connection meters only, in column order.
 *
 * @param document the community
 * @param columns  readings of all its meters
 * @param rule     another rule than the charter's, to try it out; options that it does not use are left aside
 * @returns        the input, or why the charter cannot be used with that rule
 */
export function settlementInput(
  document: CommunityDocument,
  columns: Omit<ReadingColumns, 'notes'>,
  rule?: RuleName,
): Outcome<SettlementInput, readonly Problem[]> {
  const tree = communityTree(document)
  const charter = charterFrom(charterDocument(document, rule))
  const fit: Outcome<Charter, readonly { is: string; details: Problem['details'] }[]> = charter.ok
    ? charterFit(charter.value, tree)
    : charter
  if (!fit.ok) return refuse(fit.refusal.map(({ is, details }) => ({ code: is, details })))
  const memberOf = new Map(document.meters.map(({ id, member }) => [id, member]))
  return accept({
    community: document.id,
    tree,
    memberOf: tree.meters.map((meter) => memberOf.get(meter) ?? ''),
    charter: fit.value,
    ...connectionColumns(columns, tree.meters),
  })
}

/** The charter as the file writes it, with another rule if one is asked for. */
export function charterDocument(
  document: CommunityDocument,
  rule?: RuleName,
): Readonly<Record<string, unknown>> {
  if (rule === undefined || rule === document.charter['rule']) return document.charter
  const options = ['keys', 'pairs', 'participation', 'priorities'] as const
  const unused = new Set<string>(options.filter((option) => !ruleUses(rule, option)))
  const kept = Object.entries(document.charter).filter(([field]) => !unused.has(field))
  return { ...Object.fromEntries(kept), rule }
}

type Columns = Omit<ReadingColumns, 'notes' | 'meters'>

/** The columns of some of the meters; the same arrays when it is all of them. */
function connectionColumns(all: Omit<ReadingColumns, 'notes'>, meters: readonly string[]): Columns {
  const { firstSlot, slots, importWh, exportWh, quality } = all
  if (all.meters.length === meters.length) return { firstSlot, slots, importWh, exportWh, quality }
  const chosen = {
    firstSlot,
    slots,
    importWh: new Int32Array(meters.length * slots),
    exportWh: new Int32Array(meters.length * slots),
    quality: new Uint8Array(meters.length * slots),
  }
  const columnOf = new Map(all.meters.map((meter, column) => [meter, column]))
  for (const [column, meter] of meters.entries()) {
    const source = columnOf.get(meter)
    must(source !== undefined, 'a connection meter has a column of readings', { meter })
    chosen.importWh.set(importWh.subarray(source * slots, (source + 1) * slots), column * slots)
    chosen.exportWh.set(exportWh.subarray(source * slots, (source + 1) * slots), column * slots)
    chosen.quality.set(quality.subarray(source * slots, (source + 1) * slots), column * slots)
  }
  return chosen
}
