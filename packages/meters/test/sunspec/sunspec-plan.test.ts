import { describe, expect, test } from 'vitest'

import { decodeSunSpec } from '../../src/sunspec/model-chain.ts'
import { modelReads, sunspecPlan, type SunSpecPlan } from '../../src/sunspec/sunspec-plan.ts'
import { hasCaptures } from '../../src/testing/index.ts'
import { registerDumps } from './sunspec-captures.ts'

/** Answers every read of a plan from the registers of a device, and gives the reads. */
function play(plan: SunSpecPlan, device: Uint16Array, base: number): string[] {
  const reads: string[] = []
  for (let read = plan.next; read !== undefined; read = plan.next) {
    reads.push(`${read.register}+${read.count}`)
    const from = read.register - base
    const isThere = from >= 0 && from + read.count <= device.length
    plan.take(isThere ? device.slice(from, from + read.count) : undefined)
  }
  return reads
}

const small = Uint16Array.from([0x5375, 0x6e53, 64_412, 2, 9, 9, 11, 13, ...Array<number>(13).fill(7)])

describe('the plan of a SunSpec device', () => {
  test('looks at each base, then goes from head to head, and reads only what is wanted', () => {
    const plan = sunspecPlan()
    expect(play(plan, small, 50_000)).toEqual(['40000+4', '50000+4', '50006+2', '50008+13', '50021+2'])
    expect(plan.outcome).toMatchObject({
      ok: true,
      value: { base: 50_000, models: [{ id: 11, at: 6 }], skipped: [{ id: 64_412 }] },
    })
  })

  test('refuses a device without a marker', () => {
    const plan = sunspecPlan()
    expect(play(plan, new Uint16Array(10), 0)).toEqual(['40000+4', '50000+4', '0+4'])
    expect(plan.outcome).toEqual({ ok: false, refusal: 'sunspec-marker-missing' })
  })

  test('refuses a device that does not give the registers of a model it announced', () => {
    const plan = sunspecPlan({ bases: [0] })
    play(plan, small.slice(0, 12), 0)
    expect(plan.outcome).toEqual({ ok: false, refusal: 'sunspec-model-unreadable' })
  })

  test('asks for 125 registers at most', () => {
    expect(modelReads(40_000, { id: 160, instance: 1, at: 100, length: 248 })).toEqual([
      { register: 40_100, count: 125 },
      { register: 40_225, count: 125 },
    ])
  })

  test.skipIf(!hasCaptures)('gives the values of the whole image, read in pieces', () => {
    for (const { registers } of registerDumps()) {
      const plan = sunspecPlan()
      play(plan, registers, 40_000)
      if (plan.outcome?.ok !== true) throw new Error('the device was not found')
      expect(plan.outcome.value.values).toEqual(decodeSunSpec(registers))
    }
  })
})
