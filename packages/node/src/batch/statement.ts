import { decimalText, type MemberSettlement } from '@tri/exchange'
import { slot } from '@tri/units'

import { slotText } from '../problem.ts'
import type { SettleRun } from './settle-run.ts'

const CREDIT_DIGITS = 6
const PRICE_DIGITS = 3

/** A member's statement of a run as a document: energies in Wh, credit in µCC. */
export function statementJson(run: SettleRun, member: MemberSettlement): string {
  const { settlement, document, rule } = run
  const name = document.members.find(({ id }) => id === member.member)?.name
  const { firstSlot, slots, root, charterVersion } = settlement
  const statement = {
    format: 'tri/statement/1',
    community: document.id,
    ...member,
    ...(name === undefined ? {} : { name }),
    from: slotText(firstSlot),
    until: slotText(slot(firstSlot + slots)),
    rule,
    charterVersion,
    root,
  }
  return `${JSON.stringify(statement, null, 2)}\n`
}

/** The same by ring as a table: a line a ring, the grid, the fee, and the sum. */
export function statementCsv(member: MemberSettlement): string {
  const lines = member.lines.map((line) => [
    line.ring,
    line.receivedWh,
    line.givenWh,
    decimalText(line.priceMicroCreditPerWh, PRICE_DIGITS),
    credit(line.earnedMicroCredit - line.spentMicroCredit),
  ])
  return [
    ['ring', 'received_wh', 'given_wh', 'credit_per_kwh', 'credit'],
    ...lines,
    ['own', member.ownWh, member.ownWh, '', ''],
    ['grid', member.gridImportWh, member.gridExportWh, '', ''],
    ['fee', '', '', '', credit(0 - member.feeMicroCredit)],
    ['total', member.importWh, member.exportWh, '', credit(member.creditMicroCredit)],
    [],
  ]
    .map((fields) => fields.join(','))
    .join('\n')
}

function credit(microCredit: number): string {
  return decimalText(microCredit, CREDIT_DIGITS)
}
