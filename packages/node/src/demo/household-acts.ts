import type { Act, StatementColumns } from '@tri/community'
import { present } from '@tri/units'

import type { SlotRange } from '../calendar.ts'
import type { CommunityDocument } from '../community-file/document-shape.ts'
import type { HouseholdReadings, MeterReadings } from '../household/household-readings.ts'
import type { SlotReadings } from './played-meters.ts'

/** What one member states about her own meters. */
export interface StatementAct {
  readonly by: string
  readonly act: Act
}

/**
 * What every member states about a range: one operation each, over the connection meters that are her own. What her
 * other meters saw stays with her.
 */
export function statementActs(
  { meters }: Pick<CommunityDocument, 'meters'>,
  source: SlotReadings,
  range: SlotRange,
): StatementAct[] {
  const byMember = new Map<string, StatementColumns[]>()
  for (const { id, member, role } of meters) {
    if (role !== undefined && role !== 'connection') continue
    const { firstSlot, importWh, exportWh, quality } = readingsOf(source, id, range)
    const statement = {
      meter: id,
      firstSlot,
      importWh: littleEndian(importWh),
      exportWh: littleEndian(exportWh),
      quality,
    }
    byMember.set(member, [...(byMember.get(member) ?? []), statement])
  }
  return [...byMember].map(([by, statements]) => ({
    by,
    act: { kind: 'energy.statements', correction: false, statements },
  }))
}

/** Keeps at home what the production and consumption meters saw. */
export function keepAtHome(
  { meters }: Pick<CommunityDocument, 'meters'>,
  household: HouseholdReadings,
  source: SlotReadings,
  range: SlotRange,
): void {
  for (const { id, role } of meters)
    if (role === 'production' || role === 'consumption') household.write(id, readingsOf(source, id, range))
}

function readingsOf(source: SlotReadings, meter: string, range: SlotRange): MeterReadings {
  return present(source.readingsOf(meter, range), 'every meter of the community is read')
}

/** A copy: columns of a year are not handed to whoever keeps the message. */
function littleEndian(column: Int32Array): Uint8Array {
  return new Uint8Array(column.slice().buffer)
}
