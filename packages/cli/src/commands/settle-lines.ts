import type { OwnerTaskOutput } from '@tri/node'
import { SLOT_MS } from '@tri/units'

import { credits, kilowattHours } from '../quantities.ts'
import { tableLines } from '../table.ts'

type Check = OwnerTaskOutput<'check-month'>
type Preview = OwnerTaskOutput<'preview-month'>
type Publication = OwnerTaskOutput<'publish-month'>
type Verification = OwnerTaskOutput<'verify-months'>[number]
type Restatement = OwnerTaskOutput<'restate-month'>

/** Gaps that people are shown; `--json` has them all. */
const GAPS_SHOWN_MAX = 12

export function checkLines(check: Check): string[] {
  const percent = (Math.floor(check.completeness01 * 1000) / 10).toFixed(1)
  const gaps = check.gaps.slice(0, GAPS_SHOWN_MAX)
  return [
    `${check.month}  ${percent} % complete: ${check.measured} measured, ${check.substituted} substituted, ${check.estimated} estimated, ${check.missing} missing of ${check.expected} meter-slots`,
    ...tableLines(
      [
        { title: 'METER', of: ({ meter }) => meter },
        { title: 'MEMBER', of: ({ member }) => member.name ?? member.id },
        { title: 'FROM (UTC)', of: ({ fromSlot }) => utc(fromSlot) },
        { title: 'UNTIL (UTC)', of: ({ untilSlot }) => utc(untilSlot) },
        { title: 'SLOTS', of: ({ slots }) => String(slots), align: 'right' },
      ],
      gaps,
    ).filter(() => gaps.length > 0),
    ...(check.gaps.length > gaps.length
      ? [`and ${check.gaps.length - gaps.length} more: --json lists them`]
      : []),
    check.ready
      ? `next: tri settle preview ${check.month}`
      : `next: tri energy import the missing readings, or tri settle fill ${check.month} --rule RULE (${check.rules.join(', ')})`,
  ]
}

export function previewLines(preview: Preview): string[] {
  const { totals } = preview
  return [
    `${preview.month}  rule ${preview.rule}${preview.rule === preview.inForce ? ' (in force)' : `, in force is ${preview.inForce}`}`,
    `import ${kilowattHours(totals.importWh)}, export ${kilowattHours(totals.exportWh)}, shared ${kilowattHours(totals.sharedWh)}, from grid ${kilowattHours(totals.gridImportWh)}, to grid ${kilowattHours(totals.gridExportWh)}`,
    ...tableLines(
      [
        { title: 'MEMBER', of: ({ member }) => member.name ?? member.id },
        { title: 'GAVE', of: ({ sharedGivenWh }) => kilowattHours(sharedGivenWh), align: 'right' },
        { title: 'RECEIVED', of: ({ sharedReceivedWh }) => kilowattHours(sharedReceivedWh), align: 'right' },
        { title: 'CREDIT', of: ({ creditMicroCredit }) => credits(creditMicroCredit, true), align: 'right' },
        { title: 'CHANGE', of: ({ changeMicroCredit }) => credits(changeMicroCredit, true), align: 'right' },
      ],
      preview.members,
    ),
    `sum of credit ${credits(preview.sumMicroCredit)}`,
    `next: tri settle publish ${preview.month}`,
  ]
}

export function publicationLines(publication: Publication): string[] {
  return [
    `${publication.month} is published: ${publication.statements} members have their statement.`,
    `root ${publication.root}`,
    `objections until ${new Date(publication.objectionsUntil).toISOString().slice(0, 10)}`,
    `next: tri export energy --month ${publication.month} -o ${publication.month}`,
  ]
}

export function verificationLines(report: Verification): string[] {
  return [
    `${report.month}  ${report.ok ? 'ok' : 'DIFFERS'}  ${report.meters} meters x ${report.slots} slots, residual ${report.residualWh} Wh, sum of balances ${credits(report.sumMicroCredit)}`,
    `  root ${report.root}`,
    ...report.checks.map(({ name, ok }) => `  ${ok ? 'ok     ' : 'DIFFERS'} ${name}`),
  ]
}

export function restatementLines(report: Restatement): string[] {
  if (report.days.length === 0) return [`${report.month}: no reading was corrected; nothing to restate.`]
  return [
    `${report.month}: ${report.days.length} periods settled again; only the differences were posted.`,
    ...tableLines(
      [
        { title: 'FROM (UTC)', of: ({ firstSlot }) => utc(firstSlot) },
        { title: 'VERSION', of: ({ version }) => String(version), align: 'right' },
        { title: 'ACCOUNTS', of: ({ accounts }) => String(accounts), align: 'right' },
        { title: 'MOVED', of: ({ movedMicroCredit }) => credits(movedMicroCredit), align: 'right' },
      ],
      report.days,
    ),
  ]
}

/** The start of a quarter hour for people and programs alike. */
export function utc(slot: number): string {
  return new Date(slot * SLOT_MS).toISOString().slice(0, 16).replace('T', ' ')
}
