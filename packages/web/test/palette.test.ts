import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { ciede2000, contrast, labOf, SIGHT } from './colour.ts'

const css = readFileSync(new URL('../src/styles/tokens.css', import.meta.url), 'utf8')

function palette(block: string): Record<string, string> {
  return Object.fromEntries(
    [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', hex = '']) => [name, hex]),
  )
}

const [light = {}, system = {}, forced = {}] = css
  .split(/\n(?=:root|@media)/)
  .filter((block) => block.includes('--canvas'))
  .map(palette)

const DISTANCE_MIN = 15

describe('the palette', () => {
  it('measures colour distance as Sharma, Wu and Dalal published it', () => {
    expect(ciede2000([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 4)
    expect(ciede2000([50, 2.5, 0], [73, 25, -18])).toBeCloseTo(27.1492, 4)
    expect(ciede2000([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387])).toBeCloseTo(1.2644, 4)
    expect(ciede2000([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514])).toBeCloseTo(0.9082, 4)
  })

  it('is the same dark whether the system or the member chose it', () => {
    expect(forced).toEqual(system)
    expect(Object.keys(light).toSorted()).toEqual(Object.keys(forced).toSorted())
  })

  for (const [theme, colours] of [
    ['light', light],
    ['dark', forced],
  ] as const) {
    for (const [sight, matrix] of Object.entries(SIGHT)) {
      it(`keeps roles and states apart in ${theme} under ${sight} sight`, () => {
        for (const set of [
          ['produce', 'consume', 'exchange', 'grid'],
          ['ok', 'warn', 'fault', 'no-data'],
        ]) {
          for (const [at, a] of set.entries())
            for (const b of set.slice(at + 1))
              expect(
                ciede2000(labOf(colours[a] ?? '', matrix), labOf(colours[b] ?? '', matrix)),
                `${a} and ${b}`,
              ).toBeGreaterThanOrEqual(DISTANCE_MIN)
        }
      })
    }

    it(`can be read in ${theme}`, () => {
      for (const paper of ['canvas', 'paper', 'sunken', 'accent-soft', 'warn-soft', 'fault-soft']) {
        expect(contrast(colours['ink'] ?? '', colours[paper] ?? ''), `ink on ${paper}`).toBeGreaterThan(7)
      }
      for (const text of ['muted', 'accent', 'fault', 'produce-text'])
        for (const paper of ['canvas', 'paper'])
          expect(
            contrast(colours[text] ?? '', colours[paper] ?? ''),
            `${text} on ${paper}`,
          ).toBeGreaterThanOrEqual(4.5)
      expect(contrast(colours['on-accent'] ?? '', colours['accent'] ?? '')).toBeGreaterThanOrEqual(4.5)
      for (const shape of ['produce', 'consume', 'exchange', 'grid', 'line-strong', 'focus'])
        expect(
          contrast(colours[shape] ?? '', colours['paper'] ?? ''),
          `${shape} on paper`,
        ).toBeGreaterThanOrEqual(3)
    })
  }
})
