import { must } from '@tri/units'
import type { FastifySchemaCompiler } from 'fastify'
import type { FastifySerializerCompiler } from 'fastify/types/schema.js'
import { z } from 'zod'

/** A request that is not of its route's shape; the framework adds which part of it. */
export class RequestMistake extends Error {
  readonly issues: readonly { readonly path: string; readonly message: string }[]
  readonly validationContext?: string

  constructor(error: z.ZodError) {
    super('the request is not of its route’s shape')
    this.name = 'RequestMistake'
    this.issues = error.issues.map(({ path, message }) => ({
      path: path.map((part) => `/${String(part)}`).join(''),
      message,
    }))
  }
}

/** Parses a part of a request by the route's shape, so that a handler gets numbers for numbers and filled defaults. */
export const parseByShape: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (part: unknown) => {
    const result = schema.safeParse(part)
    return result.success ? { value: result.data } : { error: new RequestMistake(result.error) }
  }

/**
 * Writes an answer by the route's shape: a field that the shape does not name is left out, and an answer that does not
 * fit it is our own mistake, of which nothing leaves.
 */
export const writeByShape: FastifySerializerCompiler<z.ZodType> =
  ({ schema, url }) =>
  (answer: unknown) => {
    const result = z.safeEncode(schema, answer)
    must(result.success, 'an answer has the shape of its route', { url })
    return JSON.stringify(result.data)
  }
