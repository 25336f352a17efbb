import { createHash } from 'node:crypto'

import { contractRefusals, openApiDocument, routes, type Language, type Route } from '@tri/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

import { wishedLanguage } from './answers.ts'
import { PAGE_POLICY } from './door.ts'

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
    takes: 'Takes',
    refuses: 'Refuses with',
    refusals: 'Refusals',
    own: 'The answer belongs to the session’s own member.',
  },
  it: {
    lead: 'Ogni indirizzo di questo nodo. Lo stesso, per i programmi:',
    access: 'Accesso',
    takes: 'Prende',
    refuses: 'Rifiuta con',
    refusals: 'Rifiuti',
    own: 'La risposta appartiene al socio della sessione.',
  },
} as const satisfies Record<Language, Record<string, string>>

/** Serves the OpenAPI document for programs, and the same as a page for people. */
export function serveApiDocuments(app: FastifyInstance): void {
  const styleDigest = createHash('sha256').update(DOCS_STYLE).digest('base64')
  const policy = PAGE_POLICY.replace("style-src 'self'", `style-src 'sha256-${styleDigest}'`)
  app.get('/api/openapi.json', async (_, reply) =>
    reply.type('application/json; charset=utf-8').send(documentText()),
  )
  app.get('/api/docs', async (request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .send(docsPage(wishedLanguage(request))),
  )
}

let written: string | undefined
// Written when it is first asked for: a node that starts has better to do.
function documentText(): string {
  written ??= JSON.stringify(openApiDocument())
  return written
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
    `<section><h2>${words.refusals}</h2><dl>${refusals.join('')}</dl></section></main></body></html>`,
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
    asked.length === 0 ? '' : `<p>${words.takes}: ${asked.join(', ')}</p>`,
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
