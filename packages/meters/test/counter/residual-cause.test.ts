import { slot } from '@tri/units'
import { describe, expect, test } from 'vitest'

import type { MeasuredFlows } from '../../src/counter/energy-balance.ts'
import {
  residualIncident,
  type CounterObservation,
  type PhaseEnergy,
} from '../../src/counter/residual-cause.ts'

const MORNING = 1_977_936

/** A sunny morning: the plant grows, the house takes some, the rest goes out. Every flow is measured. */
function truth(n: number): MeasuredFlows & { readonly production: number } {
  const production = 600 + 40 * n
  const consumption = 150 + 30 * (n % 3)
  const given = production - consumption - 100
  return { production, import: 0, discharge: 'absent', consumption, export: given, charge: 100 }
}

function morning(slots: number, wrong: Wrong): CounterObservation[] {
  return Array.from({ length: slots }, (_, n) => ({ slot: slot(MORNING + n), measured: wrong(truth(n), n) }))
}

const never = (measured: MeasuredFlows): MeasuredFlows => measured

type Morning = ReturnType<typeof truth>
type Wrong = (measured: Morning, n: number) => MeasuredFlows

/** The last `bad` of eight slots show 400 Wh that nobody else saw. */
function wrongAtLast(bad: number): Wrong {
  return (measured, n) => (n >= 8 - bad ? { ...measured, production: measured.production + 400 } : measured)
}

/** From the ninth slot on, export shows so many hundredths of what it was. */
function exportFallsTo(percent: number): Wrong {
  return (measured, n) =>
    n >= 8 ? { ...measured, export: Math.floor((Number(measured.export) * percent) / 100) } : measured
}

function plantStops(measured: Morning, n: number): MeasuredFlows {
  return n < 7 ? { ...measured, production: 0 } : measured
}

function reversedButOnce(measured: Morning, n: number): MeasuredFlows {
  return { ...measured, production: n === 3 ? 0 : -measured.production }
}

function exportWavers(measured: Morning, n: number): MeasuredFlows {
  return n >= 8 ? { ...measured, export: Number(measured.export) + (n % 2 === 0 ? 300 : -300) } : measured
}

function cause(wrong: Wrong): unknown {
  return residualIncident(morning(6, wrong))?.cause
}

function loads(n: number): PhaseEnergy {
  return [300 + n, 120 + 5 * n, 60]
}

function seen(slots: number, clamp: (load: PhaseEnergy) => PhaseEnergy): unknown {
  const window = morning(slots, never)
  return residualIncident(window.map((one, n) => ({ ...one, meterWh: loads(n), clampWh: clamp(loads(n)) })))
    ?.cause
}

describe('a balance that does not hold', () => {
  test('is an incident after four slots, and not after three', () => {
    expect(residualIncident(morning(8, never))).toBeUndefined()
    expect(residualIncident(morning(8, wrongAtLast(3)))).toBeUndefined()
    expect(residualIncident(morning(8, wrongAtLast(4)))).toEqual({
      from: MORNING + 4,
      slots: 4,
      cause: { is: 'unexplained' },
    })
  })

  test('is over when the last slot is balanced again', () => {
    expect(residualIncident(morning(8, plantStops))).toBeUndefined()
  })
})

describe('the cause of an incident', () => {
  test('is a plant that counts the wrong way', () => {
    expect(cause((measured) => ({ ...measured, production: -measured.production }))).toEqual({
      is: 'wrong-direction',
      flow: 'production',
    })
  })

  test('is a plant that counts the wrong way, also where consumption is derived', () => {
    expect(
      cause((measured) => ({ ...measured, production: -measured.production, consumption: undefined })),
    ).toEqual({ is: 'wrong-direction', flow: 'production' })
  })

  test('is a battery that calls charging discharging', () => {
    expect(cause((measured) => ({ ...measured, charge: 0, discharge: 100 }))).toEqual({
      is: 'wrong-direction',
      flow: 'charge',
    })
  })

  test('is import and export exchanged', () => {
    expect(cause((measured) => ({ ...measured, import: measured.export, export: 0 }))).toEqual({
      is: 'swapped-clamp',
    })
  })

  test('is not guessed when undoing a mistake balances all slots but one', () => {
    expect(cause(reversedButOnce)).toEqual({ is: 'unexplained' })
  })

  test('is tampering when a counter that agreed falls short from one slot on, for two hours', () => {
    expect(residualIncident(morning(16, exportFallsTo(60)))?.cause).toEqual({
      is: 'tampering',
      from: MORNING + 8,
    })
    expect(residualIncident(morning(15, exportFallsTo(60)))?.cause).toEqual({ is: 'unexplained' })
    expect(residualIncident(morning(16, exportFallsTo(99)))).toBeUndefined()
    // Without eight slots that agreed nobody knows whether it ever did.
    expect(residualIncident(morning(16, exportFallsTo(60)).slice(1))?.cause).toEqual({ is: 'unexplained' })
  })

  test('is not tampering when the residual falls to both sides', () => {
    expect(residualIncident(morning(16, exportWavers))?.cause).toEqual({ is: 'unexplained' })
  })
})

describe('clamps that contradict the meter, phase by phase', () => {
  test('show a phase that is missing', () => {
    expect(seen(4, ([a, , c]) => [a, 1, c])).toEqual({ is: 'missing-phase', phase: 2 })
    expect(seen(4, ([a, , c]) => [a, 2, c])).toBeUndefined()
    expect(seen(3, ([a, , c]) => [a, 1, c])).toBeUndefined()
  })

  test('show a phase that counts the wrong way', () => {
    expect(seen(4, ([a, b, c]) => [a, b, -c])).toEqual({ is: 'wrong-direction', flow: 'phase', phase: 3 })
  })

  test('show two phases that are exchanged, though their sum is right', () => {
    expect(seen(4, ([a, b, c]) => [b, a, c])).toEqual({ is: 'swapped-clamp', phases: [1, 2] })
    expect(seen(4, ([a, b, c]) => [a, b, c])).toBeUndefined()
  })

  test('are believed within the class of the meters', () => {
    // 2 % of the largest phase, and 6 Wh: 12 Wh here.
    expect(seen(4, ([a, b, c]) => [a + 12, b, c])).toBeUndefined()
    expect(seen(4, () => [0, 0, 0])).toBeUndefined()
  })
})
