import { texts } from './language.ts'

/** What people call a sharing or substitution rule; one this page does not know keeps the name it has. */
export function nameOfRule(rule: string): string {
  return nameIn(texts.value.rules, rule)
}

/** What a check of the node says; one this page does not know keeps the name it has. */
export function nameOfCheck(check: string): string {
  return nameIn(texts.value.checks, check)
}

function nameIn(names: Readonly<Record<string, string>>, name: string): string {
  return names[name] ?? name
}
