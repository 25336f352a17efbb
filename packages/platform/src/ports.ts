import type { InputOf, Language, RefusalOf, ResponseOf, RouteName } from '@tri/contract'
import type { FaultDetails, Outcome } from '@tri/units'

/** Time of the machine: sessions and streams live by it, whatever the community's own clock says. */
export interface Clock {
  nowMs(): number
  /** Runs again and again until the returned function is called. */
  every(periodMs: number, run: () => void): () => void
}

/** Where the server tells what happened. No reading, name or address is ever handed to it. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** Who reads: the session that the request came with. */
export interface Reader {
  readonly role: 'household' | 'coordinator'
  readonly member: string
  readonly language: Language | undefined
}

/** Routes that the platform answers by itself. */
export const PLATFORM_ROUTES = ['openSession', 'session', 'closeSession', 'setLanguage', 'events'] as const
export type PlatformRoute = (typeof PLATFORM_ROUTES)[number]
/** Routes for which a handler is handed in. */
export type HandledRoute = Exclude<RouteName, PlatformRoute>

type Public = 'state' | 'genesis'
type FileRoute = 'monthBundle' | 'myProof'

/** A file to download. */
export interface FileAnswer {
  readonly fileName: string
  readonly mediaType: string
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>
}

/** Why a handler says no: a code of its route, and what fills the sentence. */
export interface HandlerRefusal<Code extends string = string> {
  readonly code: Code
  readonly details?: FaultDetails
}

type AnswerOf<Name extends HandledRoute> = Name extends FileRoute ? FileAnswer : ResponseOf<Name>
type ReaderOf<Name extends HandledRoute> = Name extends Public ? Reader | undefined : Reader
type Answered<Name extends HandledRoute> = Outcome<AnswerOf<Name>, HandlerRefusal<RefusalOf<Name>>>

/**
 * Answers one route. Access is checked and the input parsed before it runs; what it returns is held against the
 * route's shape before anything leaves.
 */
export type Handler<Name extends HandledRoute> = (
  reader: ReaderOf<Name>,
  input: InputOf<Name>,
  signal: AbortSignal,
) => Answered<Name> | Promise<Answered<Name>>

/** One handler for each route that the platform does not answer by itself. */
export type Handlers = { readonly [Name in HandledRoute]: Handler<Name> }

/** The machine's own clock. Its timers do not keep a process alive. */
export function systemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    every(periodMs, run) {
      const timer = setInterval(run, periodMs)
      timer.unref()
      return () => {
        clearInterval(timer)
      }
    },
  }
}
