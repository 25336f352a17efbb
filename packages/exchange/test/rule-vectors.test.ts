import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { RULE_NAMES, settle, typescriptKernel, type NetworkNode, type RuleName } from '../src/index.ts'
import { inputOf, street, type SlotReadings } from './small-community.ts'

type ByMeter = Readonly<Record<string, number>>

interface Network {
  readonly nodes: readonly NetworkNode[]
  readonly places: Readonly<Record<string, string>>
}

interface Vector {
  readonly title: string
  readonly trace: string
  readonly charter?: object
  readonly network?: Network
  readonly slots: readonly SlotReadings[]
  readonly expected: {
    readonly received: ByMeter
    readonly given: ByMeter
    readonly rings?: ByMeter
    readonly own?: number
    readonly gridImport?: number
    readonly gridExport?: number
  }
}

const prices = { home: '0.09', building: '0.10', street: '0.11', transformer: '0.12', substation: '0.13' }

function casesOf(rule: RuleName): { readonly network?: Network; readonly vectors: readonly Vector[] } {
  const url = new URL(`./cases/${rule}/vectors.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8'))
}

const present = (values: ByMeter): ByMeter =>
  Object.fromEntries(Object.entries(values).filter(([, wh]) => wh !== 0))

describe.each(RULE_NAMES)('%s, by hand', (rule) => {
  const { network, vectors } = casesOf(rule)

  it('has at least ten vectors', () => expect(vectors.length).toBeGreaterThanOrEqual(10))

  it.each(vectors)('$title', (vector) => {
    const at = vector.network ?? network
    const places = Object.entries(at?.places ?? {}).map(([meter, node]) => ({ meter, node }))
    const where = at === undefined ? street(['a', 'b', 'c', 'd', 'p', 'q']) : { nodes: at.nodes, places }
    const charter = { rule, creditPerKwh: prices, ...vector.charter }
    const { members, totals } = settle(inputOf({ ...where, charter, slots: vector.slots }), typescriptKernel)
    const by = (of: 'sharedReceivedWh' | 'sharedGivenWh') =>
      present(Object.fromEntries(members.map((member) => [member.member, member[of]])))
    expect(by('sharedReceivedWh')).toEqual(vector.expected.received)
    expect(by('sharedGivenWh')).toEqual(vector.expected.given)
    const { rings, own, gridImport, gridExport } = vector.expected
    if (rings !== undefined) expect(present(totals.ringWh)).toEqual(rings)
    if (own !== undefined) expect(totals.ownWh).toBe(own)
    if (gridImport !== undefined) expect(totals.gridImportWh).toBe(gridImport)
    if (gridExport !== undefined) expect(totals.gridExportWh).toBe(gridExport)
  })
})
