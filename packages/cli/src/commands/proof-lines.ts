import type { Proved, ProvedDay } from '@tri/ledger/proof'
import { hex } from '@tri/units/crypto'

import { credits, kilowattHours } from '../quantities.ts'
import { tableLines } from '../table.ts'
import { utc } from './settle-lines.ts'

/** Digits of a steward's key that are shown: enough to tell thirteen apart. */
const KEY_DIGITS = 12

/** What a proof proves, for people: the record, the state it stood in, and who signed that. */
export function provedLines(proved: Proved): string[] {
  const { community, height, time, signedBy, stewards, setChanges, refoundings, meter } = proved
  const ways = [
    setChanges === 0 ? [] : [`${setChanges} change${setChanges === 1 ? '' : 's'} of the stewards`],
    refoundings === 0 ? [] : [`${refoundings} founding${refoundings === 1 ? '' : 's'} anew`],
  ].flat()
  const through = ways.length === 0 ? '' : `, through ${ways.join(' and ')}`
  return [
    `proved  ${recordLine(proved)}`,
    ...(meter?.days.flatMap((day) => [`meter ${meter.meter}`, ...dayLines(day)]) ?? []),
    `in ${community} after block ${height}, ${new Date(time).toISOString().slice(0, 16)}Z`,
    `signed by ${signedBy.length} of ${stewards} stewards: ${signedBy.map((key) => hex(key).slice(0, KEY_DIGITS)).join(' ')}`,
    `from the genesis${through}`,
  ]
}

function recordLine({ record }: Proved): string {
  if (record.kind === 'balance')
    return `${record.account} has ${credits(record.values.balance)}, of which held ${credits(record.values.held)}`
  if (record.kind === 'posting') {
    const { number, amount, posting, balance } = record.values
    return `line ${number} of ${record.account}: ${credits(amount, true)} (${posting}), then ${credits(balance)}`
  }
  if (record.kind === 'receipt')
    return `operation ${record.operation} is number ${record.values.sequence} of the book`
  if (record.kind === 'member')
    return `${record.member} is in the community with ${record.values.keys.length} keys`
  const { firstSlot, slots } = record.values
  const period = `${utc(firstSlot)} + ${slots} quarter hours`
  return record.kind === 'slot'
    ? `${period} settled, version ${record.values.version}`
    : `${period} declared final`
}

function dayLines(day: ProvedDay): string[] {
  const { firstSlot, slots, intervalSlots, importWh, exportWh, flows } = day
  const intervals = Array.from({ length: slots / intervalSlots }, (_, i) => i)
  const stated = (wh: readonly number[], i: number) =>
    wh.slice(i * intervalSlots, (i + 1) * intervalSlots).reduce((sum, value) => sum + value, 0)
  return tableLines(
    [
      { title: 'FROM (UTC)', of: (i) => utc(firstSlot + i * intervalSlots) },
      { title: 'IMPORT', of: (i) => kilowattHours(stated(importWh, i)), align: 'right' },
      { title: 'EXPORT', of: (i) => kilowattHours(stated(exportWh, i)), align: 'right' },
      ...flows.map(({ ring, wh }) => ({
        title: ring.toUpperCase(),
        of: (i: number) => kilowattHours(wh[i] ?? 0),
        align: 'right' as const,
      })),
    ],
    intervals,
  )
}
