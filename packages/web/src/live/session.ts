import type { ResponseOf } from '@tri/contract'
import { signal } from '@preact/signals'

import { forgetAnswers, type Problem } from './loaded.ts'
import { node } from './node.ts'

export type Session = ResponseOf<'session'>

/** Who reads; undefined until the node has said. */
export const session = signal<Session | undefined>(undefined)

/** Why the node could not say who reads. */
export const sessionProblem = signal<Problem | undefined>(undefined)

/** Asks the node who reads. */
export async function askSession(): Promise<void> {
  const outcome = await node.session()
  if (outcome.ok) session.value = outcome.value
  sessionProblem.value = outcome.ok ? undefined : outcome.refusal
}

/**
 * Turns the token of a one-time link into a session.
 *
 * @returns why not, or undefined when it is done
 */
export async function claimLink(token: string): Promise<Problem | undefined> {
  const outcome = await node.openSession({ body: { token } })
  if (!outcome.ok) return outcome.refusal
  forgetAnswers()
  session.value = outcome.value
  return undefined
}

/** Ends the session; nothing that was read in it stays in view. */
export async function leave(): Promise<Problem | undefined> {
  const outcome = await node.closeSession()
  if (!outcome.ok) return outcome.refusal
  forgetAnswers()
  session.value = { role: null, member: null, language: null }
  return undefined
}
