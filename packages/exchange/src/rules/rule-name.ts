/** The sharing rules by name, and what each one sees and needs. A new rule starts with a line here. */
export const RULES = {
  'neighbour-first': { intervalSlots: 1, basis: 'net', uses: [] },
  'pro-rata': { intervalSlots: 1, basis: 'net', uses: ['priorities'] },
  static: { intervalSlots: 1, basis: 'net', uses: ['keys', 'pairs'] },
  'static-rounds': { intervalSlots: 1, basis: 'net', uses: ['keys', 'priorities'] },
  'equal-share': { intervalSlots: 1, basis: 'net', uses: ['priorities'] },
  'italy-cer': { intervalSlots: 4, basis: 'gross', uses: ['priorities'] },
  'austria-static': { intervalSlots: 1, basis: 'gross', uses: ['keys', 'participation'] },
  'austria-dynamic': { intervalSlots: 1, basis: 'gross', uses: ['participation'] },
} as const satisfies Readonly<Record<string, RuleTraits>>

/** The name by which a charter asks for a rule. */
export type RuleName = keyof typeof RULES

/** What a charter may say beyond the rule and the tariff. */
export type RuleOption = 'keys' | 'pairs' | 'participation' | 'priorities'

/** What settlement must know of a rule before it runs. */
export interface RuleTraits {
  /** Slots that are settled as one: 4 where the law counts hours. */
  readonly intervalSlots: 1 | 4
  /**
   * `net`: what a meter imported and exported within one slot is its own use, and only the difference is shared.
   * `gross`: the rule sees both registers as metered, as the law that it follows does.
   */
  readonly basis: 'net' | 'gross'
  readonly uses: readonly RuleOption[]
}

/** All names, in the order of the table. */
export const RULE_NAMES: readonly RuleName[] = ruleNames()

/** Whether something, from a file or a command, names a rule. */
export function isRuleName(value: unknown): value is RuleName {
  return typeof value === 'string' && Object.hasOwn(RULES, value)
}

/** Whether a rule reads an option of the charter. */
export function ruleUses(rule: RuleName, option: RuleOption): boolean {
  const traits: RuleTraits = RULES[rule]
  return traits.uses.includes(option)
}

function ruleNames(): RuleName[] {
  return Object.keys(RULES).filter(isRuleName)
}
