import { slot, type Slot } from '@tri/units'

import {
  balancedSlot,
  isBeyond,
  type CounterSlot,
  type CounterTolerance,
  type Flow,
  type MeasuredFlows,
} from './energy-balance.ts'

/** Slots one after another whose residual is beyond tolerance, before it is an incident: an hour. */
export const RESIDUAL_SLOTS_MIN = 4
/** Balanced slots before a residual that tell tampering from a fault that was always there: two hours. */
export const BALANCED_SLOTS_MIN = 8
/** Slots that a drop must last to be called lasting: two hours. */
export const LASTING_SLOTS_MIN = 8
/** What a phase without a clamp shows at most, Wh a slot: 4 W of noise. */
export const SILENT_PHASE_WH_MAX = 1

/** Energy by phase, L1 to L3, Wh in a slot; negative out of the household. */
export type PhaseEnergy = readonly [number, number, number]

/** One slot as the detectors see it: what was measured, and energies by phase where two devices give them. */
export interface CounterObservation {
  readonly slot: Slot
  readonly measured: MeasuredFlows
  readonly tolerance?: CounterTolerance
  /** What the counter's clamps say of the connection. */
  readonly clampWh?: PhaseEnergy
  /** What the meter itself says of the same phases. */
  readonly meterWh?: PhaseEnergy
}

/**
 * Why a balance does not hold. `wrong-direction`: a device counts with the wrong sign. `swapped-clamp`: import and export, or
 * two phases, are exchanged. `missing-phase`: a clamp shows nothing though the meter sees a load there. `tampering`: a
 * counter that used to agree fell short from one slot on, and stayed so.
 */
export type ResidualCause =
  | { readonly is: 'wrong-direction'; readonly flow: Flow | 'phase'; readonly phase?: number }
  | { readonly is: 'swapped-clamp'; readonly phases?: readonly [number, number] }
  | { readonly is: 'missing-phase'; readonly phase: number }
  | { readonly is: 'tampering'; readonly from: Slot }
  | { readonly is: 'unexplained' }

/** Something that somebody should look at: from which slot, and why, as far as it is recognised. */
export interface ResidualIncident {
  readonly from: Slot
  readonly slots: number
  readonly cause: ResidualCause
}

/**
 * The incident that a window ends with: its last RESIDUAL_SLOTS_MIN slots or more are beyond tolerance, or its clamps
 * contradict its meter for as long. Undefined when there is none.
 *
 * @param window consecutive slots, oldest first
 */
export function residualIncident(window: readonly CounterObservation[]): ResidualIncident | undefined {
  const phases = phaseIncident(window)
  if (phases !== undefined) return phases
  const isBad = window.map((one) => {
    const balance = balanceOf(one)
    return balance !== undefined && isBeyond(balance)
  })
  const bad = isBad.length - 1 - isBad.lastIndexOf(false)
  if (bad < RESIDUAL_SLOTS_MIN) return undefined
  const from = window.length - bad
  const first = window[from]
  if (first === undefined) return undefined
  const cause = explained(window.slice(from)) ?? tampered(window, from) ?? { is: 'unexplained' }
  return { from: first.slot, slots: bad, cause }
}

/** A change of what was measured that, if it were so, would balance every slot. */
interface Hypothesis {
  readonly cause: ResidualCause
  readonly corrected: (measured: MeasuredFlows) => MeasuredFlows
}

const swapped =
  (one: Flow, other: Flow) =>
  (measured: MeasuredFlows): MeasuredFlows => ({
    ...measured,
    [one]: measured[other],
    [other]: measured[one],
  })

const reversed =
  (flow: Flow) =>
  (measured: MeasuredFlows): MeasuredFlows => {
    const wh = measured[flow]
    return typeof wh === 'number' ? { ...measured, [flow]: -wh + 0 } : measured
  }

/** In this order: the connection first, since everything else is measured against it. */
const HYPOTHESES: readonly Hypothesis[] = [
  { cause: { is: 'swapped-clamp' }, corrected: swapped('import', 'export') },
  { cause: { is: 'wrong-direction', flow: 'charge' }, corrected: swapped('charge', 'discharge') },
  ...(['production', 'consumption', 'charge', 'discharge'] as const).map((flow) => ({
    cause: { is: 'wrong-direction' as const, flow },
    corrected: reversed(flow),
  })),
]

