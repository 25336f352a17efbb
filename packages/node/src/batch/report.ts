import { decimalText } from '@tri/exchange'
import { slot } from '@tri/units'

import { slotText } from '../problem.ts'
import type { SettleRun } from './settle-run.ts'

/** Decimals of CC in whole µCC. */
const CREDIT_DIGITS = 6
/** Of a figure of physics: what comes after is the machine's rounding, not the network's. */
const LOSS_DIGITS = 12

/** A batch run as `--json` prints it: the totals at the top, then each member. Energies in Wh, credit in µCC. */
export function settleRunJson(run: SettleRun): Readonly<Record<string, unknown>> {
  const { settlement, document, rule, completeness, book } = run
  const { totals, firstSlot, slots } = settlement
  return {
    community: document.id,
    rule,
    charterVersion: settlement.charterVersion,
    from: slotText(firstSlot),
    until: slotText(slot(firstSlot + slots)),
    slots: totals.slots,
    meters: totals.meters,
    importWh: totals.importWh,
    exportWh: totals.exportWh,
    ownWh: totals.ownWh,
    sharedWh: totals.sharedWh,
    ringWh: totals.ringWh,
    gridImportWh: totals.gridImportWh,
    gridExportWh: totals.gridExportWh,
    lossWeightedWhOhm: Number(totals.lossWeightedWhOhm.toPrecision(LOSS_DIGITS)),
    sumMicroCredit: totals.sumMicroCredit,
    root: settlement.root,
    quality: {
      measured: completeness.measured,
      substituted: completeness.substituted,
      estimated: completeness.estimated,
      missing: completeness.missing,
    },
    book: { operations: book.operations, sumMicroCredit: book.sumMicroCredit },
    commonsMicroCredit: settlement.commonsMicroCredit,
    members: settlement.members,
  }
}

/**
 * A batch run as people read it: a figure a line, then the credit of each member.
 *
 * @returns lines without a line break at the end
 */
export function settleRunReport(run: SettleRun): string {
  const totals = settleRunJson(run)
  const figures = ['slots', 'meters', 'importWh', 'exportWh', 'ownWh', 'sharedWh'] as const
  const rest = ['gridImportWh', 'gridExportWh', 'lossWeightedWhOhm', 'sumMicroCredit'] as const
  const { ringWh } = run.settlement.totals
  const { substituted, estimated } = run.completeness
  return [
    `community ${run.document.id}`,
    `rule ${run.rule}`,
    `from ${String(totals['from'])}`,
    `until ${String(totals['until'])}`,
    ...figures.map((name) => `${name} ${String(totals[name])}`),
    ...Object.entries(ringWh).map(([ring, energyWh]) => `ringWh.${ring} ${energyWh}`),
    ...rest.map((name) => `${name} ${String(totals[name])}`),
    `root ${run.settlement.root}`,
    ...(substituted + estimated === 0 ? [] : [`substituted ${substituted}`, `estimated ${estimated}`]),
    ...(run.settlement.commonsMicroCredit === 0
      ? []
      : [`commons ${creditText(run.settlement.commonsMicroCredit)}`]),
    ...run.settlement.members.map(
      ({ member, creditMicroCredit }) => `${member} ${creditText(creditMicroCredit)}`,
    ),
  ].join('\n')
}

/** µCC as CC with its sign: `+0.033 CC`. */
export function creditText(microCredit: number): string {
  return `${microCredit > 0 ? '+' : ''}${decimalText(microCredit, CREDIT_DIGITS)} CC`
}
