import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { contractRefusals, liveEvents, paths, problem, routes, type Route } from '../src/index.ts'

const all: [string, Route][] = Object.entries(routes)

// A quantity without its unit is a number whose meaning is lost at the first page that shows it.
const QUANTITY = /(?:Wh|W|WhOhm|MicroCredit|MicroCreditPerWh)$/

/** Where a quantity stands in an object that is not marked and lies in no marked one. */
function unmarkedIn(shape: z.ZodType, at: string): string[] {
  if (shape instanceof z.ZodObject) {
    const fields = Object.entries<z.ZodType>(shape.shape)
    if ('mark' in shape.shape) return []
    return fields.flatMap(([name, of]) =>
      QUANTITY.test(name) ? [`${at}.${name}`] : unmarkedIn(of, `${at}.${name}`),
    )
  }
  if (shape instanceof z.ZodArray) return unmarkedIn(shape.element as z.ZodType, `${at}[]`)
  if (shape instanceof z.ZodNullable || shape instanceof z.ZodOptional)
    return unmarkedIn(shape.unwrap() as z.ZodType, at)
  return []
}

describe('the routes', () => {
  it('each has one address, used by no other', () => {
    const addresses = Object.values(paths).map(({ method, path }) => `${method} ${path}`)
    expect(new Set(addresses).size).toBe(addresses.length)
  })

  it.each(all)('%s: the parameters of its path are declared', (_, route) => {
    const named = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    expect(Object.keys(route.params?.shape ?? {})).toEqual(named)
  })

  it.each(all)('%s: whoever needs a session may be told that there is none', (_, route) => {
    expect(route.refusals.includes('not-signed-in')).toBe(route.access !== 'public')
    expect(route.refusals.includes('not-allowed')).toBe(route.access === 'coordinator')
  })

  it.each(all)('%s: a write can be refused for coming from another site', (_, route) => {
    expect(route.refusals.includes('origin-foreign')).toBe(route.method !== 'GET')
  })

  it.each(all)('%s: an answer that belongs to one member names her', (_, route) => {
    const names = route.response instanceof z.ZodObject && 'member' in route.response.shape
    if (route.scope === 'own') expect(names).toBe(true)
  })

  it('energy and credit always carry how final they are', () => {
    const answers = all.flatMap(([name, { response }]) => unmarkedIn(response, name))
    const events = Object.entries(liveEvents).flatMap(([name, shape]) => unmarkedIn(shape, name))
    expect([...answers, ...events]).toEqual([])
  })

  it('every refusal has a sentence and a next step in both languages', () => {
    for (const text of Object.values(contractRefusals)) {
      for (const language of ['en', 'it'] as const) {
        expect(text[language].length).toBeGreaterThan(10)
        expect(text.next[language].length).toBeGreaterThan(3)
      }
      expect(text.status).toBeGreaterThanOrEqual(400)
    }
  })

  it('a problem names only codes that the contract knows', () => {
    const known = { type: '/x', title: 'x', status: 404, code: 'not-found', detail: 'x', next: 'x' }
    expect(problem.safeParse(known).success).toBe(true)
    expect(problem.safeParse({ ...known, code: 'surprise' }).success).toBe(false)
  })
})
