import type { ResidualIncident } from '@tri/meters'
import { slot, wattHour } from '@tri/units'
import { expect, test } from 'vitest'

import { counterWatch, type BalancePart } from '../../src/devices/counter-watch.ts'
import type { MeterSlot } from '../../src/devices/meter-slots.ts'

const parts = new Map<string, BalancePart>([
  ['pod', 'connection'],
  ['roof', 'plant'],
  ['board', 'consumption'],
])

function at(of: number, meter: string, importWh: number, exportWh: number): MeterSlot {
  const energy = { importWh: wattHour(importWh), exportWh: wattHour(exportWh), withinWh: 0 }
  return { meter, change: { is: 'measured', slot: slot(of), version: 1, ...energy } }
}

/** A slot of a home that uses 600 Wh, makes 500 and takes the rest from outside. */
const balanced = (of: number) => [at(of, 'pod', 100, 0), at(of, 'roof', 0, 500), at(of, 'board', 600, 0)]
/** The same with the clamp of the plant put on the other way round. */
const turned = (of: number) => [at(of, 'pod', 100, 0), at(of, 'roof', 500, 0), at(of, 'board', 600, 0)]

const withoutRoof = (of: number) => balanced(of).filter(({ meter }) => meter !== 'roof')

function told(slots: readonly (readonly MeterSlot[])[]): ResidualIncident[] {
  const incidents: ResidualIncident[] = []
  const watch = counterWatch(parts, (incident) => void incidents.push(incident))
  for (const one of slots) for (const meter of one) watch.take([meter])
  return incidents
}

const hours = (from: number, count: number) => Array.from({ length: count * 4 }, (_, i) => from + i)

test('a home whose meters agree is told nothing', () => {
  expect(told(hours(1000, 24).map(balanced))).toEqual([])
})

test('a plant whose clamp is the wrong way round is recognised after an hour, and told once', () => {
  const incidents = told([...hours(1000, 2).map(balanced), ...hours(1008, 6).map(turned)])
  expect(incidents).toHaveLength(1)
  expect(incidents[0]).toMatchObject({ from: 1008, cause: { is: 'wrong-direction', flow: 'production' } })
})

test('less than an hour of disagreement is noise', () => {
  expect(told([...hours(1000, 2).map(balanced), ...hours(1008, 6).slice(0, 3).map(turned)])).toEqual([])
})

test('a slot that not every meter counted is waited for', () => {
  expect(told(hours(1000, 6).map(withoutRoof))).toEqual([])
})
