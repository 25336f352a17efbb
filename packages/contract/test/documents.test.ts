import { readFileSync } from 'node:fs'

import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'

import { API_PREFIX, apiMarkdown, openApiDocument, routes } from '../src/index.ts'

const committed = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')
const document = openApiDocument()

describe('the documents of the contract', () => {
  it('docs/openapi.json is what the routes say', () => {
    expect(committed('openapi.json')).toBe(`${JSON.stringify(document, null, 1)}\n`)
  })

  it('docs/api.md is what the routes say', () => {
    expect(committed('api.md')).toBe(apiMarkdown())
  })

  it('every route is an operation of the document, under its own name', () => {
    const paths = document['paths'] as Record<string, Record<string, { operationId: string }>>
    const operations = Object.entries(routes).map(
      ([name, { method, path }]) =>
        [name, paths[API_PREFIX + path]?.[method.toLowerCase()]?.operationId] as const,
    )
    for (const [name, operation] of operations) expect(operation).toBe(name)
  })

  it('every reference in the document leads to a component, and every component is a JSON Schema', () => {
    const { schemas } = document['components'] as { schemas: Record<string, object> }
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)]
    for (const [, name] of references) expect(Object.keys(schemas)).toContain(name)
    const ajv = new Ajv2020({ strict: false, formats: { uri: true } })
    const whole = JSON.parse(JSON.stringify({ $id: 'tri', components: { schemas } })) as object
    ajv.addSchema(whole)
    for (const name of Object.keys(schemas))
      expect(() => ajv.compile({ $ref: `tri#/components/schemas/${name}` })).not.toThrow()
  })
})
