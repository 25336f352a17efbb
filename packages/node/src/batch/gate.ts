import {
  completenessOf,
  gapsOf,
  substitutionFor,
  withSubstitutions,
  type Completeness,
  type SettlementInput,
  type Substitution,
  type SubstitutionRule,
} from '@tri/exchange'
import { accept, refuse, slot, type Outcome } from '@tri/units'

import { PROBLEMS_SHOWN_MAX, ProblemList, slotText, type Problem } from '../problem.ts'

/** A period of which every meter-slot is measured or filled by a named rule. */
export interface Gated {
  readonly input: SettlementInput
  readonly completeness: Completeness
}

/**
 * The gate before a period is settled: what is missing is named, or filled by the rule that was asked for, and marked.
 *
 * @param input  with gaps
 * @param rule   of substitution; none leaves nothing to silence
 * @returns      the complete input, or each gap with meter and slot
 */
export function throughGate(
  input: SettlementInput,
  rule: SubstitutionRule | undefined,
): Outcome<Gated, readonly Problem[]> {
  const completeness = completenessOf(input)
  if (completeness.isComplete) return accept({ input, completeness })
  const columns = { ...input, meters: input.tree.meters }
  const gaps = gapsOf(columns)
  if (rule === undefined) {
    const problems: Problem[] = gaps.slice(0, PROBLEMS_SHOWN_MAX).map(({ meter, firstSlot, slots }) => ({
      code: 'readings-missing',
      meter,
      slot: firstSlot,
      details: { slots, until: slotText(slot(firstSlot + slots)), days: Math.round((slots / 96) * 10) / 10 },
    }))
    const { missing, expected } = completeness
    return refuse([
      ...problems,
      { code: 'period-incomplete', details: { missing, expected, gaps: gaps.length } },
    ])
  }
  const problems = new ProblemList()
  const filled: Substitution[] = []
  for (const gap of gaps) {
    const substitution = substitutionFor(gap, columns, rule)
    if (substitution.ok) filled.push(substitution.value)
    else
      problems.add({
        code: 'gap-not-substituted',
        meter: gap.meter,
        slot: gap.firstSlot,
        details: { slots: gap.slots, rule, reason: substitution.refusal },
      })
  }
  if (!problems.isEmpty) return refuse(problems.list())
  const { importWh, exportWh, quality } = withSubstitutions(columns, filled)
  return accept({
    input: { ...input, importWh, exportWh, quality },
    completeness: completenessOf({ quality }),
  })
}