function explained(bad: readonly CounterObservation[]): ResidualCause | undefined {
  return HYPOTHESES.find(({ corrected }) =>
    bad.every((one) => {
      const balance = balanceOf({ ...one, measured: corrected(one.measured) })
      return balance !== undefined && !isBeyond(balance)
    }),
  )?.cause
}

function tampered(window: readonly CounterObservation[], from: number): ResidualCause | undefined {
  const before = window.slice(0, from)
  const after = window.slice(from)
  if (before.length < BALANCED_SLOTS_MIN || after.length < LASTING_SLOTS_MIN) return undefined
  const agreed = before.slice(-BALANCED_SLOTS_MIN).every((one) => {
    const balance = balanceOf(one)
    return balance !== undefined && balance.isRedundant && !isBeyond(balance)
  })
  // One counter that falls short moves the residual to one side and keeps it there.
  const signs = new Set(after.map((one) => Math.sign(balanceOf(one)?.residualWh ?? 0)))
  const first = after[0]
  return agreed && signs.size === 1 && first !== undefined
    ? { is: 'tampering', from: slot(first.slot) }
    : undefined
}

function balanceOf({ slot: of, measured, tolerance }: CounterObservation): CounterSlot | undefined {
  const balance = balancedSlot(of, measured, undefined, tolerance)
  return balance.ok ? balance.value : undefined
}

interface PhaseSlot {
  readonly clamp: PhaseEnergy
  readonly meter: PhaseEnergy
  readonly toleranceWh: number
}

function phaseIncident(window: readonly CounterObservation[]): ResidualIncident | undefined {
  const last = window.slice(-RESIDUAL_SLOTS_MIN)
  const [first] = last
  const slots = last.flatMap(phaseSlot)
  if (first === undefined || last.length < RESIDUAL_SLOTS_MIN || slots.length < last.length) return undefined
  const cause = missingPhase(slots) ?? reversedPhase(slots) ?? swappedPhases(slots)
  return cause === undefined ? undefined : { from: first.slot, slots: last.length, cause }
}

function phaseSlot({ clampWh: clamp, meterWh: meter, tolerance }: CounterObservation): PhaseSlot[] {
  if (clamp === undefined || meter === undefined) return []
  const { perMille, resolutionWh } = tolerance ?? { perMille: 20, resolutionWh: 6 }
  const largest = Math.max(...meter.map(Math.abs))
  return [{ clamp, meter, toleranceWh: Math.ceil((perMille * largest) / 1000) + resolutionWh }]
}

const PHASES = [0, 1, 2] as const
const PAIRS = [
  [0, 1],
  [0, 2],
  [1, 2],
] as const

function agrees({ toleranceWh }: PhaseSlot, clampWh: number, meterWh: number): boolean {
  return Math.abs(clampWh - meterWh) <= toleranceWh
}

function missingPhase(slots: readonly PhaseSlot[]): ResidualCause | undefined {
  const phase = PHASES.find((at) =>
    slots.every(
      (one) =>
        Math.abs(one.clamp[at]) <= SILENT_PHASE_WH_MAX &&
        !agrees(one, one.clamp[at], one.meter[at]) &&
        PHASES.every((other) => other === at || agrees(one, one.clamp[other], one.meter[other])),
    ),
  )
  return phase === undefined ? undefined : { is: 'missing-phase', phase: phase + 1 }
}

function reversedPhase(slots: readonly PhaseSlot[]): ResidualCause | undefined {
  const phase = PHASES.find((at) =>
    slots.every(
      (one) => !agrees(one, one.clamp[at], one.meter[at]) && agrees(one, -one.clamp[at], one.meter[at]),
    ),
  )
  return phase === undefined ? undefined : { is: 'wrong-direction', flow: 'phase', phase: phase + 1 }
}

function swappedPhases(slots: readonly PhaseSlot[]): ResidualCause | undefined {
  const pair = PAIRS.find(([a, b]) =>
    slots.every(
      (one) =>
        !agrees(one, one.clamp[a], one.meter[a]) &&
        agrees(one, one.clamp[a], one.meter[b]) &&
        agrees(one, one.clamp[b], one.meter[a]),
    ),
  )
  return pair === undefined ? undefined : { is: 'swapped-clamp', phases: [pair[0] + 1, pair[1] + 1] }
}
