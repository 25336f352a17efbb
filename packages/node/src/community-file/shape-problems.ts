import type { z } from 'zod'

import type { Problem } from '../problem.ts'
import { pathText } from './path-lines.ts'

/** A problem that knows the path of the value it is about; the line is found from it. */
export type PathProblem = Problem & { readonly details: { readonly path: string } }

/** What is wrong with the shape of a document, one problem a field. */
export function shapeProblems(issues: readonly z.core.$ZodIssue[], document: unknown): PathProblem[] {
  return issues.flatMap((issue): PathProblem[] => {
    const path = pathText(issue.path)
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((field) => ({
        code: 'community-field-unknown',
        details: { path: path === '' ? field : `${path}.${field}`, field },
      }))
    }
    const got = valueAt(document, issue.path)
    const expected = expectation(issue)
    if (got === undefined) return [{ code: 'community-field-missing', details: { path, expected } }]
    return [{ code: 'community-field-wrong', details: { path, expected, got: shortText(got) } }]
  })
}

/** Written with symbols rather than words, so that it reads the same in every language. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return issue.expected
  if (issue.code === 'invalid_value') return issue.values.map((value) => JSON.stringify(value)).join(' | ')
  if (issue.code === 'invalid_format') return issue.format === 'regex' ? String(issue.pattern) : issue.format
  if (issue.code === 'too_big') return `<= ${String(issue.maximum)}`
  if (issue.code === 'too_small') return `>= ${String(issue.minimum)}`
  return issue.message
}

function valueAt(document: unknown, steps: readonly PropertyKey[]): unknown {
  let value: unknown = document
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, step)
  }
  return value
}

const SHOWN_CHARACTERS_MAX = 60

function shortText(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text
}
