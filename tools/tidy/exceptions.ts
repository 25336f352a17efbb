/** A place where the code is honestly different from the rule, and why. A place that no longer needs it is reported. */
export interface Exception {
  readonly rule: string
  /** A path, or a folder with a slash at its end. */
  readonly at: string
  /** The name that is excepted; every name when absent. */
  readonly name?: string
  readonly reason: string
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    rule: 'cast',
    at: 'packages/units/src/',
    reason: 'the constructors of branded quantities are the one place where a number gets its unit',
  },
]
