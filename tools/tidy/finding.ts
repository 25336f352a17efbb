/** One place where the tree does not keep a rule of the house. */
export interface Finding {
  readonly rule: string
  readonly path: string
  readonly line?: number
  readonly message: string
}

/** One line a finding, in the form that editors and terminals turn into a link. */
export function findingLine(finding: Finding): string {
  const place = finding.line === undefined ? finding.path : `${finding.path}:${finding.line}`
  return `${place}  ${finding.rule}: ${finding.message}`
}
