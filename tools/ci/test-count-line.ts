import { isRecord } from '../tidy/tree.ts'

/**
 * The last line of a run, such as `812 passed, 0 failed, 3 skipped`, from the report Vitest writes as JSON.
 *
 * @returns the line, and whether at least one test passed and none failed
 */
export function countLine(report: unknown): { readonly line: string; readonly isGood: boolean } {
  const count = (name: string): number => {
    const value = isRecord(report) ? report[name] : undefined
    return typeof value === 'number' ? value : 0
  }
  const [passed, failed] = [count('numPassedTests'), count('numFailedTests')]
  const skipped = count('numPendingTests') + count('numTodoTests')
  return {
    line: `${passed} passed, ${failed} failed, ${skipped} skipped`,
    isGood: passed > 0 && failed === 0,
  }
}
