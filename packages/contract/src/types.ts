import type { z } from 'zod'

import type { RouteName } from './paths.ts'
import type { language, mark, memberName, quality, ring } from './quantities.ts'
import type { Routes } from './routes.ts'

/** What a route answers. */
export type ResponseOf<Name extends RouteName> = z.output<Routes[Name]['response']>

type Part = 'params' | 'query' | 'headers' | 'body'
type Simplified<T> = { [Key in keyof T]: T[Key] }

type Parts<Name extends RouteName> = Extract<keyof Routes[Name], Part>

type Sent<Shape> = Shape extends z.ZodType ? Optionals<z.input<Shape>, z.output<Shape>> : never

// A number in a query is read from text, so its input is `unknown` to zod; callers give what it becomes.
type Optionals<In, Out> = Simplified<{
  [Key in keyof In]: unknown extends In[Key] ? (Key extends keyof Out ? Out[Key] : never) : In[Key]
}>

type AllOptional<T> = Partial<T> extends T ? true : false

/** What a caller hands to a route: `params`, `query`, `headers` and `body`, as far as the route has them. */
export type RequestOf<Name extends RouteName> = Simplified<
  {
    readonly [P in Parts<Name> as AllOptional<Sent<Routes[Name][P]>> extends true ? never : P]: Sent<
      Routes[Name][P]
    >
  } & {
    readonly [P in Parts<Name> as AllOptional<Sent<Routes[Name][P]>> extends true ? P : never]?: Sent<
      Routes[Name][P]
    >
  }
>

/** What a handler gets: the same parts after parsing, with defaults filled. */
export type InputOf<Name extends RouteName> = Simplified<{
  readonly [P in Parts<Name>]: Routes[Name][P] extends z.ZodType ? z.output<Routes[Name][P]> : never
}>

/** The codes with which a route of its own may refuse. */
export type RefusalOf<Name extends RouteName> = Routes[Name]['refusals'][number]

/** The reader’s language. */
export type Language = z.output<typeof language>
/** How far a value is from final. */
export type Mark = z.output<typeof mark>
/** A member as other members see it. */
export type MemberName = z.output<typeof memberName>
/** Where a reading comes from. */
export type Quality = z.output<typeof quality>
/** The distance class of a match. */
export type RingName = z.output<typeof ring>
