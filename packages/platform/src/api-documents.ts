import { createHash } from 'node:crypto'

import { contractRefusals, routes, type Language, type Route } from '@tri/contract'
import fastifySwagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'

import { wishedLanguage } from './answers.ts'
import { PAGE_POLICY } from './door.ts'

/** Version of the HTTP contract; the path's `v1` changes with its first number. */
export const API_VERSION = '1.0.0'

const DOCS_STYLE = [
  ':root{color-scheme:light dark}',
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}',
  'code,pre{font-family:ui-monospace,monospace;font-size:.9em}',
  'pre{overflow:auto;padding:.75rem;border:1px solid #7b8794;border-radius:6px}',
  'section{border-top:1px solid #7b8794;margin-top:1.5rem}',
  'h2 code{font-size:1rem}',
].join('')

const WORDS = {
  en: {
    lead: 'Every address of this node. The same, for programs:',
    access: 'Access',
    refuses: 'Refuses with',
    errors: 'Refusals',
    own: 'The answer belongs to the session’s own member.',
  },
  it: {
    lead: 'Ogni indirizzo di questo nodo. Lo stesso, per i programmi:',
    access: 'Accesso',
    refuses: 'Rifiuta con',
    errors: 'Rifiuti',
    own: 'La risposta appartiene al socio della sessione.',
  },
} as const satisfies Record<Language, Record<string, string>>

/** Collects the routes that are mounted after it into an OpenAPI 3.1 document. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'TRI Toolkit',
        version: API_VERSION,
        description: 'Energy in Wh, power in W, credit in µCC; slots are quarter hours since 1970 in UTC.',
        license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'tri_session_8080',
            description:
              'From a one-time link (POST /api/v1/session); its name ends in the port of the node.',
          },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
}

/** Serves the document for programs and the page for people. */
export function serveApiDocuments(app: FastifyInstance): void {
  const styleDigest = createHash('sha256').update(DOCS_STYLE).digest('base64')
  const policy = PAGE_POLICY.replace("style-src 'self'", `style-src 'sha256-${styleDigest}'`)
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_, reply) =>
    reply.type('application/json; charset=utf-8').send(`${JSON.stringify(app.swagger())}\n`),
  )
  app.get('/api/docs', { schema: { hide: true } }, async (request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .send(docsPage(wishedLanguage(request))),
  )
}

function docsPage(language: Language): string {
  const words = WORDS[language]
  const sections = Object.entries(routes).map(([name, route]) => routeSection(name, route, language))
  const refusals = Object.entries(contractRefusals).map(
    ([code, text]) =>
      `<dt id="${code}"><code>${code}</code> ${text.status}</dt><dd>${escaped(text[language])} ${escaped(text.next[language])}</dd>`,
  )
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>TRI Toolkit API</title>`,
    `<meta name="viewport" content="width=device-width,initial-scale=1"><style>${DOCS_STYLE}</style></head>`,
    `<body><main><h1>TRI Toolkit API</h1><p>${words.lead} <a href="/api/openapi.json">/api/openapi.json</a></p>`,
    ...sections,
    `<section><h2>${words.errors}</h2><dl>${refusals.join('')}</dl></section></main></body></html>`,
  ].join('\n')
}

function routeSection(name: string, route: Route, language: Language): string {
  const words = WORDS[language]
  const refusals = route.refusals.map((code) => `<a href="#${code}"><code>${code}</code></a>`)
  const own = route.scope === 'own' ? ` ${words.own}` : ''
  const fields = [route.query, route.body].flatMap((shape) =>
    shape instanceof z.ZodObject ? Object.keys(shape.shape) : [],
  )
  const asked = fields.map((field) => `<code>${escaped(field)}</code>`)
  return [
    `<section id="${name}"><h2><code>${route.method} /api/v1${escaped(route.path)}</code></h2>`,
    `<p lang="en">${escaped(route.summary)}</p><p>${words.access}: ${route.access}.${own}</p>`,
    asked.length === 0 ? '' : `<p>${asked.join(' ')}</p>`,
    refusals.length === 0 ? '' : `<p>${words.refuses}: ${refusals.join(', ')}</p>`,
    `<pre>curl ${route.method === 'GET' ? '' : `-X ${route.method} `}http://localhost:8080/api/v1${escaped(route.path)}</pre></section>`,
  ].join('\n')
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
