import type { ResponseOf } from '@tri/contract'
import type { CallableRoute } from '@tri/contract/client'
import { refuse, type Outcome } from '@tri/units'
import { signal, type ReadonlySignal, type Signal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'

/** What went wrong, as the node said it. */
export interface Problem {
  readonly code: string
  readonly detail: string
  readonly next: string
  readonly request?: string | undefined
}

/** What a page knows of a thing it asked for. `before` is the last value, kept in view while a new one is on its way. */
export type Loaded<T> =
  | { readonly is: 'loading'; readonly before?: T }
  | { readonly is: 'ready'; readonly value: T }
  | { readonly is: 'failed'; readonly problem: Problem; readonly before?: T }

/** A question to the node, with the answers it gave: going back to a page shows the last values at once. */
export interface Question<T> {
  readonly ask: (key: string, stop: AbortSignal) => Promise<Outcome<T, Problem>>
  readonly answers: Map<string, T>
}

export interface Asked<T> {
  readonly state: ReadonlySignal<Loaded<T>>
  readonly again: () => void
}

/** Answers kept of one question; the oldest goes first. */
const ANSWERS_MAX = 16
const questions = new Set<Map<string, unknown>>()

/**
 * A question that pages ask.
 *
 * @param ask the route, called with the key that names what is asked for
 */
export function question<Name extends CallableRoute>(
  ask: (key: string, stop: AbortSignal) => Promise<Outcome<ResponseOf<Name>, Problem>>,
): Question<ResponseOf<Name>> {
  const answers = new Map<string, ResponseOf<Name>>()
  questions.add(answers)
  return { ask, answers }
}

/** Forgets every answer: after signing in or out nothing of the session before may stay in view. */
export function forgetAnswers(): void {
  for (const answers of questions) answers.clear()
}

function keep<T>(answers: Map<string, T>, key: string, value: T): void {
  answers.delete(key)
  answers.set(key, value)
  const oldest = answers.keys().next()
  if (answers.size > ANSWERS_MAX && oldest.done !== true) answers.delete(oldest.value)
}

/**
 * Asks the node when the page opens and again when the key changes.
 *
 * @param key names what is asked for; equal keys share the last answer
 */
export function useAsked<T>({ ask, answers }: Question<T>, key: string): Asked<T> {
  const state = useMemo<Signal<Loaded<T>>>(() => signal<Loaded<T>>({ is: 'loading' }), [])
  const asking = useRef<AbortController>(undefined)
  const again = () => {
    asking.current?.abort()
    const stop = new AbortController()
    asking.current = stop
    const known = answers.get(key) ?? valueOf(state.peek())
    const before = known === undefined ? {} : { before: known }
    state.value = { is: 'loading', ...before }
    void answerOf(ask(key, stop.signal)).then((outcome) => {
      if (stop.signal.aborted) return outcome
      if (outcome.ok) keep(answers, key, outcome.value)
      state.value = outcome.ok
        ? { is: 'ready', value: outcome.value }
        : { is: 'failed', problem: outcome.refusal, ...before }
      return outcome
    })
  }
  useEffect(() => {
    again()
    return () => asking.current?.abort()
  }, [key])
  return { state, again }
}

/** What came of a question; one that broke off is a problem like any other. */
async function answerOf<T>(asking: Promise<Outcome<T, Problem>>): Promise<Outcome<T, Problem>> {
  try {
    return await asking
  } catch (cause) {
    return refuse({ code: 'page-failed', detail: String(cause), next: '' })
  }
}

/** What can be shown of it now: the value, or the one before. */
export function valueOf<T>(loaded: Loaded<T>): T | undefined {
  return loaded.is === 'ready' ? loaded.value : loaded.before
}
