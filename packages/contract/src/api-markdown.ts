import { z } from 'zod'

import { contractRefusals } from './faults.ts'
import { API_PREFIX } from './paths.ts'
import { routes, type Route } from './routes.ts'

/** The routes as a page for people: `docs/api.md`. */
export function apiMarkdown(): string {
  return [
    '# The HTTP interface',
    '',
    '<!-- Written by `tools/openapi.ts` from `packages/contract`; a test holds the two together. -->',
    '',
    'Every route is data in `packages/contract`; [openapi.json](openapi.json) has the same with all shapes, and a running',
    'node serves both at `/api/docs` and `/api/openapi.json`. Energy is in Wh, power in W, credit in µCC (1 CC =',
    '1 000 000 µCC); a slot is a quarter hour and an instant a millisecond, counted from 1970 in UTC; dates and months are',
    'those of the community’s time zone. What is energy or credit carries `mark`: what is measured is `live`, `provisional` or',
    '`certified`; what somebody did is `promised`, `final` or `refused`.',
    '',
    '```sh',
    'curl http://localhost:8080/api/v1/state',
    '```',
    '',
    'A session begins with a one-time link, which the node prints and `tri open` asks for; its token goes to',
    '`POST /api/v1/session`, which answers with a cookie. A write needs `Content-Type: application/json`, and is refused when',
    'it comes from another site’s page.',
    '',
    '| route | who | what |',
    '| --- | --- | --- |',
    ...Object.values(routes).map(
      (route: Route) =>
        `| \`${route.method} ${API_PREFIX}${route.path}\` | ${route.access} | ${route.summary} |`,
    ),
    '',
    '*member*: any session; *coordinator*: the coordinator’s. An answer that belongs to one member goes to her session only;',
    'the node checks this once more before it is sent.',
    '',
    '## What each takes and refuses',
    '',
    ...Object.values(routes).flatMap(routeLines),
    '## Refusals',
    '',
    'A refusal is a problem document (RFC 9457, `application/problem+json`) with `code`, one sentence in `detail`, and what to',
    'do in `next`, in the reader’s language.',
    '',
    '| code | status | sentence |',
    '| --- | --- | --- |',
    ...Object.entries(contractRefusals).map(
      ([code, { status, en, next }]) => `| \`${code}\` | ${status} | ${en} ${next.en} |`,
    ),
    '',
    '## The live stream',
    '',
    '`GET /api/v1/events` sends `heartbeat` every 10 s, `state` every 2 s, `home` to the sessions of its own member, and',
    '`settled` and `published` when they happen; `standing` tells the sessions of a payer that her payment is final or refused.',
    'A page that comes back with `Last-Event-ID` gets the settled and published events it missed.',
    '',
  ].join('\n')
}

function routeLines(route: Route): string[] {
  const asked = [
    ...fieldsOf('path', route.params),
    ...fieldsOf('query', route.query),
    ...fieldsOf('header', route.headers),
    ...fieldsOf('body', route.body),
  ]
  const refusals = route.refusals.map((code) => `\`${code}\``)
  return [
    `### \`${route.method} ${route.path}\``,
    '',
    route.summary,
    '',
    ...(asked.length === 0 ? [] : [`Takes: ${asked.join(', ')}.`, '']),
    ...(refusals.length === 0 ? [] : [`Refuses with: ${refusals.join(', ')}.`, '']),
  ]
}

function fieldsOf(where: string, shape: z.ZodType | undefined): string[] {
  if (!(shape instanceof z.ZodObject)) return []
  return Object.entries<z.ZodType>(shape.shape).map(([name, of]) => {
    const optional = of.safeParse(undefined).success ? ', optional' : ''
    return `\`${name}\` (${where}${optional})`
  })
}
