import { must } from '@tri/units'
import { z } from 'zod'

import { liveEvents } from './event-shapes.ts'
import { contractRefusals, type RefusalCode } from './faults.ts'
import { API_PREFIX } from './paths.ts'
import { problem } from './problem.ts'
import { routes, type Route } from './routes.ts'

/** Version of the HTTP contract; the `v1` of the path is its first number. */
export const API_VERSION = '1.0.0'

/** Refusals that any route may give, before it is its turn. */
const ALWAYS = ['request-malformed', 'host-unknown', 'node-failed'] as const satisfies readonly RefusalCode[]

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
type JsonObject = { readonly [name: string]: Json }

/** The routes as an OpenAPI 3.1 document: the same bytes each time, so that a change of the contract shows as one. */
export function openApiDocument(): JsonObject {
  const schemas = new Map<string, Json>()
  const paths: Record<string, Record<string, Json>> = {}
  for (const [name, route] of Object.entries(routes)) {
    const path = API_PREFIX + route.path
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(name, route, schemas) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'TRI Toolkit',
      version: API_VERSION,
      description:
        'Energy in Wh, power in W, credit in µCC; slots are quarter hours and instants milliseconds since 1970 in UTC.',
      license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: Object.fromEntries([...schemas].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'tri_session_8080',
          description:
            'Given for a one-time link by POST /api/v1/session; its name ends in the port of the node.',
        },
      },
    },
  }
}

function operationOf(name: string, route: Route, schemas: Map<string, Json>): Json {
  const parameters = [
    ...parametersOf('path', route.params, schemas),
    ...parametersOf('query', route.query, schemas),
    ...parametersOf('header', route.headers, schemas),
  ]
  return {
    operationId: name,
    summary: route.summary,
    'x-access': route.access,
    'x-scope': route.scope,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(route.body, 'input', schemas) } },
          },
        }),
    ...(route.access === 'public' ? {} : { security: [{ session: [] }] }),
    responses: {
      [route.status]: { description: route.summary, content: contentOf(route, schemas) },
      ...refusalsOf(route, schemas),
    },
  }
}

function contentOf(route: Route, schemas: Map<string, Json>): Json {
  if (route.answers === 'file') return { 'application/octet-stream': {} }
  if (route.answers === 'stream') {
    const events = Object.entries(liveEvents).map(([event, shape]) => [
      event,
      schemaOf(shape, 'output', schemas),
    ])
    return { 'text/event-stream': { schema: { type: 'string' }, 'x-events': Object.fromEntries(events) } }
  }
  const asTable = route.query !== undefined && 'format' in route.query.shape
  return {
    'application/json': { schema: schemaOf(route.response, 'output', schemas) },
    ...(asTable ? { 'text/csv': { schema: { type: 'string' } } } : {}),
  }
}

function refusalsOf(route: Route, schemas: Map<string, Json>): Record<string, Json> {
  const byStatus = new Map<number, RefusalCode[]>()
  for (const code of [...route.refusals, ...ALWAYS]) {
    const { status } = contractRefusals[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const content = { 'application/problem+json': { schema: schemaOf(problem, 'output', schemas) } }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [status, { description: codes.join(', '), content }]),
  )
}

function parametersOf(where: string, shape: z.ZodObject | undefined, schemas: Map<string, Json>): Json[] {
  return Object.entries<z.ZodType>(shape?.shape ?? {}).map(([name, of]) => ({
    name,
    in: where,
    required: !of.safeParse(undefined).success,
    schema: schemaOf(of, 'input', schemas),
  }))
}

/** The JSON Schema of a shape; what has a name of its own goes to the components and is referred to. */
function schemaOf(shape: z.ZodType, io: 'input' | 'output', schemas: Map<string, Json>): Json {
  // Wrapped, because a named shape is written out in full where it stands at the top.
  const schema = jsonOf(z.toJSONSchema(z.object({ it: shape }), { target: 'draft-2020-12', io }))
  must(isObject(schema) && isObject(schema['properties']), 'an object has properties')
  const { $defs: named = {} } = schema
  must(isObject(named), 'named schemas are listed by name')
  for (const [name, of] of Object.entries(named)) {
    const known = schemas.get(name)
    must(
      known === undefined || JSON.stringify(known) === JSON.stringify(of),
      'a name in the contract stands for one shape',
      { name },
    )
    schemas.set(name, of)
  }
  return schema['properties']['it'] ?? {}
}

function jsonOf(schema: unknown): Json {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  )
  return z.json().parse(JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')))
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
